#include "costengine/detail/slice/layers.ipp"

#include "costengine/detail/estimate/plate.ipp"

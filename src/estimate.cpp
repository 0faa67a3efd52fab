#include "costengine/detail/estimate.ipp"

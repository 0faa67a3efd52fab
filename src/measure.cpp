#include "costengine/detail/measure/hull.ipp"
#include "costengine/detail/measure/measure.ipp"

#include "costengine/detail/measure/measure.ipp"
#include "costengine/detail/measure/stl_mass.ipp"
#include "costengine/detail/measure/hull.ipp"

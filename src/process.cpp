#include "costengine/detail/process/arrange.ipp"
#include "costengine/detail/process/fdm.ipp"

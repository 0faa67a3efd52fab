#include "costengine/detail/process/fdm.ipp"

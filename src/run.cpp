#include "costengine/detail/run/calculate.ipp"
#include "costengine/detail/run/run_summary.ipp"

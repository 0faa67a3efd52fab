#include "costengine/detail/motion/gcode.ipp"
#include "costengine/detail/motion/limits.ipp"
#include "costengine/detail/motion/planner.ipp"

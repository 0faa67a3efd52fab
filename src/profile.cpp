#include "costengine/detail/profile/load.ipp"
#include "costengine/detail/profile/settings.ipp"

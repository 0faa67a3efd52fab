#include "costengine/detail/profile/load.ipp"
#include "costengine/detail/profile/production_view.ipp"
#include "costengine/detail/profile/settings.ipp"

#include "costengine/base/config.hpp"
#include "costengine/costengine.h"

const char* costengine_version(void) {
  return COSTENGINE_VERSION;
}

uint32_t costengine_version_number(void) {
  return COSTENGINE_VERSION_MAJOR * 10000 + COSTENGINE_VERSION_MINOR * 100 +
         COSTENGINE_VERSION_PATCH;
}

uint32_t costengine_abi_version(void) {
  return COSTENGINE_ABI_VERSION;
}

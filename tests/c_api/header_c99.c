/* The header as the only include of a C99 file. */
#include <costengine/costengine.h>

int header_is_for_c99(void);

int header_is_for_c99(void) {
  costengine_summary summary;
  COSTENGINE_INIT(summary);
  return summary.struct_size == sizeof summary && sizeof summary % 8 == 0;
}

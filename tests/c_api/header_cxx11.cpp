// The header as the only include of a C++11 file.
#include <costengine/costengine.h>

bool header_is_for_cxx11();

bool header_is_for_cxx11() {
  costengine_request request;
  COSTENGINE_INIT(request);
  return request.struct_size == sizeof(request) && sizeof(request) % 8 == 0;
}

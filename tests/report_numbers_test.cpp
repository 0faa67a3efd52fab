#include "costengine/detail/report/numbers.hpp"

#include <doctest/doctest.h>

using namespace costengine;

TEST_CASE("durations are told as exactly as they are short") {
  CHECK(detail::duration_words(45.2) == "45 s");
  CHECK(detail::duration_words(59.7) == "1 min 00 s");
  CHECK(detail::duration_words(307) == "5 min 07 s");
  CHECK(detail::duration_words(899.6) == "15 min");
  CHECK(detail::duration_words(3600 * 3 + 60 * 5) == "3 h 05 min");
  CHECK(detail::duration_words(-1) == "unknown");
}

// Prices a box of 20 x 20 x 10 mm that exists only in memory. Every consumer project builds this.
#include <cstdio>
#include <span>
#include <string_view>

#include <costengine/costengine.hpp>

constexpr std::string_view kBox = R"(
v 0 0 0
v 20 0 0
v 20 20 0
v 0 20 0
v 0 0 10
v 20 0 10
v 20 20 10
v 0 20 10
f 4 3 2 1
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
)";

int main() {
  costengine::Context ctx;
  const auto box = costengine::view_memory(std::as_bytes(std::span(kBox)));
  const auto profile = costengine::load_profile({});
  if (!profile) return 1;
  const auto estimate =
      costengine::estimate(*box, profile.value(), costengine::example_price_sheet(), {}, ctx);
  if (!estimate || !estimate.value().quote) return 1;
  const costengine::Estimate& e = estimate.value();
  std::printf("%.17g mm3 %.17g s %s %s\n", e.measurements.volume_mm3.value,
              e.production->time_s.value, e.quote->total.to_string(e.quote->minor_digits).c_str(),
              e.quote->currency.c_str());
}

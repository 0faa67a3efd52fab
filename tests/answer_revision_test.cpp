// Notices that answers have changed: caches must then not go on answering with the old ones.

#include <doctest/doctest.h>

#include <string>

#include "costengine/base/byte_source.hpp"
#include "costengine/run/calculate.hpp"
#include "costengine/run/keys.hpp"
#include "costengine/run/record.hpp"
#include "support/profiles.hpp"

using namespace costengine;

TEST_CASE("answers are those of this revision") {
  // Of other answers: raise kAnswerRevision in run/keys.hpp, and write both numbers here.
  constexpr std::uint64_t kRevision = 3;
  const std::string kHash = "c6cb3537edceb671a2a04293857b1917071177cd5ee471fe03a2febd4bdb8c25";
  const PriceSheet& prices = example_price_sheet();
  std::string all;
  for (const char* model : {"bracket.stl", "figurine-2k.stl", "hollow-box.stl", "broken-open.stl",
                            "broken-overlap.stl", "bracket-inch.stl"}) {
    const std::string bytes =
        test::read_text(test::kTests.parent_path() / "samples/models" / model);
    const auto source = view_memory(std::as_bytes(std::span(bytes)));
    for (const char* setting : {"support=false", "support=true"}) {
      const Profile profile = test::built_in("", {setting});
      EstimateOptions options;
      options.hull = options.force = true;
      Context ctx({.threads = 1});
      const Estimate estimate =
          calculate({source.get(), {}, &profile, &prices, options, {}}, nullptr, ctx).value();
      all += production_record(estimate);
      if (estimate.quote) all += quote_record(*estimate.quote);
    }
  }
  CHECK(kAnswerRevision == kRevision);
  CHECK(sha256_hex(std::string_view(all)) == kHash);
}

#include "rings.hpp"

#include "sine.hpp"

namespace samples {

void RingWeaver::pole(double z) {
  const std::uint32_t pole = surface_.add({0, 0, z});
  if (has_ring_) {
    for (int k = 0; k < corners_; ++k) {
      const auto a = previous_ + static_cast<std::uint32_t>(k);
      const auto b = previous_ + static_cast<std::uint32_t>((k + 1) % corners_);
      surface_.facets.push_back({a, b, pole});
    }
  }
  previous_ = pole;
}

void RingWeaver::ring(double z, const Radius& radius) {
  const auto first = static_cast<std::uint32_t>(surface_.points.size());
  for (int k = 0; k < corners_; ++k) {
    const double turns = static_cast<double>(k) / corners_;
    const double r = radius(turns);
    surface_.add({r * cosine_of_turns(turns), r * sine_of_turns(turns), z});
  }
  for (int k = 0; k < corners_; ++k) {
    const auto here = static_cast<std::uint32_t>(k);
    const auto next = static_cast<std::uint32_t>((k + 1) % corners_);
    if (!has_ring_) {
      surface_.facets.push_back({previous_, first + next, first + here});
    } else {
      surface_.facets.push_back({previous_ + here, previous_ + next, first + next});
      surface_.facets.push_back({previous_ + here, first + next, first + here});
    }
  }
  has_ring_ = true;
  previous_ = first;
}

}  // namespace samples

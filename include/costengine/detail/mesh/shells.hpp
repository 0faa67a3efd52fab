// Shells: connected parts of a surface, and the turning of their facets.
#pragma once

#include <cmath>
#include <numeric>
#include <vector>

#include "costengine/detail/mesh/edges.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

struct Shells {
  std::uint32_t count = 0;
  RawVector<std::uint32_t> of_facet;
  std::uint64_t turned = 0;          ///< facets that were turned to agree with their neighbours
  std::uint64_t contradictions = 0;  ///< manifold edges that no turning can satisfy
  std::optional<std::uint64_t> first_turned;
};

inline void turn(Facet& f) {
  std::swap(f[1], f[2]);
}

inline double facet_area2(const Mesh& mesh, const Facet& f) {
  const Vec3& a = mesh.vertices[f[0]];
  return length(cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a));
}

/// Six times the volume of the tetrahedron from `origin` to the facet.
inline double facet_volume6(const Mesh& mesh, const Facet& f, Vec3 origin) {
  const Vec3 a = mesh.vertices[f[0]] - origin, b = mesh.vertices[f[1]] - origin,
             c = mesh.vertices[f[2]] - origin;
  return dot(a, cross(b, c));
}

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// Numbers the patches of a mesh all of whose manifold edges run against each other, in the order
/// of their first facets: within each block of facets, then across the blocks.
class PatchNumbers {
 public:
  PatchNumbers(std::size_t count, const RawVector<Side>& partner, Context& ctx)
      : count_(count), partner_(partner), ctx_(ctx) {
    block_size_ = ctx.threads() > 1 ? kFacetBlock : std::max<std::size_t>(count, 1);
  }

  Shells number() {
    Shells shells;
    if (count_ == 0) return shells;
    shells.of_facet.resize(count_);
    label_ = shells.of_facet.data();
    blocks_.resize(block_count(count_, block_size_));
    in_blocks(ctx_, Stage::kInspect, blocks_.size(), [&](std::size_t b) { label(b); });
    std::uint32_t labels = 0;
    for (Block& block : blocks_) {
      block.first = labels;
      labels += block.labels;
    }
    in_blocks(ctx_, Stage::kInspect, blocks_.size() - 1, [&](std::size_t b) { meet(b + 1); });
    UnionFind patches(labels);
    for (const Block& block : blocks_) {
      for (const auto& [i, j] : block.joined) patches.join(block.first + i, block.first + j);
      for (const auto& [i, j] : block.across) patches.join(i, j);
    }
    std::vector<std::uint32_t> number(labels);
    for (std::uint32_t i = 0; i < labels; ++i) {
      const std::uint32_t root = patches.find(i);
      number[i] = root == i ? shells.count++ : number[root];
    }
    if (labels == blocks_.size() && shells.count == 1) return shells;  // all labels are 0
    in_blocks(ctx_, Stage::kInspect, blocks_.size(), [&](std::size_t b) {
      const std::uint32_t* const of_label = number.data() + blocks_[b].first;
      for (std::size_t f = begin_of(b); f < end_of(b); ++f) label_[f] = of_label[label_[f]];
    });
    return shells;
  }

 private:
  using Pair = std::array<std::uint32_t, 2>;
  struct Block {
    std::uint32_t first = 0, labels = 0;  ///< of the labels of all blocks
    std::vector<Pair> joined;             ///< labels of this block in the same patch
    std::vector<Pair> across;             ///< labels of all blocks in the same patch
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  [[nodiscard]] std::size_t begin_of(std::size_t block) const { return block * block_size_; }
  [[nodiscard]] std::size_t end_of(std::size_t block) const {
    return std::min(count_, (block + 1) * block_size_);
  }

  /// A facet has the label of an earlier neighbour in its block, or a new one.
  void label(std::size_t b) {
    Pulse pulse(ctx_, Stage::kInspect);
    const std::size_t begin = begin_of(b), end = end_of(b);
    const Side first_side = static_cast<Side>(3 * begin);
    const Side* const partner = partner_.data();
    std::uint32_t* const label = label_;
    std::uint32_t labels = 0;
    Pair last{kNone, kNone};
    for (std::size_t f = begin; f < end; ++f) {
      pulse.beat();
      const Side own = static_cast<Side>(3 * f);
      label[f] = kNone;
      const auto label_across = [&](Side other) {
        // Facets that come later have no label yet: asks for the facet's own, which is none.
        return label[other - first_side < own - first_side ? other / 3 : f];
      };
      const std::uint32_t p = label_across(partner[own]), q = label_across(partner[own + 1]),
                          r = label_across(partner[own + 2]);
      const std::uint32_t least = std::min(std::min(p, q), r);
      if (least == kNone) {
        label[f] = labels++;
        continue;
      }
      label[f] = least;
      const auto differs = [least](std::uint32_t other) {
        return static_cast<unsigned>(other != kNone) & static_cast<unsigned>(other != least);
      };
      if ((differs(p) | differs(q) | differs(r)) == 0) continue;
      for (const std::uint32_t other : {p, q, r}) {
        if (differs(other) == 0 || last == Pair{least, other}) continue;
        last = {least, other};
        blocks_[b].joined.push_back(last);
      }
    }
    blocks_[b].labels = labels;
  }

  /// Neighbours in earlier blocks. Most pairs repeat one of the last few.
  void meet(std::size_t b) {
    Block& block = blocks_[b];
    const Side first_side = static_cast<Side>(3 * begin_of(b));
    std::array<Pair, 256> recent;
    recent.fill({kNone, kNone});
    for (std::size_t s = first_side; s < 3 * end_of(b); ++s) {
      if (partner_[s] >= first_side) continue;
      const std::uint32_t g = partner_[s] / 3;
      const Pair pair{block.first + label_[s / 3], blocks_[g / block_size_].first + label_[g]};
      Pair& like = recent[(pair[0] * 31 + pair[1]) % recent.size()];
      if (like == pair) continue;
      like = pair;
      block.across.push_back(pair);
    }
  }

  std::size_t count_;
  const RawVector<Side>& partner_;
  Context& ctx_;
  std::size_t block_size_;
  std::vector<Block> blocks_;
  std::uint32_t* label_ = nullptr;
};

/// Walks over manifold edges from facet to facet and turns those that run against the first one;
/// then, patch by patch, goes back to the winding that most of its area had in the file.
inline Shells turn_patches(Mesh& mesh, const EdgeTable& edges, Pulse& pulse) {
  const std::size_t count = mesh.facets.size();
  const RawVector<Side>& partner = edges.partners();
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  Shells shells;
  shells.of_facet.assign(count, kNone);
  std::vector<std::uint8_t> turned(count, 0);
  std::vector<std::uint32_t> patch;  // facets of the current patch, in the order of the walk
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    if (shells.of_facet[seed] != kNone) continue;
    patch.assign(1, seed);
    shells.of_facet[seed] = shells.count;
    double area = 0, turned_area = 0;
    for (std::size_t at = 0; at < patch.size(); ++at) {
      pulse.beat();
      const std::uint32_t f = patch[at];
      const double own = facet_area2(mesh, mesh.facets[f]);
      area += own;
      if (turned[f] != 0) turned_area += own;
      for (Side s = 3 * f; s < 3 * f + 3; ++s) {
        const Side other = partner[s];
        if (other == kNoSide) continue;
        const bool disagree = side_direction(mesh, s) == side_direction(mesh, other);
        const std::uint32_t g = other / 3;
        if (shells.of_facet[g] == kNone) {
          shells.of_facet[g] = shells.count;
          turned[g] = turned[f] ^ static_cast<std::uint8_t>(disagree);
          patch.push_back(g);
        } else if ((turned[f] ^ turned[g]) != static_cast<std::uint8_t>(disagree)) {
          ++shells.contradictions;
        }
      }
    }
    if (turned_area * 2 > area) {
      for (const std::uint32_t f : patch) turned[f] ^= 1;
    }
    ++shells.count;
  }
  for (std::uint32_t f = 0; f < count; ++f) {
    if (turned[f] == 0) continue;
    turn(mesh.facets[f]);
    ++shells.turned;
    if (!shells.first_turned) shells.first_turned = f;
  }
  return shells;
}

/// Joins patches that need each other to be closed: those that meet at an edge of more than two
/// sides where each alone is unbalanced. Two solids that touch along an edge stay two shells.
inline void join_patches(const Mesh& mesh, const EdgeTable& edges, Shells& shells, Pulse& pulse) {
  if (shells.count < 2) return;
  UnionFind groups(shells.count);
  std::vector<std::pair<std::uint32_t, int>> balance;  // patch, net direction at this edge
  edges.for_each_odd([&](std::span<const Side> sides) {
    pulse.beat();
    if (sides.size() <= 2) return;
    balance.clear();
    for (const Side s : sides) {
      balance.emplace_back(shells.of_facet[s / 3], side_direction(mesh, s));
    }
    std::sort(balance.begin(), balance.end());
    std::uint32_t leader = 0;
    bool have_leader = false;
    for (std::size_t i = 0; i < balance.size();) {
      int net = 0;
      const std::uint32_t patch = balance[i].first;
      for (; i < balance.size() && balance[i].first == patch; ++i) net += balance[i].second;
      if (net == 0) continue;
      if (have_leader) groups.join(leader, patch);
      leader = patch;
      have_leader = true;
    }
  });
  std::vector<std::uint32_t> number(shells.count, 0);
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < shells.count; ++i) {
    const std::uint32_t root = groups.find(i);
    number[i] = root == i ? next++ : number[root];
  }
  if (next == shells.count) return;
  for (std::uint32_t& shell : shells.of_facet) shell = number[shell];
  shells.count = next;
}

/// Finds the shells of a mesh and turns the facets of each to agree; `edges` stays up to date.
inline Shells orient(Mesh& mesh, EdgeTable& edges, Context& ctx) {
  Pulse pulse(ctx, Stage::kInspect);
  Shells shells = edges.disagreeing() == 0
                      ? PatchNumbers(mesh.facets.size(), edges.partners(), ctx).number()
                      : turn_patches(mesh, edges, pulse);
  if (shells.turned != 0) edges = EdgeTable(mesh, ctx, Stage::kInspect);
  join_patches(mesh, edges, shells, pulse);
  return shells;
}

}  // namespace costengine::detail

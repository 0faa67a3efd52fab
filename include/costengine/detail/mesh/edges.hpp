// Edges of a mesh: which sides of facets lie on the same one.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "costengine/base/raw_vector.hpp"
#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/base/pulse.hpp"
#include "costengine/detail/base/sort_few.hpp"
#include "costengine/detail/mesh/sort_network.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// A side of a facet: 3 * facet + k runs from corner k to corner k + 1.
using Side = std::uint32_t;

inline constexpr Side kNoSide = ~Side{0};

inline std::uint32_t side_from(const Mesh& mesh, Side s) {
  return mesh.facets[s / 3][s % 3];
}
inline std::uint32_t side_to(const Mesh& mesh, Side s) {
  return mesh.facets[s / 3][(s + 1) % 3];
}

/// +1 if the side runs from the lower to the higher vertex index, -1 otherwise.
inline int side_direction(const Mesh& mesh, Side s) {
  return side_from(mesh, s) < side_to(mesh, s) ? 1 : -1;
}

/// How many facets a block of the passes over a mesh has.
inline constexpr std::size_t kFacetBlock = 16'384;

/// run_blocks() that throws Interrupted instead of returning an error.
template <class Body>
void in_blocks(Context& ctx, Stage stage, std::size_t blocks, Body&& body) {
  if (Status status = run_blocks(ctx, stage, blocks, body); !status.ok()) {
    throw Interrupted{std::move(status).error()};
  }
}

/// Pairs the sides of facets: a counting sort by the lower vertex, then each vertex's few by the
/// higher one. Most edges have two sides that run against each other; the others are odd, and kept
/// in a list. Describes the mesh as it was when the table was made: turning a facet renumbers its
/// sides. A side whose ends are the same vertex is on no edge.
/// Cost: O(F + V), 12 bytes a facet; 36 and 4 a vertex while it is made. Threads: blocks of facets,
/// then of vertices; same table for any number. Throws Interrupted.
/// Of 2^31 vertices or 2^32 sides, the error is kLimitFacets.
class EdgeTable {
 public:
  EdgeTable() = default;
  EdgeTable(const Mesh& mesh, Context& ctx, Stage stage) { build(mesh, ctx, stage); }

  /// For each side the other one on its edge, where the edge has two sides; kNoSide elsewhere.
  [[nodiscard]] const RawVector<Side>& partners() const { return partners_; }
  [[nodiscard]] RawVector<Side> take_partners() { return std::move(partners_); }

  /// Whether every edge has two sides that run against each other.
  [[nodiscard]] bool all_regular() const {
    return std::all_of(odd_.begin(), odd_.end(), [](const Odd& odd) { return odd.ends.empty(); });
  }

  /// Edges with two sides that run the same way.
  [[nodiscard]] std::uint64_t disagreeing() const { return disagreeing_; }

  /// Whether some facets stand on the same three vertices. Precondition: none is collapsed.
  [[nodiscard]] bool has_doubles() const { return doubles_; }

  /// Calls visit(std::span<const Side>) for each odd edge, by its lower and then its higher vertex;
  /// the sides ascend.
  template <class Visit>
  void for_each_odd(Visit&& visit) const {
    for (const Odd& odd : odd_) {
      std::uint32_t begin = 0;
      for (const std::uint32_t end : odd.ends) {
        visit(std::span<const Side>(odd.sides).subspan(begin, end - begin));
        begin = end;
      }
    }
  }

 private:
  static constexpr std::size_t kVertexBlock = 8192;

  /// The higher vertex, the side, and whether it runs downwards: from the higher to the lower one.
  using Entry = std::uint64_t;
  static Entry entry(std::uint32_t high, Side s, bool down) {
    return Entry{high} << 33 | Entry{s} << 1 | Entry{down};
  }
  static std::uint64_t high_of(Entry e) { return e >> 33; }
  static Side side_of(Entry e) { return static_cast<Side>(e >> 1); }

  /// Odd edges of a block of vertices: edge i has the sides [ends[i - 1], ends[i]).
  struct Odd {
    std::vector<Side> sides;
    std::vector<std::uint32_t> ends;
    std::uint64_t disagreeing = 0;
    bool doubles = false;
  };

  /// Sides by their lower vertex: those of v are entries[at[v]] to entries[at[v + 1]] in the end.
  struct Sorting {
    RawVector<std::uint32_t>
        at;  ///< first counts, for v at v + 2; then where the next one of v
             ///< goes, at v + 1, which in the end is where those of v + 1 begin
    RawVector<Entry> entries;

    void make_room() {
      for (std::size_t v = 2; v < at.size(); ++v) at[v] += at[v - 1];
      entries.resize(at.back());
    }
  };

  /// Puts entries where other threads put theirs, too. Some at a time: an atomic addition waits
  /// until all that was written before it has reached the cache.
  class SharedFill {
   public:
    SharedFill(std::uint32_t* at, Entry* entries) : at_(at), entries_(entries) {}
    void put(std::uint32_t low, Entry e) {
      __builtin_prefetch(at_ + low, 1);
      batch_[size_++] = {e, low};
      if (size_ == batch_.size()) flush();
    }
    void flush() {
      for (std::size_t i = 0; i < size_; ++i) {
        std::uint32_t& at = batch_[i].at;
        at = std::atomic_ref(at_[at]).fetch_add(1, std::memory_order_relaxed);
      }
      for (std::size_t i = 0; i < size_; ++i) entries_[batch_[i].at] = batch_[i].entry;
      size_ = 0;
    }

   private:
    struct Item {
      Entry entry;
      std::uint32_t at;  ///< the lower vertex, then the place
    };
    std::uint32_t* at_;
    Entry* entries_;
    std::array<Item, 64> batch_;
    std::size_t size_ = 0;
  };

  static bool has_three_corners(const Facet& f) {
    return (f[0] != f[1]) & (f[1] != f[2]) & (f[2] != f[0]);
  }

  /// Calls visit(f) for the facets of a block.
  template <class Visit>
  static void for_facets(const Mesh& mesh, std::size_t block, std::size_t block_size,
                         Visit&& visit) {
    const std::size_t end = std::min((block + 1) * block_size, mesh.facets.size());
    for (std::size_t f = block * block_size; f < end; ++f) visit(f);
  }

  void build_alone(const Mesh& mesh, Context& ctx, Stage stage, Sorting& sorting) {
    const std::size_t blocks = block_count(mesh.facets.size(), kFacetBlock);
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      std::uint32_t* const at = sorting.at.data() + 2;
      for_facets(mesh, block, kFacetBlock, [&](std::size_t f) {
        count(mesh.facets[f], [at](std::uint32_t low, std::uint32_t n) { at[low] += n; });
      });
    });
    sorting.make_room();
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      std::uint32_t* const at = sorting.at.data() + 1;
      Entry* const entries = sorting.entries.data();
      for_facets(mesh, block, kFacetBlock, [&](std::size_t f) {
        fill(mesh.facets[f], static_cast<Side>(3 * f),
             [=](std::uint32_t low, Entry e) { entries[at[low]++] = e; });
      });
    });
  }

  /// Blocks of facets at once. Vertices above all those of earlier blocks are a block's own: where
  /// they are numbered as they appear, most sides begin at one of these. The others are added
  /// afterwards, one number at a time.
  void build_together(const Mesh& mesh, Context& ctx, Stage stage, Sorting& sorting) {
    const std::size_t size = std::max(2 * kFacetBlock, mesh.facets.size() / 16 + 1);
    std::vector<std::uint32_t> own(block_count(mesh.facets.size(), size) + 1, 0);
    const std::size_t blocks = own.size() - 1;
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      std::uint32_t most = 0;
      for_facets(mesh, block, size, [&](std::size_t f) {
        for (const std::uint32_t v : mesh.facets[f]) most = std::max(most, v + 1);
      });
      own[block + 1] = most;
    });
    for (std::size_t b = 0; b < blocks; ++b) own[b + 1] = std::max(own[b], own[b + 1]);
    std::vector<std::vector<std::uint32_t>> foreign(blocks);  // facets with other lower vertices
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      std::uint32_t* const at = sorting.at.data() + 2;
      const std::uint32_t first = own[block];
      for_facets(mesh, block, size, [&](std::size_t f) {
        bool all = true;
        count(mesh.facets[f], [&](std::uint32_t low, std::uint32_t n) {
          if (low >= first) {
            at[low] += n;
          } else {
            all = false;
          }
        });
        if (!all) foreign[block].push_back(static_cast<std::uint32_t>(f));
      });
    });
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      std::uint32_t* const at = sorting.at.data() + 2;
      for (const std::uint32_t f : foreign[block]) {
        count(mesh.facets[f], [&](std::uint32_t low, std::uint32_t n) {
          if (low < own[block]) std::atomic_ref(at[low]).fetch_add(n, std::memory_order_relaxed);
        });
      }
    });
    sorting.make_room();
    std::uint32_t* const at = sorting.at.data() + 1;
    Entry* const entries = sorting.entries.data();
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      const std::uint32_t first = own[block];
      for_facets(mesh, block, size, [&](std::size_t f) {
        fill(mesh.facets[f], static_cast<Side>(3 * f), [&](std::uint32_t low, Entry e) {
          if (low >= first) entries[at[low]++] = e;
        });
      });
    });
    in_blocks(ctx, stage, blocks, [&](std::size_t block) {
      SharedFill shared(at, entries);
      for (const std::uint32_t f : foreign[block]) {
        fill(mesh.facets[f], 3 * f, [&](std::uint32_t low, Entry e) {
          if (low < own[block]) shared.put(low, e);
        });
      }
      shared.flush();
    });
  }

  void build(const Mesh& mesh, Context& ctx, Stage stage) {
    constexpr std::size_t kMostVertices = std::size_t{1} << 31, kMostFacets = kNoSide / 3;
    if (mesh.vertices.size() >= kMostVertices || mesh.facets.size() >= kMostFacets) {
      throw Interrupted{Error{ErrorCode::kLimitFacets,
                              stage,
                              "more than two thousand million vertices, or two thirds as many "
                              "facets, cannot be counted: simplify the model",
                              {},
                              {}}};
    }
    partners_.resize(mesh.facets.size() * 3);
    Sorting sorting;
    sorting.at.assign(mesh.vertices.size() + 2, 0);
    if (ctx.threads() > 1 && mesh.facets.size() > kFacetBlock) {
      build_together(mesh, ctx, stage, sorting);
    } else {
      build_alone(mesh, ctx, stage, sorting);
    }
    odd_.resize(block_count(mesh.vertices.size(), kVertexBlock));
    in_blocks(ctx, stage, odd_.size(), [&](std::size_t block) {
      const std::size_t end = std::min((block + 1) * kVertexBlock, mesh.vertices.size());
      Entry* const entries = sorting.entries.data();
      for (std::size_t v = block * kVertexBlock; v < end; ++v) {
        pair_up(mesh, entries + sorting.at[v], entries + sorting.at[v + 1], odd_[block]);
      }
    });
    std::vector<char> pillows(block_count(mesh.facets.size(), kFacetBlock), 0);
    in_blocks(ctx, stage, pillows.size(), [&](std::size_t block) {
      for_facets(mesh, block, kFacetBlock, [&](std::size_t f) {
        if (is_pillow(f)) pillows[block] = 1;
      });
    });
    doubles_ = std::find(pillows.begin(), pillows.end(), 1) != pillows.end();
    for (const Odd& odd : odd_) {
      disagreeing_ += odd.disagreeing;
      doubles_ = doubles_ || odd.doubles;
    }
  }

  /// Calls visit(low, n) for the vertices of a facet that are the lower ends of n of its sides.
  template <class Visit>
  static void count(const Facet& f, Visit&& visit) {
    if (has_three_corners(f)) {
      const std::uint32_t low = std::min({f[0], f[1], f[2]}), high = std::max({f[0], f[1], f[2]});
      visit(low, 2);
      visit(f[0] ^ f[1] ^ f[2] ^ low ^ high, 1);
      return;
    }
    for (std::size_t k = 0; k < 3; ++k) {
      const auto [low, high] = std::minmax(f[k], f[k < 2 ? k + 1 : 0]);
      if (low != high) visit(low, 1);
    }
  }

  /// Calls visit(low, entry) for the sides of a facet, of which `s` is the first.
  template <class Visit>
  void fill(const Facet& f, Side s, Visit&& visit) {
    if (has_three_corners(f)) {  // seen from its lowest vertex: low to x, x to y, y to low
      static constexpr std::array<std::uint8_t, 5> kNext = {0, 1, 2, 0, 1};
      const bool second = f[1] < f[0];
      const std::size_t k = f[2] < (second ? f[1] : f[0]) ? 2 : static_cast<std::size_t>(second);
      const std::uint32_t low = f[k], x = f[kNext[k + 1]], y = f[kNext[k + 2]];
      visit(low, entry(x, s + static_cast<Side>(k), false));
      visit(low, entry(y, s + kNext[k + 2], true));
      visit(std::min(x, y), entry(std::max(x, y), s + kNext[k + 1], y < x));
      return;
    }
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t from = f[k], to = f[k < 2 ? k + 1 : 0];
      const Side side = s + static_cast<Side>(k);
      if (from == to) {
        partners_[side] = kNoSide;
      } else {
        visit(std::min(from, to), entry(std::max(from, to), side, to < from));
      }
    }
  }

  /// The sides of one lower vertex.
  void pair_up(const Mesh& mesh, Entry* begin, Entry* end, Odd& odd) {
    switch (end - begin) {
      case 0:
        return;
      case 2:
        if (pair_up_regular<2>(begin)) return;
        break;
      case 4:
        if (pair_up_regular<4>(begin)) return;
        break;
      case 6:
        if (pair_up_regular<6>(begin)) return;
        break;
      case 8:
        if (pair_up_regular<8>(begin)) return;
        break;
      default:
        break;
    }
    sort_few(begin, end);
    for (const Entry* e = begin; e != end;) {
      const Entry* stop = e + 1;
      while (stop != end && high_of(*stop) == high_of(*e)) ++stop;
      if (stop - e == 2 && ((e[0] ^ e[1]) & 1) != 0) {
        join(e[0], e[1]);
      } else {
        add_odd(mesh, {e, stop}, odd);
      }
      e = stop;
    }
  }

  void join(Entry a, Entry b) {
    partners_[side_of(a)] = side_of(b);
    partners_[side_of(b)] = side_of(a);
  }

  /// Whether they are pairs that run against each other, with no vertex more than once.
  template <std::size_t kCount>
  bool pair_up_regular(const Entry* entries) {
    std::array<Entry, kCount> sorted;
    std::copy_n(entries, kCount, sorted.begin());
    sort_network(sorted);
    bool regular = true;
    for (std::size_t i = 0; i < kCount; i += 2) {
      regular &= high_of(sorted[i]) == high_of(sorted[i + 1]);
      regular &= ((sorted[i] ^ sorted[i + 1]) & 1) != 0;
      if (i > 0) regular &= high_of(sorted[i - 1]) != high_of(sorted[i]);
    }
    if (!regular) return false;
    for (std::size_t i = 0; i < kCount; i += 2) join(sorted[i], sorted[i + 1]);
    return true;
  }

  void add_odd(const Mesh& mesh, std::span<const Entry> entries, Odd& odd) {
    const bool two = entries.size() == 2;
    odd.disagreeing += two;
    std::vector<std::uint32_t> apexes;
    for (const Entry e : entries) {
      const Side s = side_of(e);
      odd.sides.push_back(s);
      partners_[s] = kNoSide;
      apexes.push_back(mesh.facets[s / 3][(s + 2) % 3]);
    }
    if (two) join(entries[0], entries[1]);
    odd.ends.push_back(static_cast<std::uint32_t>(odd.sides.size()));
    std::sort(apexes.begin(), apexes.end());
    odd.doubles |= std::adjacent_find(apexes.begin(), apexes.end()) != apexes.end();
  }

  /// Two facets back to back, with no others at their edges, are doubles without odd edges.
  [[nodiscard]] bool is_pillow(std::size_t f) const {
    const Side a = partners_[3 * f], b = partners_[3 * f + 1], c = partners_[3 * f + 2];
    if (a - b + 2 > 4 || a == kNoSide) return false;
    return a / 3 == b / 3 && a / 3 == c / 3;
  }

  RawVector<Side> partners_;
  std::vector<Odd> odd_;
  std::uint64_t disagreeing_ = 0;
  bool doubles_ = false;
};

/// How the edges of a mesh hang together.
struct EdgeCounts {
  std::uint64_t open = 0;         ///< sides without a partner that runs the other way
  std::uint64_t single = 0;       ///< edges with one side only, however the facets are turned
  std::uint64_t nonmanifold = 0;  ///< edges with more than two sides
  std::optional<std::uint64_t> first_open_facet;
};

inline EdgeCounts count_edges(const Mesh& mesh, const EdgeTable& edges) {
  EdgeCounts counts;
  edges.for_each_odd([&](std::span<const Side> sides) {
    int net = 0;
    for (const Side s : sides) net += side_direction(mesh, s);
    if (net != 0 && !counts.first_open_facet) counts.first_open_facet = sides.front() / 3;
    counts.open += static_cast<std::uint64_t>(net < 0 ? -net : net);
    counts.single += sides.size() == 1;
    counts.nonmanifold += sides.size() > 2;
  });
  return counts;
}

/// The vertices at the ends of edges with one side only.
inline std::vector<bool> vertices_of_single_edges(const Mesh& mesh, const EdgeTable& edges) {
  std::vector<bool> flags(mesh.vertices.size(), false);
  edges.for_each_odd([&](std::span<const Side> sides) {
    if (sides.size() != 1) return;
    flags[side_from(mesh, sides[0])] = true;
    flags[side_to(mesh, sides[0])] = true;
  });
  return flags;
}

}  // namespace costengine::detail

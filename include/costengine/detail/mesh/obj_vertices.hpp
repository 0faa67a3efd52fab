// The vertices of an OBJ file that arrives in blocks, and which of them are equal.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/base/vec.hpp"
#include "costengine/detail/base/huge_pages.hpp"
#include "costengine/detail/base/secret_hash.hpp"
#include "costengine/detail/mesh/chunk_store.hpp"

namespace costengine::detail {

/// Few files have equal vertices, so they are told apart by 32 bits of their hashes as long as that
/// will do. The hash also says which part a vertex belongs to: parts are searched independently,
/// each in the order of the file.
class ObjVertices {
 public:
  explicit ObjVertices(std::size_t blocks) : blocks_(blocks) {}

  /// The vertices of a block, -0 made 0 on the way. From any thread; the last call for a block
  /// counts.
  void keep(std::size_t index, std::vector<Vec3>& vertices) {
    Block& block = blocks_[index];
    const auto scratch = pool_.take([] { return Scratch(); });
    std::vector<Entry>& entries = scratch->entries;
    std::vector<std::uint64_t>& hashes = scratch->hashes;
    entries.resize(vertices.size());
    hashes.resize(vertices.size());
    block.part_begin = {};
    for (std::size_t i = 0; i < vertices.size(); ++i) {
      vertices[i] = vertices[i] + Vec3{};
      hashes[i] = hash(vertices[i]);
      ++block.part_begin[(hashes[i] >> kPartShift) + 1];
    }
    for (std::size_t part = 1; part <= kParts; ++part) {
      block.part_begin[part] += block.part_begin[part - 1];
    }
    std::array<std::uint32_t, kParts + 1> next = block.part_begin;
    for (std::size_t i = 0; i < vertices.size(); ++i) {
      entries[next[hashes[i] >> kPartShift]++] = {static_cast<std::uint32_t>(hashes[i]),
                                                  static_cast<std::uint32_t>(i)};
    }
    block.count = vertices.size();
    block.vertices = stored_.keep(vertices);
    block.entries = entries_.keep(entries);
  }

  /// All vertices in the order of the file.
  Status collect(std::vector<Vec3>& all, Context& ctx) {
    std::size_t count = 0;
    for (Block& block : blocks_) {
      block.begin = count;
      count += block.count;
    }
    resize_on_huge_pages(all, count);
    COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, blocks_.size(), [&](std::size_t index) {
      const Block& block = blocks_[index];
      std::copy_n(block.vertices, block.count, all.data() + block.begin);
    }));
    stored_.release();
    return Ok{};
  }

  /// After collect(): for each vertex the first that is equal; empty if all differ.
  Status join(const std::vector<Vec3>& all, std::vector<std::uint32_t>& first, Context& ctx) {
    std::array<std::vector<std::array<std::uint32_t, 2>>, kParts> equal;
    ScratchPool<std::vector<Entry>> tables;
    COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, kParts, [&](std::size_t part) {
      const auto table = tables.take([] { return std::vector<Entry>(); });
      join_part(part, all.data(), *table, equal[part]);
    }));
    entries_.release();
    for (const auto& part : equal) {
      if (!part.empty() && first.empty()) {
        resize_on_huge_pages(first, all.size());
        std::iota(first.begin(), first.end(), 0U);
      }
      for (const auto& [vertex, known] : part) first[vertex] = known;
    }
    return Ok{};
  }

 private:
  static constexpr unsigned kPartShift = 58;
  static constexpr std::size_t kParts = 64;

  struct Entry {
    std::uint32_t tag;    ///< low half of the hash
    std::uint32_t index;  ///< in its block; in a table, in the file and one more
  };
  struct Block {
    std::size_t count = 0, begin = 0;
    const Vec3* vertices = nullptr;
    const Entry* entries = nullptr;  ///< ordered by parts
    std::array<std::uint32_t, kParts + 1> part_begin{};
  };

  struct Scratch {
    std::vector<Entry> entries;
    std::vector<std::uint64_t> hashes;
  };

  static std::uint64_t hash(Vec3 p) {
    return secret_hash(std::bit_cast<std::uint64_t>(p.x), std::bit_cast<std::uint64_t>(p.y),
                       std::bit_cast<std::uint64_t>(p.z), hash_secret());
  }

  void join_part(std::size_t part, const Vec3* all, std::vector<Entry>& table,
                 std::vector<std::array<std::uint32_t, 2>>& equal) const {
    std::size_t total = 0;
    for (const Block& block : blocks_) total += block.part_begin[part + 1] - block.part_begin[part];
    table.assign(std::bit_ceil(2 * total + 64), Entry{0, 0});
    const std::size_t mask = table.size() - 1;
    for (const Block& block : blocks_) {
      for (std::uint32_t k = block.part_begin[part]; k < block.part_begin[part + 1]; ++k) {
        const Entry entry = block.entries[k];
        const auto id = static_cast<std::uint32_t>(block.begin + entry.index);
        std::size_t at = entry.tag & mask;
        while (table[at].index != 0 &&
               !(table[at].tag == entry.tag && all[table[at].index - 1] == all[id])) {
          at = (at + 1) & mask;
        }
        if (table[at].index != 0) {
          equal.push_back({id, table[at].index - 1});
        } else {
          table[at] = {entry.tag, id + 1};
        }
      }
    }
  }

  std::vector<Block> blocks_;
  ScratchPool<Scratch> pool_;
  ChunkStore<Vec3> stored_;
  ChunkStore<Entry> entries_;
};

}  // namespace costengine::detail

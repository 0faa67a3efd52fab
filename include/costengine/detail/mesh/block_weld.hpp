// Welding of a mesh that arrives in blocks, on several threads.
//
// A block joins its own positions in a table that fits the cache; what is left, each position once
// a block, is joined across blocks in parts: the hash says which part a position belongs to, so
// parts are independent. Every step looks at blocks in their order, so positions are numbered by
// their first appearance however many threads there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/base/vec.hpp"
#include "costengine/detail/base/huge_pages.hpp"
#include "costengine/detail/base/secret_hash.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// The bits of a position, -0 made 0, so that equal positions have equal keys, and a number that
/// goes with it. Whole words: keys are built, compared and moved in registers.
struct FloatKey {
  std::uint64_t xy;
  std::uint32_t z;
  std::uint32_t value;

  FloatKey() = default;
  FloatKey(float px, float py, float pz)
      : xy(std::uint64_t{bits(py)} << 32 | bits(px)), z(bits(pz)), value(0) {}

  [[nodiscard]] Vec3 position() const {
    return {coordinate(static_cast<std::uint32_t>(xy)),
            coordinate(static_cast<std::uint32_t>(xy >> 32)), coordinate(z)};
  }
  [[nodiscard]] std::uint64_t hash(const HashSecret& secret) const {
    return secret_hash(xy, z, secret);
  }
  /// 0 if the positions are equal.
  [[nodiscard]] std::uint64_t difference(const FloatKey& other) const {
    return (xy ^ other.xy) | (z ^ other.z);
  }
  /// Word by word: a copy of the whole would wait for the words that were written just before.
  void set(const FloatKey& key, std::uint32_t number) {
    xy = key.xy;
    z = key.z;
    value = number;
  }

 private:
  static std::uint32_t bits(float v) { return std::bit_cast<std::uint32_t>(v + 0.0F); }
  static double coordinate(std::uint32_t word) { return double{std::bit_cast<float>(word)}; }
};

/// The same of a position whose coordinates no float holds.
struct DoubleKey {
  std::uint64_t x, y, z;
  std::uint32_t value;

  DoubleKey() = default;
  DoubleKey(double px, double py, double pz) : x(bits(px)), y(bits(py)), z(bits(pz)), value(0) {}

  [[nodiscard]] Vec3 position() const {
    return {std::bit_cast<double>(x), std::bit_cast<double>(y), std::bit_cast<double>(z)};
  }
  [[nodiscard]] std::uint64_t hash(const HashSecret& secret) const {
    return secret_hash(x, y, z, secret);
  }
  [[nodiscard]] std::uint64_t difference(const DoubleKey& other) const {
    return (x ^ other.x) | (y ^ other.y) | (z ^ other.z);
  }
  void set(const DoubleKey& key, std::uint32_t number) {
    x = key.x;
    y = key.y;
    z = key.z;
    value = number;
  }

 private:
  static std::uint64_t bits(double v) { return std::bit_cast<std::uint64_t>(v + 0.0); }
};

/// A hash table with its values beside the keys: a look-up touches one cache line.
template <class Key>
class KeyTable {
 public:
  /// Empties it and makes room for `keys`.
  void reset(std::size_t keys) {
    const std::size_t slots = std::bit_ceil(std::max<std::size_t>(64, 2 * keys));
    if (slots > capacity_) {
      slots_ = std::make_unique_for_overwrite<Key[]>(slots);
      prefer_huge_pages(slots_.get(), slots * sizeof(Key));
      capacity_ = slots;
    }
    mask_ = slots - 1;
    std::memset(static_cast<void*>(slots_.get()), 0, slots * sizeof(Key));
  }

  /// The value of the key; `fresh` from now on if it has none. Precondition: there is room.
  std::uint32_t put(const Key& key, std::uint32_t fresh) {
    std::size_t at = key.hash(secret_) & mask_;
    while (true) {
      Key& slot = slots_[at];
      // Whether a key is known is as good as random: no branch on it, and it is written either way.
      const std::uint32_t known = slot.value;  // value + 1; 0 is free
      const std::uint64_t is_free = known == 0 ? 1 : 0;
      if ((key.difference(slot) & (is_free - 1)) != 0) [[unlikely]] {
        at = (at + 1) & mask_;
        continue;
      }
      const std::uint32_t value =
          known | ((fresh + 1) & (std::uint32_t{0} - static_cast<std::uint32_t>(is_free)));
      slot.set(key, value);
      return value - 1;
    }
  }

  /// Makes room for `more` keys beside the `used` ones.
  void make_room(std::size_t used, std::size_t more) {
    if (2 * (used + more) <= mask_ + 1) return;
    const std::unique_ptr<Key[]> old = std::move(slots_);
    const std::size_t old_slots = mask_ + 1;
    capacity_ = 0;
    reset(2 * (used + more));
    for (std::size_t i = 0; i < old_slots; ++i) {
      if (old[i].value != 0) put(old[i], old[i].value - 1);
    }
  }

 private:
  std::unique_ptr<Key[]> slots_;
  std::size_t capacity_ = 0, mask_ = 0;
  HashSecret secret_ = hash_secret();
};

/// Numbers the positions of one block in the order of their first appearance.
template <class Key>
class BlockPositions {
 public:
  void start(std::size_t expected) {
    count_ = 0;
    table_.reset(expected);
  }
  /// Before up to `more` calls of add().
  void make_room(std::size_t more) {
    table_.make_room(count_, more);
    if (keys_.size() < count_ + more + 1) keys_.resize(2 * (count_ + more + 1));
  }
  std::uint32_t add(const Key& key) {
    const std::uint32_t index = table_.put(key, count_);
    keys_[count_].set(key, 0);
    count_ += index == count_ ? 1U : 0U;
    return index;
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] const Key* keys() const { return keys_.data(); }

 private:
  KeyTable<Key> table_;
  std::vector<Key> keys_;
  std::uint32_t count_ = 0;
};

/// The positions of all blocks: keep() each block, join() them, write() the positions; then
/// rename() the corners of each block.
template <class Key>
class BlockWeld {
 public:
  /// Blocks may have up to 131,072 positions.
  BlockWeld(std::size_t blocks, std::size_t expected_positions)
      : blocks_(blocks),
        part_bits_(0),
        chunk_(static_cast<std::uint32_t>(
            std::clamp<std::size_t>(expected_positions, 16'384, kChunk))) {
    while (blocks > 1 && part_bits_ < kMostPartBits &&
           expected_positions >> part_bits_ > kPartPositions) {
      ++part_bits_;
    }
  }

  /// What a block found, best each position once. From any thread; the last call for a block
  /// counts.
  void keep(std::size_t index, const Key* keys, std::uint32_t count) {
    Block& block = blocks_[index];
    take(count, block);
    const std::size_t parts = std::size_t{1} << part_bits_;
    block.part_begin = std::make_unique<std::uint32_t[]>(parts + 1);
    // Each begin is moved to its end, which is the begin of the following part.
    std::uint32_t* const begin = block.part_begin.get();
    for (std::uint32_t i = 0; i < block.count; ++i) ++begin[part_of(keys[i]) + 1];
    for (std::size_t part = 1; part <= parts; ++part) begin[part] += begin[part - 1];
    for (std::uint32_t i = 0; i < block.count; ++i) {
      const std::uint32_t k = begin[part_of(keys[i])]++;
      block.keys[k] = keys[i];
      block.place[k] = i;
    }
    for (std::size_t part = parts; part > 0; --part) begin[part] = begin[part - 1];
    begin[0] = 0;
  }

  Status join(Context& ctx, Stage stage) {
    ScratchPool<KeyTable<Key>> tables;
    COSTENGINE_CHECK(run_blocks(ctx, stage, std::size_t{1} << part_bits_, [&](std::size_t part) {
      const auto table = tables.take([] { return KeyTable<Key>(); });
      join_part(part, *table);
    }));
    for (Block& block : blocks_) {
      block.number_begin = count_;
      count_ += block.own.load(std::memory_order_relaxed);
    }
    return Ok{};
  }

  /// After join(): how many positions there are.
  [[nodiscard]] std::size_t count() const { return count_; }

  /// After join(): every position under its number; `vertices` has room for all.
  Status write(std::vector<Vec3>& vertices, Context& ctx, Stage stage) {
    ScratchPool<std::vector<std::uint32_t>> pool;
    return run_blocks(ctx, stage, blocks_.size(), [&](std::size_t index) {
      const auto scratch = pool.take([] { return std::vector<std::uint32_t>(); });
      write_block(blocks_[index], *scratch, vertices.data());
    });
  }

  /// After write(): corners that are numbers of a block's positions become numbers of the mesh.
  void rename(std::size_t index, std::span<Facet> facets) {
    const auto scratch = numbers_.take([] { return std::vector<std::uint32_t>(); });
    const Block& block = blocks_[index];
    if (scratch->size() < block.count) scratch->resize(block.count);
    std::uint32_t* const number = scratch->data();
    for (std::uint32_t k = 0; k < block.count; ++k) {
      const std::uint32_t value = block.keys[k].value;
      const bool own = (block.place[k] & kOwn) != 0;
      number[block.place[k] & ~kOwn] =
          own ? value : chunks_[value / kChunk].keys[value % kChunk].value;
    }
    for (Facet& facet : facets) {
      for (std::uint32_t& corner : facet) corner = number[corner];
    }
  }

 private:
  static constexpr std::size_t kPartPositions = 16'384;
  static constexpr unsigned kMostPartBits = 8;
  static constexpr std::uint32_t kChunk = 1 << 17;
  static constexpr std::uint32_t kOwn = std::uint32_t{1} << 31;

  struct Chunk {
    std::unique_ptr<Key[]> keys;
    std::unique_ptr<std::uint32_t[]> place;
  };
  /// The positions of a block, ordered by parts.
  struct Block {
    Key* keys = nullptr;             ///< value: the id of the first equal position; in the end of
                                     ///< one that is its own first, the number in the mesh
    std::uint32_t* place = nullptr;  ///< the number in the block; kOwn: no block before has it
    std::uint32_t id = 0;            ///< of the first position here: chunk and place in it
    std::uint32_t count = 0;
    std::atomic<std::uint32_t> own{0};  ///< positions that no block before has
    std::size_t number_begin = 0;
    std::unique_ptr<std::uint32_t[]> part_begin;
  };

  [[nodiscard]] std::size_t part_of(const Key& key) const {
    return part_bits_ == 0 ? 0 : static_cast<std::size_t>(key.hash(secret_) >> (64 - part_bits_));
  }

  void take(std::uint32_t count, Block& block) {
    const std::lock_guard lock(mutex_);
    if (chunks_.empty() || room_ - used_ < count) {
      if (chunks_.size() == (std::size_t{1} << 32) / kChunk) throw std::bad_alloc();  // out of ids
      room_ = blocks_.size() == 1 ? count : std::max(chunk_, count);
      Chunk chunk{std::make_unique_for_overwrite<Key[]>(room_),
                  std::make_unique_for_overwrite<std::uint32_t[]>(room_)};
      if (room_ == kChunk) prefer_huge_pages(chunk.keys.get(), room_ * sizeof(Key));
      chunks_.push_back(std::move(chunk));
      used_ = 0;
    }
    Chunk& chunk = chunks_.back();
    block.keys = chunk.keys.get() + used_;
    block.place = chunk.place.get() + used_;
    block.id = static_cast<std::uint32_t>(chunks_.size() - 1) * kChunk + used_;
    block.count = count;
    used_ += count;
  }

  void join_part(std::size_t part, KeyTable<Key>& table) {
    std::size_t total = 0;
    for (const Block& block : blocks_) {
      total += block.part_begin[part + 1] - block.part_begin[part];
    }
    table.reset(total);
    for (Block& block : blocks_) {
      std::uint32_t own = 0;
      for (std::uint32_t k = block.part_begin[part]; k < block.part_begin[part + 1]; ++k) {
        const std::uint32_t first = table.put(block.keys[k], block.id + k);
        block.keys[k].value = first;
        own += first == block.id + k ? 1U : 0U;
      }
      block.own.fetch_add(own, std::memory_order_relaxed);
    }
  }

  /// `at`: scratch.
  void write_block(const Block& block, std::vector<std::uint32_t>& at, Vec3* vertices) {
    constexpr std::uint32_t kNone = ~std::uint32_t{0};
    at.assign(block.count, kNone);
    for (std::uint32_t k = 0; k < block.count; ++k) {
      if (block.keys[k].value != block.id + k) continue;
      at[block.place[k]] = k;
      block.place[k] |= kOwn;
    }
    std::size_t next = block.number_begin;
    for (const std::uint32_t k : at) {
      if (k == kNone) continue;
      block.keys[k].value = static_cast<std::uint32_t>(next);
      vertices[next++] = block.keys[k].position();
    }
  }

  std::vector<Block> blocks_;
  unsigned part_bits_;
  HashSecret secret_ = hash_secret();
  std::mutex mutex_;
  std::vector<Chunk> chunks_;
  std::uint32_t chunk_;                ///< positions that a chunk is made for, kChunk at most
  std::uint32_t used_ = 0, room_ = 0;  ///< of the last chunk
  std::size_t count_ = 0;
  ScratchPool<std::vector<std::uint32_t>> numbers_;
};

}  // namespace costengine::detail

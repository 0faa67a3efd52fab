// The parallel reader of ASCII STL as nearly all programs write it: seven lines a facet.
//
// A facet belongs to the block in which its first line begins. A block begins with the first line
// that no facet has inside, and ends where the next one begins: if it does not, or if anything is
// not as usual, the file is left to the reader that knows the whole grammar.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "costengine/detail/mesh/block_weld.hpp"
#include "costengine/detail/mesh/stl_blocks.hpp"
#include "costengine/detail/mesh/text_blocks.hpp"

namespace costengine::detail {

inline Finding no_endsolid_finding() {
  return Finding{FindingCode::kNoEndsolid,
                 Severity::kWarning,
                 1,
                 "the file ends without 'endsolid'",
                 {},
                 "all its facets are used; if the file was cut, some are missing"};
}

enum class SolidTag : char { kNone, kSolid, kEndsolid };

/// What a block holds. Corners are numbers of the block's own positions.
struct StlTextBlock {
  std::vector<Facet> facets;
  std::uint64_t bad_normals = 0;
  SolidTag last_tag = SolidTag::kNone;
  std::uint64_t begin = 0, end = 0;  ///< the lines that were read, in bytes of the file
};

/// Parses blocks.
class StlTextBlockParser {
 public:
  explicit StlTextBlockParser(const ByteSource& source) : source_(source) {}

  /// Lines that begin in [begin, end). False if one is not as usual.
  /// Errors: kReadFailed.
  Result<bool> parse(std::uint64_t begin, std::uint64_t end, StlTextBlock& block) {
    COSTENGINE_CHECK(load(begin, end));
    positions_.start((end - begin) / kUsualFacetBytes);
    const char* const stop = text_ + (end - begin);
    find_first_line(begin);
    while (begin != 0 && at_ != end_ && is_inside_facet(at_)) skip_line();
    block.begin = offset_of(at_);
    while (at_ < stop && at_ != end_) {
      line_ = at_;
      skip_spaces(at_);
      if (at_ == end_) break;  // blanks without a line end
      if (ends_line()) continue;
      const bool usual = (*at_ | 0x20) == 'f' ? facet(block) : solid_or_endsolid(block);
      if (!usual) return false;
    }
    block.end = offset_of(at_);
    return true;
  }

  [[nodiscard]] const BlockPositions<DoubleKey>& positions() const { return positions_; }

  static constexpr std::uint64_t kUsualFacetBytes = 250;

 private:
  static constexpr std::ptrdiff_t kLongLine = 1000;
  /// Behind the block: a whole facet, if it is as usual.
  static constexpr std::uint64_t kBehind = 8 * kLongLine;
  static constexpr std::size_t kPadding = 16;  // for quick_digits()

  Status load(std::uint64_t begin, std::uint64_t end) {
    first_ = begin - std::min<std::uint64_t>(begin, 1);
    const auto bytes = static_cast<std::size_t>(std::min(end + kBehind, source_.size()) - first_);
    if (buffer_.size() < bytes + kPadding) buffer_.resize(bytes + kPadding);
    COSTENGINE_CHECK(
        source_.read_at(first_, std::as_writable_bytes(std::span(buffer_)).first(bytes)));
    std::memset(buffer_.data() + bytes, 0, kPadding);
    text_ = buffer_.data() + (begin - first_);
    end_ = buffer_.data() + bytes;
    return Ok{};
  }

  /// The first line that begins at `begin` or behind it.
  void find_first_line(std::uint64_t begin) {
    at_ = text_;
    if (begin == 0) {
      if (end_ - at_ >= 3 && std::memcmp(at_, "\xEF\xBB\xBF", 3) == 0) at_ += 3;
    } else if (at_[-1] != '\n') {
      skip_line();
    }
  }

  [[nodiscard]] std::uint64_t offset_of(const char* at) const {
    return first_ + static_cast<std::uint64_t>(at - buffer_.data());
  }

  /// False if no line ends in what is loaded, and it is not the file that ends.
  bool skip_line() {
    const void* const feed = std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
    at_ = feed == nullptr ? end_ : static_cast<const char*>(feed) + 1;
    return feed != nullptr || offset_of(end_) == source_.size();
  }

  /// Whether a line begins as those between "facet" and the end of the facet do.
  [[nodiscard]] static bool is_inside_facet(const char* at) {
    skip_spaces(at);
    const char first = static_cast<char>(*at | 0x20);
    if (first == 'o' || first == 'v') return true;
    return first == 'e' && (at[1] | 0x20) == 'n' && (at[2] | 0x20) == 'd' && (at[3] | 0x20) != 's';
  }

  /// Takes a word, in letters of any case, that ends here.
  bool word(std::string_view lower) {
    for (std::size_t k = 0; k < lower.size(); ++k) {
      if ((at_[k] | 0x20) != lower[k]) return false;
    }
    const char* const behind = at_ + lower.size();
    // A zero byte in the file is a letter as any other.
    if (behind != end_ && *behind != ' ' && *behind != '\t' && *behind != '\n' && *behind != '\r') {
      return false;
    }
    at_ = behind;
    return true;
  }

  /// Takes the end of a line that is not too long; the end of the file is one.
  bool ends_line() {
    skip_spaces(at_);
    if (at_ - line_ > kLongLine) return false;
    if (at_ == end_) return offset_of(end_) == source_.size();
    return quick_line_end(at_);
  }

  /// Takes a line of the words that are given.
  bool line_of(std::string_view first, std::string_view second = {}) {
    line_ = at_;
    skip_spaces(at_);
    if (!word(first)) return false;
    if (!second.empty()) {
      skip_spaces(at_);
      if (!word(second)) return false;
    }
    return ends_line();
  }

  /// A word as a number, if it is one.
  NumberFault number(double& value) {
    skip_spaces(at_);
    const char* const begin = at_;
    const auto at_end = [&] { return *at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'; };
    if (quick_number(at_, value) && at_end()) return NumberFault::kNone;
    at_ = begin;
    while (at_ != end_ && !at_end() && *at_ != '\v' && *at_ != '\f') ++at_;
    return parse_number({begin, static_cast<std::size_t>(at_ - begin)}, value);
  }

  bool facet(StlTextBlock& block) {
    if (!word("facet")) return false;
    skip_spaces(at_);
    if (!word("normal")) return false;
    std::array<double, 3> normal{};
    bool normal_is_number = true;
    for (double& each : normal) {
      skip_spaces(at_);
      if (at_ == end_ || *at_ == '\n' || *at_ == '\r' || (*at_ | 0x20) == 'o') return false;
      normal_is_number &= number(each) == NumberFault::kNone;
    }
    if (!ends_line() || !line_of("outer", "loop")) return false;
    std::array<Vec3, 3> corners;
    for (Vec3& corner : corners) {
      line_ = at_;
      skip_spaces(at_);
      if (!word("vertex")) return false;
      for (double* const each : {&corner.x, &corner.y, &corner.z}) {
        if (number(*each) != NumberFault::kNone) return false;
      }
      if (!ends_line()) return false;
    }
    if (!line_of("endloop") || !line_of("endfacet")) return false;
    if (!normal_is_number || !normal_is_plausible({normal[0], normal[1], normal[2]}, corners[0],
                                                  corners[1], corners[2])) {
      ++block.bad_normals;
    }
    positions_.make_room(3);
    Facet& facet = block.facets.emplace_back();
    for (std::size_t k = 0; k < 3; ++k) {
      facet[k] = positions_.add(DoubleKey(corners[k].x, corners[k].y, corners[k].z));
    }
    return true;
  }

  /// A line that begins with "solid" or "endsolid", with any name that has no "facet" in it.
  bool solid_or_endsolid(StlTextBlock& block) {
    if (word("solid")) {
      block.last_tag = SolidTag::kSolid;
    } else if (word("endsolid")) {
      block.last_tag = SolidTag::kEndsolid;
    } else {
      return false;
    }
    const char* const name = at_;
    if (!skip_line() || at_ - line_ > kLongLine) return false;
    for (const char* p = name; p != at_; ++p) {
      // Names as "surface" are no reason to leave the file.
      if ((*p | 0x20) == 'f' && at_ - p >= 5 && (p[1] | 0x20) == 'a' && (p[2] | 0x20) == 'c' &&
          (p[3] | 0x20) == 'e' && (p[4] | 0x20) == 't') {
        return false;
      }
      if (*p == '\r' && p + 1 != at_ && p[1] != '\n') return false;  // it ends a line
    }
    return true;
  }

  const ByteSource& source_;
  std::vector<char> buffer_;
  std::uint64_t first_ = 0;  ///< of the buffer in the file
  const char *text_ = nullptr, *at_ = nullptr, *end_ = nullptr, *line_ = nullptr;
  BlockPositions<DoubleKey> positions_;
};

/// Reads a whole file.
class StlTextReader {
 public:
  StlTextReader(const ByteSource& source, std::uint64_t block_bytes, Context& ctx)
      : source_(source),
        block_bytes_(block_bytes),
        ctx_(ctx),
        blocks_(block_count(static_cast<std::size_t>(source.size()), block_bytes)) {}

  /// Nothing if the file is not as usual.
  /// Errors: kReadFailed, kCancelled and what else Context::check() tells.
  Result<std::optional<LoadedMesh>> read() {
    std::optional<LoadedMesh> none;
    if (!limits_are_usual()) return none;
    BlockWeld<DoubleKey> weld(
        blocks_.size(),
        static_cast<std::size_t>(source_.size() / (2 * StlTextBlockParser::kUsualFacetBytes)));
    COSTENGINE_CHECK(parse(weld));
    std::vector<std::size_t> first;  // facet of each block
    if (!is_usual_ || !follow_each_other(first)) return none;
    LoadedMesh loaded;
    loaded.format = MeshFormat::kStlAscii;
    loaded.facets_read = first.back();
    Mesh& mesh = loaded.mesh;
    COSTENGINE_CHECK(weld.join(ctx_, Stage::kLoad));
    resize_on_huge_pages(mesh.vertices, weld.count());
    COSTENGINE_CHECK(weld.write(mesh.vertices, ctx_, Stage::kLoad));
    resize_on_huge_pages(mesh.facets, first.back());
    COSTENGINE_CHECK(run_blocks(ctx_, Stage::kLoad, blocks_.size(), [&](std::size_t i) {
      const std::span<Facet> facets =
          std::span(mesh.facets).subspan(first[i], blocks_[i].facets.size());
      std::copy(blocks_[i].facets.begin(), blocks_[i].facets.end(), facets.begin());
      weld.rename(i, facets);
    }));
    std::uint64_t bad_normals = 0;
    SolidTag last_tag = SolidTag::kNone;
    for (const StlTextBlock& block : blocks_) {
      bad_normals += block.bad_normals;
      if (block.last_tag != SolidTag::kNone) last_tag = block.last_tag;
    }
    if (bad_normals != 0) loaded.findings.push_back(normals_finding(bad_normals));
    if (last_tag == SolidTag::kSolid) loaded.findings.push_back(no_endsolid_finding());
    return std::optional(std::move(loaded));
  }

 private:
  /// Limits that a usual file of this size cannot reach: the other reader looks after them.
  [[nodiscard]] bool limits_are_usual() const {
    constexpr std::uint64_t kLeastFacetBytes = 86;
    const Limits& limits = ctx_.limits();
    const std::uint64_t most = source_.size() / kLeastFacetBytes + 1;
    return source_.size() > 0 && limits.max_line_bytes >= 16'384 &&
           ctx_.check_memory(Stage::kLoad, reading_bytes(most, 3 * most)).ok();
  }

  Status parse(BlockWeld<DoubleKey>& weld) {
    ScratchPool<StlTextBlockParser> pool;
    std::vector<std::optional<Error>> errors(blocks_.size());
    COSTENGINE_CHECK(run_blocks(ctx_, Stage::kLoad, blocks_.size(), [&](std::size_t i) {
      if (!is_usual_.load(std::memory_order_relaxed)) return;
      const auto parser = pool.take([&] { return StlTextBlockParser(source_); });
      const std::uint64_t begin = i * block_bytes_;
      Result<bool> usual =
          parser->parse(begin, std::min(begin + block_bytes_, source_.size()), blocks_[i]);
      if (!usual) {
        errors[i] = std::move(usual).error();
      } else if (!usual.value()) {
        is_usual_.store(false, std::memory_order_relaxed);
      } else {
        weld.keep(i, parser->positions().keys(), parser->positions().count());
      }
    }));
    for (std::optional<Error>& error : errors) {
      if (error) return *std::move(error);
    }
    return Ok{};
  }

  /// Whether each block begins where the one before ends, and the facets are not too many; the
  /// number of the first facet of each, and of all.
  bool follow_each_other(std::vector<std::size_t>& first) const {
    first.assign(1, 0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (i > 0 && blocks_[i].begin != blocks_[i - 1].end) return false;
      first.push_back(first.back() + blocks_[i].facets.size());
    }
    return blocks_.back().end == source_.size() && first.back() > 0 &&
           first.back() <= ctx_.limits().max_facets;
  }

  const ByteSource& source_;
  std::uint64_t block_bytes_;
  Context& ctx_;
  std::vector<StlTextBlock> blocks_;
  std::atomic<bool> is_usual_{true};
};

}  // namespace costengine::detail

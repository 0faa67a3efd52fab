// The parallel reader of OBJ.
#pragma once

#include <atomic>
#include <utility>

#include "costengine/detail/base/pulse.hpp"
#include "costengine/detail/mesh/chunk_store.hpp"
#include "costengine/detail/mesh/obj_block.hpp"
#include "costengine/detail/mesh/obj_vertices.hpp"
#include "costengine/detail/mesh/polygon.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine::detail {

/// Reads blocks of the file in parallel: first each for itself; then, now that it is known what
/// stands before each, those again that took something wrong for granted; then the vertices are
/// welded, and polygons cut, for now every vertex is known.
class ObjReader {
 public:
  ObjReader(const ByteSource& source, std::uint64_t block_bytes, Context& ctx)
      : source_(source),
        block_bytes_(block_bytes),
        ctx_(ctx),
        blocks_(static_cast<std::size_t>((source.size() + block_bytes - 1) / block_bytes)),
        vertices_(blocks_.size()) {}

  Result<LoadedMesh> read() {
    COSTENGINE_CHECK(parse_all());
    COSTENGINE_CHECK(parse_again());
    COSTENGINE_CHECK(add_up());
    COSTENGINE_CHECK(join_vertices());
    COSTENGINE_CHECK(fill_facets());
    COSTENGINE_CHECK(number_by_use());
    LoadedMesh loaded;
    loaded.format = MeshFormat::kObj;
    loaded.facets_read = mesh_.facets.size();
    loaded.mesh = std::move(mesh_);
    loaded.findings = findings();
    return loaded;
  }

 private:
  /// A block as it waits for the others.
  struct Kept {
    ObjCounts before, own;
    ObjTally tally;
    const Facet* facets = nullptr;
    std::vector<ObjPolygon> polygons;
    std::vector<std::uint32_t> polygon_corners;
    bool relative = false, again = false;
    std::uint32_t highest = 0;
    std::uint64_t highest_line = 0;
    std::int64_t least_vertices = 0, least_textures = 0, least_normals = 0;
    std::optional<Error> error;
  };

  Status parse(std::size_t index, bool knowing_before) {
    Kept& kept = blocks_[index];
    const auto parser = parsers_.take([this] { return ObjBlockParser(source_, ctx_.limits()); });
    const std::uint64_t begin = index * block_bytes_;
    COSTENGINE_CHECK(parser->parse(begin, std::min(begin + block_bytes_, source_.size()),
                                   knowing_before ? &kept.before : nullptr));
    ObjBlock& block = parser->block();
    kept.own = block.own;
    kept.tally = block.tally;
    kept.facets = facets_.keep(block.facets);
    kept.polygons = block.polygons;
    kept.polygon_corners = block.polygon_corners;
    kept.relative = block.relative;
    kept.again = block.mixed;
    kept.highest = block.highest;
    kept.highest_line = block.highest_line;
    kept.least_vertices = block.least_vertices;
    kept.least_textures = block.least_textures;
    kept.least_normals = block.least_normals;
    vertices_.keep(index, block.vertices);
    return Ok{};
  }

  Status parse_all() {
    std::atomic<std::size_t> end{blocks_.size()};  // blocks behind an error do not matter
    std::atomic<std::uint64_t> facets{0}, vertices{0};
    std::atomic<bool> too_large{false};
    COSTENGINE_CHECK(run_blocks(ctx_, Stage::kLoad, blocks_.size(), [&](std::size_t index) {
      if (index > end.load(std::memory_order_relaxed) || too_large) return;
      if (Status parsed = parse(index, false); !parsed.ok()) {
        blocks_[index].error = std::move(parsed).error();
        std::size_t known = end;
        while (index < known && !end.compare_exchange_weak(known, index)) {
        }
        return;
      }
      const ObjCounts& own = blocks_[index].own;
      const std::uint64_t f = facets += own.facets, v = vertices += own.vertices;
      if (!ctx_.check_memory(Stage::kLoad, reading_bytes(f, v)).ok()) too_large = true;
    }));
    if (too_large) return ctx_.check_memory(Stage::kLoad, reading_bytes(facets, vertices));
    return Ok{};
  }

  /// Says what stands before each block, and parses again those that must know it.
  Status parse_again() {
    std::vector<std::size_t> again;
    ObjCounts before;
    for (std::size_t index = 0; index < blocks_.size(); ++index) {
      Kept& kept = blocks_[index];
      kept.before = before;
      const auto lacks = [](std::int64_t least, std::uint64_t count) {
        return least > static_cast<std::int64_t>(count);
      };
      const bool last = kept.error || before.facets + kept.own.facets > ctx_.limits().max_facets;
      if (last || kept.again || lacks(kept.least_vertices, before.vertices) ||
          lacks(kept.least_textures, before.textures) ||
          lacks(kept.least_normals, before.normals)) {
        again.push_back(index);
      }
      if (last) break;
      before += kept.own;
    }
    COSTENGINE_CHECK(run_blocks(ctx_, Stage::kLoad, again.size(), [&](std::size_t k) {
      // What failed once and not again (a read) has failed: what stands behind it was not counted.
      Status parsed = parse(again[k], true);
      if (!parsed.ok()) blocks_[again[k]].error = std::move(parsed).error();
    }));
    for (const std::size_t index : again) {
      if (blocks_[index].error) return *std::move(blocks_[index].error);
    }
    total_ = before;
    return Ok{};
  }

  Status add_up() {
    std::uint32_t highest = 0;
    std::uint64_t highest_line = 0;
    for (const Kept& kept : blocks_) {
      tally_ += kept.tally;
      if (kept.highest_line == 0 || kept.highest < highest) continue;
      highest = kept.highest;
      highest_line = kept.before.lines + kept.highest_line;
    }
    if (highest >= total_.vertices && highest_line != 0) {
      return ObjBlockParser::missing_vertex(highest_line);
    }
    if (total_.facets != 0) return Ok{};
    return Error{ErrorCode::kNoFaces,
                 Stage::kLoad,
                 tally_.freeform != 0
                     ? "the OBJ has free-form surfaces but no polygons; export it as a mesh"
                     : "the OBJ holds no face; export the model again",
                 {},
                 total_.lines + 1};
  }

  Status join_vertices() {
    COSTENGINE_CHECK(vertices_.collect(mesh_.vertices, ctx_));
    return vertices_.join(mesh_.vertices, first_equal_, ctx_);
  }

  Status fill_facets() {
    resize_on_huge_pages(mesh_.facets, static_cast<std::size_t>(total_.facets));
    double cutting = 0;
    for (const Kept& kept : blocks_) {
      for (const ObjPolygon& p : kept.polygons) {
        const double corners = p.corners;
        cutting += corners * corners;
      }
    }
    // What the cutter may spend on a whole file is spent in the order of the file.
    const bool in_order = cutting > PolygonCutter::kWork;
    ScratchPool<PolygonCutter> cutters;
    std::vector<ObjPolygonTally> found(blocks_.size());
    const auto fill = [&](std::size_t index, PolygonCutter& cutter) {
      fill_block(blocks_[index], cutter, found[index]);
    };
    COSTENGINE_CHECK(run_blocks(ctx_, Stage::kLoad, blocks_.size(), [&](std::size_t index) {
      const auto cutter = cutters.take([] { return PolygonCutter(); });
      if (!in_order || blocks_[index].polygons.empty()) fill(index, *cutter);
    }));
    if (in_order) {
      PolygonCutter cutter;
      for (std::size_t index = 0; index < blocks_.size(); ++index) {
        COSTENGINE_CHECK(ctx_.check(Stage::kLoad));
        if (!blocks_[index].polygons.empty()) fill(index, cutter);
      }
    }
    for (const ObjPolygonTally& block : found) polygons_ += block;
    return Ok{};
  }

  void fill_block(const Kept& kept, PolygonCutter& cutter, ObjPolygonTally& found) {
    const std::uint32_t base =
        kept.relative ? static_cast<std::uint32_t>(kept.before.vertices) : 0U;
    const std::uint32_t* const first = first_equal_.empty() ? nullptr : first_equal_.data();
    const auto vertex = [first, base](std::uint32_t corner) {
      return first != nullptr ? first[corner + base] : corner + base;
    };
    Facet* const facets = mesh_.facets.data() + kept.before.facets;
    for (std::uint64_t f = 0; f < kept.own.facets; ++f) {
      for (std::size_t k = 0; k < 3; ++k) facets[f][k] = vertex(kept.facets[f][k]);
    }
    std::vector<Vec3> points;
    for (const ObjPolygon& polygon : kept.polygons) {
      const std::uint32_t* const corners = kept.polygon_corners.data() + polygon.corner;
      points.clear();
      for (std::uint32_t k = 0; k < polygon.corners; ++k) {
        points.push_back(mesh_.vertices[vertex(corners[k])]);
      }
      PolygonTraits traits;
      Facet* out = facets + polygon.facet;
      for (const PolygonCutter::Triangle& t : cutter.cut(points, traits)) {
        *out++ = {vertex(corners[t[0]]), vertex(corners[t[1]]), vertex(corners[t[2]])};
      }
      found.concave += traits.concave ? 1U : 0U;
      found.nonplanar += traits.nonplanar ? 1U : 0U;
      found.crossing += traits.crossing ? 1U : 0U;
    }
  }

  /// Numbers vertices by their first use and drops those that no facet uses.
  Status number_by_use() {
    constexpr std::uint32_t kUnused = ~std::uint32_t{0};
    facets_.release();
    std::vector<std::uint32_t>& number = first_equal_;  // not needed any more
    number.assign(mesh_.vertices.size(), kUnused);
    std::uint32_t next = 0;
    bool in_order = true;
    for (std::size_t begin = 0; begin < mesh_.facets.size(); begin += 65'536) {
      COSTENGINE_CHECK(ctx_.check(Stage::kLoad));
      const std::size_t end = std::min(mesh_.facets.size(), begin + 65'536);
      for (std::size_t f = begin; f < end; ++f) {
        for (std::uint32_t& corner : mesh_.facets[f]) {
          if (number[corner] == kUnused) {
            in_order &= corner == next;
            number[corner] = next++;
          }
          corner = number[corner];
        }
      }
    }
    if (!in_order) {
      std::vector<Vec3> vertices;
      resize_on_huge_pages(vertices, next);
      for (std::size_t i = 0; i < number.size(); ++i) {
        if (number[i] != kUnused) vertices[number[i]] = mesh_.vertices[i];
      }
      mesh_.vertices.swap(vertices);
    }
    mesh_.vertices.resize(next);
    return Ok{};
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    const auto add = [&](FindingCode code, Severity severity, std::uint64_t count,
                         const char* message, const char* effect) {
      if (count != 0) found.push_back({code, severity, count, message, {}, effect});
    };
    add(FindingCode::kIgnored, Severity::kNote, tally_.ignored,
        "statements that carry no facets (points, lines, calls or unknown words)", "ignored");
    add(FindingCode::kUnsupported, Severity::kWarning, tally_.freeform,
        "free-form curves or surfaces stand beside the polygons",
        "they are not evaluated: material may be missing; export the model as a mesh");
    add(FindingCode::kObjWeight, Severity::kWarning, tally_.weighted,
        "vertices carry a weight other than 1",
        "weights are not applied, as the format says for polygons; other programs may divide by "
        "them");
    add(FindingCode::kObjTexture, Severity::kNote, tally_.bad_attributes,
        "texture or normal indices point nowhere", "none: they are not used");
    add(FindingCode::kPolygon, Severity::kWarning, polygons_.crossing, "polygons cross themselves",
        "they are cut into triangles that may overlap");
    add(FindingCode::kConcave, Severity::kNote, polygons_.concave, "concave polygons",
        "cut by ears");
    add(FindingCode::kNonplanar, Severity::kNote, polygons_.nonplanar,
        "polygons whose corners are not in one plane",
        "the triangles chosen may differ from other programs'");
    add(FindingCode::kDegenerate, Severity::kWarning, tally_.short_faces,
        "faces with fewer than three corners", "they are dropped");
    return found;
  }

  const ByteSource& source_;
  std::uint64_t block_bytes_;
  Context& ctx_;
  std::vector<Kept> blocks_;
  ChunkStore<Facet> facets_;
  ObjVertices vertices_;
  ScratchPool<ObjBlockParser> parsers_;
  ObjCounts total_;
  ObjTally tally_;
  ObjPolygonTally polygons_;
  std::vector<std::uint32_t> first_equal_;  ///< of each vertex; empty if all differ
  Mesh mesh_;
};

}  // namespace costengine::detail

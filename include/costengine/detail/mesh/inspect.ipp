#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "costengine/detail/base/pulse.hpp"
#include "costengine/detail/mesh/cap.hpp"
#include "costengine/detail/mesh/clean.hpp"
#include "costengine/detail/mesh/nesting.hpp"
#include "costengine/detail/mesh/overlap.hpp"
#include "costengine/detail/mesh/plausibility.hpp"
#include "costengine/detail/mesh/survey.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine {
namespace detail {

/// The steps of inspect(), each adding its findings.
class Inspector {
 public:
  Inspector(LoadedMesh loaded, Context& ctx)
      : ctx_(ctx),
        pulse_(ctx, Stage::kInspect),
        mesh_(std::move(loaded.mesh)),
        findings_(std::move(loaded.findings)) {}

  Result<Inspection> run(const Machine& machine, double bead_width_mm) {
    survey_ = survey(mesh_, ctx_);
    box_ = survey_.box;
    clean_and_weld();
    if (mesh_.facets.empty()) {
      no_solid("all facets are without area or cancel each other");
      return result();
    }
    turn_shells();
    COSTENGINE_CHECK(close_and_nest());
    COSTENGINE_CHECK(count_overlap());
    if (!box_.empty()) {
      judge_units(box_.size(), bead_width_mm, findings_);
      judge_fit(box_.size(), machine, findings_);
      judge_thickness(box_.size(), bead_width_mm, findings_);
      judge_precision(box_, findings_);
    }
    return result();
  }

 private:
  void add(FindingCode code, Severity severity, std::uint64_t count, std::string message,
           std::string effect, std::optional<std::uint64_t> first_facet = {}) {
    findings_.push_back(
        {code, severity, count, std::move(message), first_facet, std::move(effect)});
  }

  [[nodiscard]] std::optional<std::uint64_t> place_in_file(
      std::optional<std::uint64_t> facet) const {
    if (!facet) return {};
    return in_file_.of(*facet);
  }

  void no_solid(const std::string& why) {
    add(FindingCode::kNotSolid, Severity::kError, 1, "the surface encloses no volume: " + why,
        "refused: there is nothing to print");
  }

  Result<Inspection> result() {
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.code < b.code; });
    Inspection inspection;
    inspection.verdict = verdict_of(findings_);
    inspection.findings = std::move(findings_);
    inspection.surface_facets = surface_facets_;
    inspection.shells = shells_.count;
    if (inspection.verdict == Verdict::kRefused) {  // what is planned by force is a guess
      volume_.low = std::min(volume_.low, 0.5 * volume_.value);
      volume_.high = std::max(volume_.high, 2 * volume_.value);
    }
    inspection.volume = std::move(volume_);
    inspection.solid = std::move(mesh_);
    if (edges_hold_) inspection.twins = edges_.take_partners();
    inspection.columns = std::move(columns_);
    inspection.crossings = std::move(crossings_);
    return inspection;
  }

  void clean_and_weld() {
    if (survey_.collapsed + survey_.flat != 0) {
      add(FindingCode::kDegenerate, Severity::kNote, survey_.collapsed + survey_.flat,
          "facets have no area", "they add nothing and keep their edges closed",
          survey_.first_flat);
    }
    if (survey_.collapsed != 0) drop_collapsed(mesh_, in_file_);
    changed_ = survey_.collapsed != 0;
    edges_ = EdgeTable(mesh_, ctx_, Stage::kInspect);
    if (edges_.has_doubles()) {
      const DoubleCounts counts = drop_doubles(mesh_, in_file_, pulse_);
      edges_ = EdgeTable(mesh_, ctx_, Stage::kInspect);
      changed_ = true;
      if (counts.repeated != 0) {
        add(FindingCode::kDuplicate, Severity::kWarning, counts.repeated,
            "facets stand more than once", "each is counted once", counts.first_repeated);
      }
      if (counts.cancelled != 0) {
        add(FindingCode::kDuplicate, Severity::kNote, counts.cancelled,
            "facets stand back to back (a wall inside the part)",
            "both are dropped: they enclose nothing", counts.first_cancelled);
      }
    }
    if (weld_open_edges() || survey_.flat == 0) return;
    if (drop_loose_flats(mesh_, edges_, in_file_, ctx_)) {
      changed_ = true;
      weld_open_edges();
    }
  }

  /// Whether no edge has one side only, or welding could make it so.
  bool weld_open_edges() {
    const EdgeCounts before = count_edges(mesh_, edges_);
    if (before.single == 0) return true;
    const std::vector<bool> candidates = vertices_of_single_edges(mesh_, edges_);
    for (const double relative : {1e-8, 1e-7, 1e-6, 1e-5, 1e-4}) {
      Mesh welded = weld_within(mesh_, candidates, relative * box_.diagonal());
      if (welded.facets == mesh_.facets) continue;  // nothing is that near
      FileIndex in_file = in_file_;
      drop_collapsed(welded, in_file);
      EdgeTable edges(welded, ctx_, Stage::kInspect);
      if (edges.has_doubles()) {
        drop_doubles(welded, in_file, pulse_);
        edges = EdgeTable(welded, ctx_, Stage::kInspect);
      }
      const EdgeCounts after = count_edges(welded, edges);
      if (after.single != 0 || after.nonmanifold > before.nonmanifold) continue;
      const std::optional<std::uint64_t> first = place_in_file(before.first_open_facet);
      mesh_ = std::move(welded);
      edges_ = std::move(edges);
      in_file_ = std::move(in_file);
      changed_ = true;
      const bool cracks = relative > 1e-6;
      const std::string within = short_number(relative * box_.diagonal()) + " mm";
      if (cracks) {
        add(FindingCode::kOpen, Severity::kWarning, before.single,
            "edges are open: neighbouring facets miss each other by up to " + within,
            "closed by joining vertices; the volume is uncertain by the cracks", first);
        const double width = 4 * relative;
        volume_ = {1, 1 - width, 1 + width, "capped"};
      } else {
        add(FindingCode::kWelded, Severity::kNote, before.single,
            "edges were open by less than " + within, "closed by joining vertices", first);
      }
      return true;
    }
    return false;
  }

  void turn_shells() {
    shells_ = orient(mesh_, edges_, ctx_);
    if (shells_.turned != 0) {
      add(FindingCode::kWinding, Severity::kWarning, shells_.turned,
          "facets are turned against their neighbours", "turned to agree",
          place_in_file(shells_.first_turned));
    }
    if (shells_.contradictions != 0) {
      add(FindingCode::kNonorientable, Severity::kError, shells_.contradictions,
          "the surface has only one side (like a Moebius strip)",
          "refused: it has no inside and outside");
    }
    if (shells_.count > 1) {
      add(FindingCode::kShells, Severity::kNote, shells_.count, "the file holds separate shells",
          "all are counted");
    }
  }

  /// Caps what is open, turns shells outwards, and settles how uncertain the caps make the volume.
  Status close_and_nest() {
    surface_facets_ = mesh_.facets.size();
    const EdgeCounts counts = count_edges(mesh_, edges_);
    if (counts.nonmanifold != 0) {
      add(FindingCode::kNonmanifold, Severity::kNote, counts.nonmanifold,
          "edges have more than two facets", "none where solids only touch there");
    }
    const OpenBoundary open = open_boundary(mesh_, edges_, shells_);
    append_caps(mesh_, open, shells_);
    if (shells_.turned != 0 || !open.sides.empty()) changed_ = true;
    COSTENGINE_TRY(const NestingCounts nesting,
                   face_outwards(mesh_, shells_, changed_ ? nullptr : &survey_, ctx_));
    if (nesting.inverted != 0) changed_ = true;
    edges_hold_ = nesting.inverted == 0 && edges_.all_regular();
    if (nesting.inverted != 0) {
      add(FindingCode::kInverted, Severity::kWarning, nesting.inverted,
          "shells are turned inside out", "turned outwards");
    }
    if (nesting.cavities != 0) {
      add(FindingCode::kCavity, Severity::kNote, nesting.cavities,
          "closed hollows lie inside the part", "their volume is not counted as material");
    }
    if (nesting.undecided) {
      add(FindingCode::kOverlap, Severity::kError, shells_.count,
          "so many shells lie above each other that it cannot be told which lies in which",
          "refused: what is inside cannot be told");
    }
    swallowed_ = nesting.swallowed;
    if (!open.sides.empty()) COSTENGINE_CHECK(judge_caps(open, counts));
    return Ok{};
  }

  Status judge_caps(const OpenBoundary& open, const EdgeCounts& counts) {
    const auto refuse = [&](const std::string& why) {
      add(FindingCode::kOpen, Severity::kError, open.sides.size(),
          "edges have a facet on one side only", "refused: " + why,
          place_in_file(counts.first_open_facet));
      return Ok{};
    };
    volume_.method = "capped";
    constexpr std::size_t kMostCaps = 20'000;
    if (open.sides.size() > kMostCaps) return refuse("too many to close");
    // With whole sides missing, all ways of closing may agree and be wrong.
    constexpr double kMostGuessed = 0.3;
    double area2 = 0;
    for (const Facet& f : mesh_.facets) area2 += facet_area2(mesh_, f);
    if (guessed_cap_area2(mesh_, surface_facets_) > kMostGuessed * area2) {
      return refuse("so much of the surface is missing that its shape is a guess");
    }
    const double capped = signed_volume6(mesh_.facets.size(), box_.center());
    if (!(capped > 0)) return refuse("the surface encloses no volume");
    const double about_centroid = signed_volume6(surface_facets_, surface_centroid()) / capped;
    COSTENGINE_TRY(const double half, half_winding_ratio(mesh_, surface_facets_, ctx_));
    volume_.low = std::min({1.0, about_centroid, half});
    volume_.high = std::max({1.0, about_centroid, half});
    const double half_width = (volume_.high - volume_.low) / 2;
    if (half_width > 0.15) {
      return refuse("ways of closing it differ by " + short_number(100 * half_width) + " %");
    }
    add(FindingCode::kOpen, Severity::kWarning, open.sides.size(),
        "edges have a facet on one side only",
        "closed by flat caps; the volume is uncertain by " + short_number(100 * half_width) + " %",
        place_in_file(counts.first_open_facet));
    return Ok{};
  }

  /// Compares, on the same columns, what the signed volume counts with what a machine would fill.
  Status count_overlap() {
    if (changed_) survey_ = survey(mesh_, ctx_);
    columns_ = columns_over(survey_, 4'096);
    COSTENGINE_TRY(crossings_, cross_columns(mesh_, columns_.columns, ctx_));
    const ColumnLengths lengths = column_lengths(crossings_);
    const double volume = survey_.volume6 / 6;
    const Vec3 size = box_.size();
    if (!(volume > 1e-9 * size.x * size.y * size.z) || !(lengths.signed_mm > 0)) {
      no_solid("it is flat, or its inside and outside cancel");
      return Ok{};
    }
    const double excess = lengths.excess_mm / lengths.printed_mm;
    if (excess <= 0.005 && swallowed_ == 0) return Ok{};
    const double ratio = lengths.printed_mm / lengths.signed_mm;
    const double doubt = 0.1 * std::abs(1 - ratio) + 0.005;
    volume_ = {volume_.value * ratio, volume_.low * (ratio - doubt), volume_.high * (ratio + doubt),
               "winding"};
    if (volume_.low <= 0 || doubt > 0.15 * ratio) {
      add(FindingCode::kOverlap, Severity::kError, std::max<std::uint64_t>(swallowed_, 1),
          "parts of the model run through each other almost everywhere",
          "refused: what is inside cannot be told");
      return Ok{};
    }
    add(FindingCode::kOverlap, Severity::kWarning, std::max<std::uint64_t>(swallowed_, 1),
        "parts of the model run through each other or lie inside each other: " +
            short_number(100 * excess) + " % of the volume is there twice",
        "counted once, as a printer fills it");
    return Ok{};
  }

  [[nodiscard]] double signed_volume6(std::size_t facets, Vec3 origin) const {
    double sum = 0;
    for (std::size_t f = 0; f < facets; ++f) sum += facet_volume6(mesh_, mesh_.facets[f], origin);
    return sum;
  }

  /// The area-weighted middle of the surface without its caps.
  [[nodiscard]] Vec3 surface_centroid() const {
    Vec3 sum;
    double area = 0;
    for (std::size_t f = 0; f < surface_facets_; ++f) {
      const Facet& facet = mesh_.facets[f];
      const double a = facet_area2(mesh_, facet);
      area += a;
      sum = sum + (mesh_.vertices[facet[0]] + mesh_.vertices[facet[1]] + mesh_.vertices[facet[2]]) *
                      (a / 3);
    }
    return area > 0 ? sum * (1 / area) : box_.center();
  }

  Context& ctx_;
  Pulse pulse_;
  Mesh mesh_;
  std::vector<Finding> findings_;
  FileIndex in_file_;  ///< of each facet of mesh_, caps excepted
  Survey survey_;
  bool changed_ = false;  ///< mesh_, since it was surveyed
  Box3 box_;
  EdgeTable edges_;
  bool edges_hold_ = false;  ///< for mesh_ as it is, without an odd edge
  Shells shells_;
  std::size_t surface_facets_ = 0;
  std::uint64_t swallowed_ = 0;
  VolumeFactor volume_;
  ColumnSample columns_;
  ColumnCrossings crossings_;
};

}  // namespace detail

COSTENGINE_INLINE Result<Inspection> inspect(LoadedMesh loaded, const Machine& machine,
                                             double bead_width_mm, Context& ctx) {
  const Mesh& mesh = loaded.mesh;
  COSTENGINE_CHECK(ctx.check_memory(Stage::kInspect,
                                    inspection_bytes(mesh.facets.size(), mesh.vertices.size())));
  return detail::interruptible(
      [&] { return detail::Inspector(std::move(loaded), ctx).run(machine, bead_width_mm); });
}

}  // namespace costengine

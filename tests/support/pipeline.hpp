/// Short ways through the first stages, for tests: text or a mesh in, findings and numbers out.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "costengine/base/byte_source.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/mesh/load.hpp"

namespace costengine::pipeline {

inline constexpr double kBead_mm = 0.45;

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// 250 x 210 x 210 mm.
inline Machine test_machine() {
  Machine machine{};
  machine.name = "the test printer";
  machine.build_x_mm = 250;
  machine.build_y_mm = 210;
  machine.build_z_mm = 210;
  return machine;
}

inline ContextOptions threads(unsigned count, Isa isa = Isa::kBest) {
  ContextOptions options;
  options.threads = count;
  options.isa = isa;
  return options;
}

inline Result<LoadedMesh> try_load(std::span<const std::byte> bytes, const Limits& limits = {},
                                   const LoadOptions& options = {}) {
  ContextOptions context = threads(1);
  context.limits = limits;
  Context ctx(context);
  return load(*view_memory(bytes), options, ctx);
}

inline Result<LoadedMesh> try_load(std::string_view text, const Limits& limits = {}) {
  return try_load(bytes_of(text), limits);
}

inline LoadedMesh loaded(std::span<const std::byte> bytes) {
  Result<LoadedMesh> result = try_load(bytes);
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

inline LoadedMesh loaded(std::string_view text) {
  return loaded(bytes_of(text));
}

/// Precondition: reading fails.
inline Error load_error(std::span<const std::byte> bytes, const Limits& limits = {}) {
  Result<LoadedMesh> result = try_load(bytes, limits);
  if (result.ok()) FAIL("read without an error");
  return std::move(result).error();
}

inline Error load_error(std::string_view text, const Limits& limits = {}) {
  return load_error(bytes_of(text), limits);
}

inline Inspection inspected(LoadedMesh mesh, unsigned thread_count = 1) {
  Context ctx(threads(thread_count));
  Result<Inspection> result = inspect(std::move(mesh), test_machine(), kBead_mm, ctx);
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

inline Inspection inspected(const Mesh& mesh, unsigned thread_count = 1) {
  return inspected(LoadedMesh{mesh, MeshFormat::kObj, mesh.facets.size(), {}}, thread_count);
}

inline Measurements measured(const Inspection& inspection, bool want_hull = false) {
  Context ctx(threads(1));
  Result<Measurements> result = measure(inspection, want_hull, ctx);
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

inline MassProperties mass_of(const Mesh& mesh, unsigned thread_count = 1, Isa isa = Isa::kBest) {
  Context ctx(threads(thread_count, isa));
  return mass_properties(mesh, 0, mesh.facets.size(), ctx).value();
}

/// The first finding of a code, or nullptr.
inline const Finding* finding(const std::vector<Finding>& findings, FindingCode code) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& f) { return f.code == code; });
  return found == findings.end() ? nullptr : &*found;
}

/// Whether a code was found, and with this severity.
inline bool has(const std::vector<Finding>& findings, FindingCode code, Severity severity) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& f) { return f.code == code && f.severity == severity; });
}

}  // namespace costengine::pipeline

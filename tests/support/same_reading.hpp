/// Compares the library's readers with the plain ones.
#pragma once

#include <cstring>
#include <sstream>
#include <string>
#include <string_view>

#include "costengine/detail/mesh/obj_reader.hpp"
#include "costengine/detail/mesh/stl_blocks.hpp"
#include "costengine/detail/mesh/stl_grammar.hpp"
#include "support/plain_readers.hpp"

namespace costengine::plain {

/// What differs; empty if nothing does.
inline std::string difference(const Outcome& plain, const Result<LoadedMesh>& fast) {
  std::ostringstream text;
  if (plain.error.has_value() == fast.ok()) {
    text << "one has an error: " << (fast.ok() ? "the plain one" : fast.error().to_string());
    return text.str();
  }
  if (plain.error) {
    const Error& error = fast.error();
    if (error.code != *plain.error || error.byte != plain.byte || error.line != plain.line) {
      text << error.to_string() << " but plainly " << error_code_name(*plain.error) << ", byte "
           << plain.byte.value_or(0) << ", line " << plain.line.value_or(0);
    }
    return text.str();
  }
  const LoadedMesh& loaded = fast.value();
  const Mesh& mesh = loaded.mesh;
  if (mesh.facets != plain.mesh.facets) text << "facets differ; ";
  if (mesh.vertices.size() != plain.mesh.vertices.size()) {
    text << mesh.vertices.size() << " vertices, plainly " << plain.mesh.vertices.size() << "; ";
  } else if (!mesh.vertices.empty() && std::memcmp(mesh.vertices.data(), plain.mesh.vertices.data(),
                                                   mesh.vertices.size() * sizeof(Vec3)) != 0) {
    text << "vertices differ; ";
  }
  if (loaded.facets_read != plain.mesh.facets.size()) text << "facets_read differs; ";
  bool same = loaded.findings.size() == plain.findings.size();
  for (const auto& [code, count] : plain.findings) {
    bool found = false;
    for (const Finding& f : loaded.findings) found |= f.code == code && f.count == count;
    same &= found;
  }
  if (!same) text << "findings differ; ";
  return text.str();
}

/// A file through both readers of its format, in blocks of several sizes, down to one facet or a
/// few characters, and on several threads. What differs; empty if nothing does.
inline std::string difference_of_stl(std::string_view bytes, const Limits& limits,
                                     const std::vector<unsigned>& threads = {1, 2, 3, 8}) {
  const Outcome plain = read_stl_binary(bytes, limits);
  const auto source = view_memory(std::as_bytes(std::span(bytes)));
  const std::size_t facets = bytes.size() / 50;
  for (const std::size_t block :
       {detail::kStlBlock, std::size_t{64}, std::size_t{5}, std::size_t{1}}) {
    if (facets > 2000 * block) continue;
    for (const unsigned count : threads) {
      Context ctx({.threads = count, .limits = limits});
      const std::string found = difference(plain, detail::read_stl_in_blocks(*source, block, ctx));
      if (!found.empty()) {
        return found + " (blocks of " + std::to_string(block) + ", " + std::to_string(count) +
               " threads)";
      }
    }
  }
  return {};
}

/// An ASCII STL in blocks and by the reader of the whole grammar, which takes one line after the
/// other. `left`: set if blocks leave the file to it, whatever their size.
inline std::string difference_of_stl_text(std::string_view bytes, const Limits& limits, bool& left,
                                          const std::vector<unsigned>& threads = {1, 2, 3, 8}) {
  const auto source = view_memory(std::as_bytes(std::span(bytes)));
  Context plain_ctx({.threads = 1, .limits = limits});
  const Result<LoadedMesh> plain = detail::StlAsciiReader(*source, plain_ctx).read();
  left = true;
  for (const std::uint64_t block :
       {detail::kTextBlock, std::uint64_t{1000}, std::uint64_t{61}, std::uint64_t{7}}) {
    if (bytes.size() > 2000 * block) continue;
    for (const unsigned count : threads) {
      Context ctx({.threads = count, .limits = limits});
      detail::StlTextReader reader(*source, block, ctx);
      Result<std::optional<LoadedMesh>> fast = reader.read();
      if (fast.ok() && !fast.value()) continue;
      left = false;
      std::string found;
      if (!fast.ok() || !plain.ok()) {
        found = "one has an error";
      } else {
        Outcome expected;
        expected.mesh = plain.value().mesh;
        for (const Finding& f : plain.value().findings) {
          expected.findings.emplace_back(f.code, f.count);
        }
        found = difference(expected, *std::move(fast).value());
      }
      if (!found.empty()) {
        return found + " (blocks of " + std::to_string(block) + " bytes, " + std::to_string(count) +
               " threads)";
      }
    }
  }
  return {};
}

inline std::string difference_of_obj(std::string_view bytes, const Limits& limits,
                                     const std::vector<unsigned>& threads = {1, 2, 3, 8}) {
  const Outcome plain = Obj(limits).read(bytes);
  const auto source = view_memory(std::as_bytes(std::span(bytes)));
  for (const std::uint64_t block :
       {detail::kTextBlock, std::uint64_t{1000}, std::uint64_t{61}, std::uint64_t{7}}) {
    if (bytes.size() > 2000 * block) continue;
    for (const unsigned count : threads) {
      Context ctx({.threads = count, .limits = limits});
      const std::string found = difference(plain, detail::ObjReader(*source, block, ctx).read());
      if (!found.empty()) {
        return found + " (blocks of " + std::to_string(block) + " bytes, " + std::to_string(count) +
               " threads)";
      }
    }
  }
  return {};
}

}  // namespace costengine::plain

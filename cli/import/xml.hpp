/// A pull reader for the little XML that 3MF and AMF need: UTF-8, elements, attributes and text.
/// No DTD, no entities in what it hands out, nothing external. Checks that elements are closed.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace costengine::import {

class XmlReader {
 public:
  enum class Event { kStart, kEnd, kText, kDone };

  /// `bytes` must outlive the reader. Refuses UTF-16.
  explicit XmlReader(std::string_view bytes);

  /// An element without content (<a/>) gives kStart and kEnd. Refuses what is not well formed.
  Event next();

  /// Of kStart and kEnd: the name, with its prefix.
  [[nodiscard]] std::string_view name() const { return name_; }
  /// Of kText: the raw text.
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Of kStart: the raw value; empty optional if there is no such attribute.
  [[nodiscard]] std::optional<std::string_view> attribute(std::string_view attribute_name) const;
  [[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& attributes()
      const {
    return attributes_;
  }
  /// Names of the open elements, outermost first. kStart: with this one; kEnd: without it.
  [[nodiscard]] const std::vector<std::string_view>& open() const { return open_; }

 private:
  void skip_past(std::string_view mark);
  void read_tag();

  std::string_view rest_;
  std::string_view name_;
  std::string_view text_;
  std::vector<std::pair<std::string_view, std::string_view>> attributes_;
  std::vector<std::string_view> open_;
  bool end_pending_ = false;
  bool root_seen_ = false;
};

/// The part of a name behind its prefix.
std::string_view local_name(std::string_view name);

}  // namespace costengine::import

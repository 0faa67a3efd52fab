/// The elements of an XML document one after another, through Expat: nothing but the names of the
/// open elements and one text is kept, whatever the document's size.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace costengine::import {

/// An element that begins or ends.
class XmlElement {
 public:
  /// `open` and `attributes` as the two accessors give them. Both must outlive the element.
  XmlElement(const std::vector<std::string>& open, const char* const* attributes)
      : open_(open), attributes_(attributes) {}

  /// With its prefix.
  [[nodiscard]] std::string_view name() const { return open_.back(); }
  /// Names of the open elements, outermost first; this one is the last.
  [[nodiscard]] const std::vector<std::string>& open() const { return open_; }
  /// Empty optional if there is no such attribute, and always at an element's end.
  [[nodiscard]] std::optional<std::string_view> attribute(std::string_view attribute_name) const;
  /// Name, value, name, value, ..., null pointer.
  [[nodiscard]] const char* const* attributes() const { return attributes_; }

 private:
  const std::vector<std::string>& open_;
  const char* const* attributes_;
};

struct XmlEvents {
  std::function<void(const XmlElement&)> start;
  /// `text` is empty if elements stand inside. May be left out.
  std::function<void(const XmlElement&, std::string_view text)> end;
};

/// Calls `events` until the document ends or one of them throws; what it throws comes out here.
/// UTF-8, UTF-16, ISO 8859-1. Refuses what is not well formed, document types (and with them every
/// entity of the file's own) and more than 64 elements inside each other.
void read_xml(std::string_view bytes, const XmlEvents& events);

/// The part of a name behind its prefix.
std::string_view local_name(std::string_view name);

}  // namespace costengine::import

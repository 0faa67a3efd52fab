#include "xml_events.hpp"

#include <expat.h>

#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "model.hpp"

namespace costengine::import {
namespace {

constexpr std::size_t kMaxDepth = 64;
// Expat copies what one call gives it, and scans an unfinished tag again with every call: large
// enough that no honest file's tag spans several calls, small beside the file.
constexpr std::size_t kBytesPerCall = std::size_t{16} << 20;

/// Between Expat's callbacks and ours.
class Document {
 public:
  Document(const XmlEvents& events, XML_Parser parser) : events_(events), parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &Document::on_start, &Document::on_end);
    XML_SetStartDoctypeDeclHandler(parser, &Document::on_document_type);
    if (events.end) XML_SetCharacterDataHandler(parser, &Document::on_text);
  }

  void read(std::string_view bytes) {
    do {
      const std::string_view part = bytes.substr(0, kBytesPerCall);
      bytes.remove_prefix(part.size());
      const auto status =
          XML_Parse(parser_, part.data(), static_cast<int>(part.size()), bytes.empty());
      if (thrown_) std::rethrow_exception(thrown_);
      if (status != XML_STATUS_OK) fail(XML_GetErrorCode(parser_));
    } while (!bytes.empty());
  }

 private:
  [[noreturn]] void fail(XML_Error error) const {
    if (error == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
    refuse("the XML in the file is damaged: " + std::string(XML_ErrorString(error)) + " in line " +
           std::to_string(XML_GetCurrentLineNumber(parser_)) + "; export it again");
  }

  /// Runs `event`. An exception must not cross Expat, which is C: it waits until XML_Parse returns.
  template <class Event>
  static void guard(void* user, Event&& event) noexcept {
    Document& document = *static_cast<Document*>(user);
    if (document.thrown_) return;  // Expat may finish an empty element after it was stopped
    try {
      event(document);
    } catch (...) {
      document.thrown_ = std::current_exception();
      XML_StopParser(document.parser_, XML_FALSE);
    }
  }

  static void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
    guard(user, [&](Document& document) {
      if (document.open_.size() == kMaxDepth) {
        refuse("the XML in the file is damaged: its elements are nested too deeply");
      }
      document.open_.emplace_back(name);
      document.has_children_ = false;
      document.text_.clear();
      document.events_.start(XmlElement(document.open_, attributes));
    });
  }

  static void XMLCALL on_end(void* user, const XML_Char*) {
    guard(user, [](Document& document) {
      if (document.events_.end) {
        constexpr const char* kNone = nullptr;
        if (document.has_children_) document.text_.clear();
        document.events_.end(XmlElement(document.open_, &kNone), document.text_);
      }
      document.open_.pop_back();
      document.has_children_ = true;  // of the element around it
    });
  }

  static void XMLCALL on_text(void* user, const XML_Char* text, int length) {
    guard(user, [&](Document& document) {
      if (!document.has_children_) document.text_.append(text, static_cast<std::size_t>(length));
    });
  }

  static void XMLCALL on_document_type(void* user, const XML_Char*, const XML_Char*,
                                       const XML_Char*, int) {
    guard(user, [](Document&) {
      refuse("the XML in the file declares a document type, which no 3MF or AMF file has");
    });
  }

  const XmlEvents& events_;
  XML_Parser parser_;
  std::vector<std::string> open_;
  std::string text_;
  bool has_children_ = false;
  std::exception_ptr thrown_;
};

}  // namespace

std::optional<std::string_view> XmlElement::attribute(std::string_view attribute_name) const {
  for (const char* const* at = attributes_; *at != nullptr; at += 2) {
    if (at[0] == attribute_name) return at[1];
  }
  return std::nullopt;
}

void read_xml(std::string_view bytes, const XmlEvents& events) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Document(events, parser.get()).read(bytes);
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace costengine::import

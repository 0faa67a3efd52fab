#include "xml.hpp"

#include <algorithm>
#include <string>

#include "model.hpp"

namespace costengine::import {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxDepth = 64;

[[noreturn]] void refuse_xml(std::string_view what) {
  refuse("the XML in the file is damaged: " + std::string(what) + "; export it again");
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

XmlReader::XmlReader(std::string_view bytes) : rest_(bytes) {
  if (rest_.starts_with("\xFF\xFE") || rest_.starts_with("\xFE\xFF") ||
      rest_.substr(0, 4).find('\0') != std::string_view::npos) {
    refuse("the XML in the file is UTF-16, which is not supported: export it as UTF-8");
  }
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

std::optional<std::string_view> XmlReader::attribute(std::string_view attribute_name) const {
  for (const auto& [key, value] : attributes_) {
    if (key == attribute_name) return value;
  }
  return std::nullopt;
}

void XmlReader::skip_past(std::string_view mark) {
  const std::size_t at = rest_.find(mark);
  if (at == std::string_view::npos) refuse_xml("it ends too early");
  rest_.remove_prefix(at + mark.size());
}

XmlReader::Event XmlReader::next() {
  if (end_pending_) {  // the second half of <a/>
    end_pending_ = false;
    open_.pop_back();
    return Event::kEnd;
  }
  while (!rest_.empty()) {
    if (rest_.front() != '<') {
      const std::size_t end = std::min(rest_.find('<'), rest_.size());
      text_ = rest_.substr(0, end);
      rest_.remove_prefix(end);
      if (!open_.empty()) return Event::kText;
      if (!trimmed(text_).empty()) refuse_xml("text outside of its root element");
    } else if (rest_.starts_with("<!--")) {
      skip_past("-->");
    } else if (rest_.starts_with("<![CDATA[")) {
      rest_.remove_prefix(std::string_view("<![CDATA[").size());
      const std::string_view begin = rest_;
      skip_past("]]>");
      text_ = begin.substr(0, begin.size() - rest_.size() - 3);
      return Event::kText;
    } else if (rest_.starts_with("<?")) {
      skip_past("?>");
    } else if (rest_.starts_with("<!")) {
      refuse_xml("it declares a document type");
    } else if (rest_.starts_with("</")) {
      rest_.remove_prefix(2);
      const std::string_view begin = rest_;
      skip_past(">");
      name_ = trimmed(begin.substr(0, begin.size() - rest_.size() - 1));
      if (open_.empty() || open_.back() != name_) refuse_xml("an element is not closed");
      open_.pop_back();
      return Event::kEnd;
    } else {
      read_tag();
      return Event::kStart;
    }
  }
  if (!open_.empty() || !root_seen_) refuse_xml("it ends too early");
  return Event::kDone;
}

void XmlReader::read_tag() {
  if (open_.empty() && root_seen_) refuse_xml("a second root element");
  if (open_.size() == kMaxDepth) refuse_xml("its elements are nested too deeply");
  root_seen_ = true;
  attributes_.clear();
  rest_.remove_prefix(1);
  const auto take = [this](std::string_view stops) {
    const std::size_t end = rest_.find_first_of(stops);
    if (end == std::string_view::npos) refuse_xml("it ends inside a tag");
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return taken;
  };
  name_ = take(" \t\r\n/>");
  if (name_.empty()) refuse_xml("a tag without a name");
  open_.push_back(name_);
  for (;;) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
    if (rest_.starts_with("/>")) {
      rest_.remove_prefix(2);
      end_pending_ = true;
      return;
    }
    if (rest_.starts_with('>')) {
      rest_.remove_prefix(1);
      return;
    }
    const std::string_view key = trimmed(take("=<>/"));
    if (key.empty() || rest_.front() != '=') refuse_xml("an attribute without a value");
    rest_.remove_prefix(1);
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
    if (!rest_.starts_with('"') && !rest_.starts_with('\'')) {
      refuse_xml("an attribute without quotes");
    }
    const std::string_view quote = rest_.substr(0, 1);
    rest_.remove_prefix(1);
    const std::string_view value = take(quote);
    rest_.remove_prefix(1);
    if (attribute(key)) refuse_xml("an attribute that stands twice");
    attributes_.emplace_back(key, value);
  }
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace costengine::import

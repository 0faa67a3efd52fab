#pragma once

#include "costengine/detail/motion/macro_expression.hpp"
#include "costengine/motion/macro.hpp"

namespace costengine {

namespace detail::macros {

/// One {if} that is open.
struct Condition {
  bool outside;  ///< is what surrounds it printed?
  bool taken;    ///< has a branch been taken?
  bool now;      ///< is this branch printed?
};

class Expander {
 public:
  Expander(std::string_view macro, const MacroVariables& variables)
      : macro_(macro), rest_(macro), variables_(variables) {}

  Result<MacroText> run() {
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '{' || c == '[') {
        const std::size_t at = macro_.size() - rest_.size();
        rest_.remove_prefix(1);
        Status status = c == '{' ? braces() : brackets();
        if (!status.ok()) return located(std::move(status).error(), at);
      } else {
        const std::size_t length = std::min(rest_.find_first_of("{["), rest_.size());
        if (printed()) result_.text += rest_.substr(0, length);
        rest_.remove_prefix(length);
      }
      if (result_.text.size() > kMostText) {
        return located(Expression::too_long(), macro_.size() - rest_.size());
      }
    }
    if (!conditions_.empty()) {
      return located(Expression::error(ErrorCode::kSyntax, "the template lacks an {endif}"),
                     macro_.size());
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool printed() const { return conditions_.empty() || conditions_.back().now; }

  Error located(Error error, std::size_t at) const {
    error.line = 1 + static_cast<std::uint64_t>(std::count(
                         macro_.begin(), macro_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    return error;
  }

  Status print_value(const Value& value) {
    if (value && printed()) result_.text += print(*value);
    return Ok{};
  }

  /// After '{'.
  Status braces() {
    Expression ahead(rest_, variables_, true, result_.unknown);
    const std::string_view word = ahead.word();
    if (word == "if" || word == "elsif" || word == "else" || word == "endif") {
      rest_ = ahead.rest();
      return control(word);
    }
    COSTENGINE_TRY(const Value value, expression(!printed()));
    return print_value(value);
  }

  /// An expression and its closing brace.
  Result<Value> expression(bool quiet) {
    Expression reader(rest_, variables_, quiet, result_.unknown);
    COSTENGINE_TRY(Value value, reader.read());
    if (!reader.take("}")) {
      return Expression::error(ErrorCode::kSyntax, "the template lacks a \"}\"");
    }
    rest_ = reader.rest();
    return value;
  }

  Result<bool> condition(bool quiet) {
    COSTENGINE_TRY(const Value value, expression(quiet));
    if (!value) return false;
    const auto truth = to_bool(*value);
    if (!truth) {
      return Expression::error(
          ErrorCode::kSettingInvalid,
          "the template takes a string for a condition; compare it with something");
    }
    return *truth;
  }

  Status control(std::string_view word) {
    if (word == "if") {
      const bool outside = printed();
      COSTENGINE_TRY(const bool truth, condition(!outside));
      if (conditions_.size() > 60) {
        return Expression::error(ErrorCode::kSyntax, "the template is nested too deep");
      }
      conditions_.push_back({outside, truth, outside && truth});
      return Ok{};
    }
    if (conditions_.empty()) {
      return Expression::error(ErrorCode::kSyntax,
                               "the template has an {" + std::string(word) + "} without an {if}");
    }
    Condition& now = conditions_.back();
    if (word == "elsif") {
      const bool open = now.outside && !now.taken;
      COSTENGINE_TRY(const bool truth, condition(!open));
      now.now = open && truth;
      now.taken = now.taken || now.now;
      return Ok{};
    }
    Expression reader(rest_, variables_, true, result_.unknown);
    if (!reader.take("}")) {
      return Expression::error(ErrorCode::kSyntax, "the template lacks a \"}\"");
    }
    rest_ = reader.rest();
    if (word == "endif") {
      conditions_.pop_back();
    } else {
      now.now = now.outside && !now.taken;
      now.taken = true;
    }
    return Ok{};
  }

  /// After '[': a name, a name with a number at its end, or a name and an index that is a name.
  Status brackets() {
    Expression reader(rest_, variables_, !printed(), result_.unknown);
    const std::string_view name = reader.word();
    if (name.empty()) return Expression::error(ErrorCode::kSyntax, "the template needs a [name]");
    std::string_view known = name;
    double index = 0;
    if (reader.take("[")) {
      const std::string_view inner = reader.word();
      const auto* values = inner.empty() ? nullptr : reader.find(inner);
      if (inner.empty() || !reader.take("]")) {
        return Expression::error(ErrorCode::kSyntax,
                                 "the template needs a name in [" + std::string(name) + "[...]]");
      }
      if (values != nullptr) index = to_number(values->front());
    } else if (!variables_.contains(name)) {
      // A number at the end is an index, unless a variable is called so.
      const auto last = name.find_last_not_of("0123456789");
      if (last + 1 < name.size() && name.size() - last < 6 && last > 0 && name[last] == '_') {
        known = name.substr(0, last);
        for (const char digit : name.substr(last + 1)) index = index * 10 + (digit - '0');
      }
    }
    if (!reader.take("]")) {
      return Expression::error(ErrorCode::kSyntax, "the template lacks a \"]\"");
    }
    rest_ = reader.rest();
    const auto* values = reader.find(known);
    if (values == nullptr) return Ok{};
    const MacroValue& value = element(*values, index);
    // A switch prints as in an .ini.
    if (const auto* flag = std::get_if<bool>(&value)) {
      return print_value(MacroValue(std::int64_t{*flag ? 1 : 0}));
    }
    return print_value(value);
  }

  std::string_view macro_, rest_;
  const MacroVariables& variables_;
  std::vector<Condition> conditions_;
  MacroText result_;
};

inline MacroValue value_of_text(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  std::string_view number = text;
  const bool percent = number.ends_with('%');
  if (percent) number.remove_suffix(1);
  const char* end = number.data() + number.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(number.data(), end, integer);
  if (!percent && !number.empty() && whole.ec == std::errc() && whole.ptr == end) return integer;
  double real = 0;
  const auto part = std::from_chars(number.data(), end, real);
  if (!number.empty() && part.ec == std::errc() && part.ptr == end && std::isfinite(real)) {
    return real;
  }
  return std::string(text);
}

/// The strings of "\"a\";\"b\"", with their escapes resolved.
inline std::vector<MacroValue> quoted_values(std::string_view text) {
  std::vector<MacroValue> values;
  std::string value;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside && c == '\\' && i + 1 < text.size()) {
      ++i;
      value += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i] == 'r' ? '\r' : text[i];
    } else if (c == '"') {
      if (inside) values.emplace_back(std::exchange(value, {}));
      inside = !inside;
    } else if (inside) {
      value += c;
    }
  }
  if (inside || values.empty()) values.emplace_back(std::move(value));
  return values;
}

}  // namespace detail::macros

COSTENGINE_INLINE std::vector<MacroValue> macro_values(std::string_view ini_text) {
  namespace own = detail::macros;
  if (ini_text.starts_with('"')) return own::quoted_values(ini_text);
  std::vector<MacroValue> values;
  // Numbers are separated by commas; strings by semicolons, but a text of several lines or with
  // spaces after its semicolons is one string.
  for (const char separator : {',', ';'}) {
    values.clear();
    bool list = true;
    std::string_view rest = ini_text;
    for (bool more = true; more;) {
      const auto end = rest.find(separator);
      const std::string_view item = rest.substr(0, end);
      values.push_back(own::value_of_text(item));
      more = end != std::string_view::npos;
      if (more) rest.remove_prefix(end + 1);
      if (separator == ',') {
        list = list && !own::is_text(values.back());
      } else {
        list = list && item.find_first_of("\n\\") == std::string_view::npos &&
               !(more && rest.starts_with(' '));
      }
    }
    if (list) return values;
  }
  return {own::value_of_text(ini_text)};
}

COSTENGINE_INLINE Result<MacroText> expand_macro(std::string_view macro,
                                                 const MacroVariables& variables) {
  return detail::macros::Expander(macro, variables).run();
}

}  // namespace costengine

/// Expressions of macros: read and computed in one go, by recursive descent.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costengine/base/error.hpp"
#include "costengine/detail/motion/macro_value.hpp"
#include "costengine/detail/motion/pattern.hpp"
#include "costengine/motion/macro.hpp"

namespace costengine::detail::macros {

inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Bytes of a text that a template makes.
inline constexpr std::size_t kMostText = 4 << 20;

/// The first of some values for index 0, and for an index beyond the end.
inline const MacroValue& element(const std::vector<MacroValue>& values, double index) {
  const bool inside = index >= 0 && index < static_cast<double>(values.size());
  return values[inside ? static_cast<std::size_t>(index) : 0];
}

/// Reads expressions from the front of a text. While `quiet`, names are not looked up: nothing has
/// a value.
class Expression {
 public:
  Expression(std::string_view text, const MacroVariables& variables, bool quiet,
             std::vector<std::string>& unknown)
      : rest_(text), variables_(variables), quiet_(quiet), unknown_(unknown) {}

  /// What follows the expression.
  [[nodiscard]] std::string_view rest() const { return rest_; }

  Result<Value> read() { return choice(); }

  std::string_view word() {
    skip_space();
    std::size_t length = 0;
    while (length < rest_.size() &&
           (is_letter(rest_[length]) || (length > 0 && is_digit(rest_[length])))) {
      ++length;
    }
    const std::string_view result = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return result;
  }

  bool take(std::string_view sign) {
    skip_space();
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }

  /// The values of a name, or null; remembers names without.
  const std::vector<MacroValue>* find(std::string_view name) {
    if (quiet_) return nullptr;
    const auto found = variables_.find(name);
    if (found != variables_.end() && !found->second.empty()) return &found->second;
    if (std::find(unknown_.begin(), unknown_.end(), name) == unknown_.end()) {
      unknown_.emplace_back(name);
    }
    return nullptr;
  }

  static Error too_long() {
    return error(ErrorCode::kLimitBytes, "the template makes a text above 4 MiB");
  }

  static Error error(ErrorCode code, std::string message) {
    Error result;
    result.code = code;
    result.stage = Stage::kPlan;
    result.message = std::move(message);
    return result;
  }

 private:
  static constexpr int kMostDepth = 60;
  static constexpr std::size_t kLongestMatched = 1 << 16;

  void skip_space() {
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
  }

  /// A word that is an operator: "and" but not the begin of "android".
  bool take_word(std::string_view name) {
    skip_space();
    if (!rest_.starts_with(name)) return false;
    if (rest_.size() > name.size() &&
        (is_letter(rest_[name.size()]) || is_digit(rest_[name.size()]))) {
      return false;
    }
    rest_.remove_prefix(name.size());
    return true;
  }

  Error expected(const char* what) const {
    const std::string_view here = rest_.substr(0, std::min<std::size_t>(rest_.find('\n'), 20));
    return error(ErrorCode::kSyntax,
                 std::string("the template needs ") + what + " at \"" + std::string(here) + "\"");
  }

  static Result<Value> flag(const Value& value, bool inverted) {
    if (!value) return value;
    const auto truth = to_bool(*value);
    if (!truth) {
      return error(ErrorCode::kSettingInvalid,
                   "the template takes a string for a condition; compare it with something");
    }
    return Value(MacroValue(*truth != inverted));
  }

  Result<Value> choice() {
    if (++depth_ > kMostDepth) return error(ErrorCode::kSyntax, "the template is nested too deep");
    COSTENGINE_TRY(Value condition, either());
    if (take("?")) {
      COSTENGINE_TRY(condition, flag(condition, false));
      const bool yes = condition && std::get<bool>(*condition);
      COSTENGINE_TRY(Value first, branch(yes));
      if (!take(":")) return expected("\":\"");
      COSTENGINE_TRY(Value second, branch(condition && !yes));
      if (condition) condition = yes ? std::move(first) : std::move(second);
    }
    --depth_;
    return condition;
  }

  /// An expression whose names matter only if it is the one taken.
  Result<Value> branch(bool taken) {
    const bool before = quiet_;
    quiet_ = quiet_ || !taken;
    Result<Value> value = choice();
    quiet_ = before;
    return value;
  }

  Result<Value> either() {
    COSTENGINE_TRY(Value left, both());
    while (take("||") || take_word("or")) {
      COSTENGINE_TRY(left, flag(left, false));
      COSTENGINE_TRY(Value right, both());
      COSTENGINE_TRY(right, flag(right, false));
      const bool decided = (left && std::get<bool>(*left)) || (right && std::get<bool>(*right));
      if (decided)
        left = MacroValue(true);
      else if (!right)
        left = std::nullopt;
    }
    return left;
  }

  Result<Value> both() {
    COSTENGINE_TRY(Value left, equality());
    while (take("&&") || take_word("and")) {
      COSTENGINE_TRY(left, flag(left, false));
      COSTENGINE_TRY(Value right, equality());
      COSTENGINE_TRY(right, flag(right, false));
      const bool decided = (left && !std::get<bool>(*left)) || (right && !std::get<bool>(*right));
      if (decided)
        left = MacroValue(false);
      else if (!right)
        left = std::nullopt;
    }
    return left;
  }

  Result<Value> equality() {
    COSTENGINE_TRY(Value left, relation());
    for (;;) {
      if (take("=~")) {
        COSTENGINE_TRY(left, matched(left, true));
      } else if (take("!~")) {
        COSTENGINE_TRY(left, matched(left, false));
      } else {
        const bool equal = take("==");
        if (!equal && !take("!=") && !take("<>")) return left;
        COSTENGINE_TRY(Value right, relation());
        if (left && right)
          left = MacroValue((compare(*left, *right) == 0) == equal);
        else
          left = std::nullopt;
      }
    }
  }

  Result<Value> matched(const Value& left, bool wanted) {
    if (!take("/")) return expected("a /pattern/");
    const auto end = rest_.find('/');
    if (end == std::string_view::npos) return expected("the end of the /pattern/");
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const auto pattern = Pattern::parse(text);
    if (!pattern) {
      return error(ErrorCode::kSyntax,
                   "the template has a pattern that is broken or of an unknown kind: /" +
                       std::string(text) + "/");
    }
    if (!left) return left;
    const std::string string = print(*left);
    if (string.size() > kLongestMatched) {
      return error(ErrorCode::kLimitBytes, "the template matches a string above 64 KiB");
    }
    return Value(MacroValue(pattern->matches(string) == wanted));
  }

  Result<Value> relation() {
    COSTENGINE_TRY(Value left, sum());
    for (;;) {
      skip_space();
      if (rest_.starts_with("<>")) return left;
      const bool less_equal = take("<="), greater_equal = !less_equal && take(">=");
      const bool less = !less_equal && !greater_equal && take("<");
      if (!less_equal && !greater_equal && !less && !take(">")) return left;
      COSTENGINE_TRY(Value right, sum());
      if (left && right) {
        const auto order = compare(*left, *right);
        left = MacroValue(less_equal      ? order <= 0
                          : greater_equal ? order >= 0
                          : less          ? order < 0
                                          : order > 0);
      } else {
        left = std::nullopt;
      }
    }
  }

  Result<Value> sum() {
    COSTENGINE_TRY(Value left, product());
    for (;;) {
      const char sign = take("+") ? '+' : take("-") ? '-' : '\0';
      if (sign == '\0') return left;
      COSTENGINE_TRY(Value right, product());
      COSTENGINE_TRY(left, computed(sign, left, right));
    }
  }

  Result<Value> product() {
    COSTENGINE_TRY(Value left, unary());
    for (;;) {
      const char sign = take("*") ? '*' : take("/") ? '/' : take("%") ? '%' : '\0';
      if (sign == '\0') return left;
      COSTENGINE_TRY(Value right, unary());
      COSTENGINE_TRY(left, computed(sign, left, right));
    }
  }

  static Result<Value> computed(char sign, const Value& left, const Value& right) {
    if (!left || !right) return Value();
    if (sign == '+' && (is_text(*left) || is_text(*right))) {
      std::string text = print(*left) + print(*right);
      if (text.size() > kMostText) return too_long();
      return Value(MacroValue(std::move(text)));
    }
    if (is_text(*left) || is_text(*right)) {
      return error(ErrorCode::kSettingInvalid, "the template computes with a string");
    }
    Value result = arithmetic(sign, *left, *right);
    if (!result) {
      return error(ErrorCode::kSettingInvalid,
                   "the template has arithmetic without a result: a division by zero, or a number "
                   "too large");
    }
    return result;
  }

  Result<Value> unary() {
    if (++depth_ > kMostDepth) return error(ErrorCode::kSyntax, "the template is nested too deep");
    Result<Value> value = [&]() -> Result<Value> {
      if (take("-")) {
        COSTENGINE_TRY(Value of, unary());
        return computed('-', MacroValue(std::int64_t{0}), of);
      }
      if (take("+")) return unary();
      if (!rest_.starts_with("!=") && !rest_.starts_with("!~") && take("!")) {
        COSTENGINE_TRY(Value of, unary());
        return flag(of, true);
      }
      if (take_word("not")) {
        COSTENGINE_TRY(Value of, unary());
        return flag(of, true);
      }
      return single();
    }();
    --depth_;
    return value;
  }

  Result<Value> single() {
    skip_space();
    if (take("(")) {
      COSTENGINE_TRY(Value inner, choice());
      if (!take(")")) return expected("\")\"");
      return inner;
    }
    if (take("\"")) return string();
    if (!rest_.empty() && (is_digit(rest_[0]) || rest_[0] == '.')) return number();
    const std::string_view name = word();
    if (name.empty()) return expected("a value");
    if (name == "true" || name == "false") return Value(MacroValue(name == "true"));
    if (take("(")) return function(name);
    return variable(name);
  }

  Result<Value> string() {
    std::string text;
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    if (!take("\"")) return expected("the end of a string");
    return Value(MacroValue(std::move(text)));
  }

  Result<Value> number() {
    const char* end = rest_.data() + rest_.size();
    double real = 0;
    const auto [stop, code] = std::from_chars(rest_.data(), end, real);
    if (code != std::errc()) return expected("a number");
    const std::string_view text(rest_.data(), static_cast<std::size_t>(stop - rest_.data()));
    rest_.remove_prefix(text.size());
    std::int64_t integer = 0;
    const auto whole = std::from_chars(text.data(), stop, integer);
    if (whole.ec == std::errc() && whole.ptr == stop) return Value(MacroValue(integer));
    return Value(MacroValue(real));
  }

  Result<Value> variable(std::string_view name) {
    Value index = MacroValue(std::int64_t{0});
    if (take("[")) {
      COSTENGINE_TRY(index, choice());
      if (!take("]")) return expected("\"]\"");
      if (index && is_text(*index)) {
        return error(ErrorCode::kSettingInvalid, "the template takes a string for an index");
      }
    }
    const auto* values = find(name);
    if (values == nullptr || !index) return Value();
    return Value(element(*values, to_number(*index)));
  }

  Result<Value> function(std::string_view name) {
    std::vector<Value> arguments;
    do {
      COSTENGINE_TRY(Value argument, choice());
      arguments.push_back(std::move(argument));
    } while (take(","));
    if (!take(")")) return expected("\")\"");
    const std::size_t count = arguments.size();
    const bool two = name == "min" || name == "max";
    const bool one = name == "int" || name == "round";
    const bool format = name == "digits" || name == "zdigits";
    if (!(two && count == 2) && !(one && count == 1) && !(format && (count == 2 || count == 3))) {
      return error(ErrorCode::kSyntax, "the template calls " + std::string(name) + " with " +
                                           std::to_string(count) +
                                           " values, which is not known here");
    }
    for (const Value& argument : arguments) {
      if (!argument) return Value();
      if (is_text(*argument)) {
        return error(ErrorCode::kSettingInvalid,
                     "the template gives a string to " + std::string(name));
      }
    }
    if (two) {
      const bool first_less = compare(*arguments[0], *arguments[1]) <= 0;
      return arguments[first_less == (name == "min") ? 0 : 1];
    }
    if (format) return formatted(arguments, name == "zdigits" ? '0' : ' ');
    const double x = to_number(*arguments[0]);
    const auto whole = integer_of(name == "int" ? x : x < 0 ? x - 0.5 : x + 0.5);
    if (!whole) return error(ErrorCode::kSettingInvalid, "the template has a number too large");
    return Value(whole);
  }

  /// A number with so many digits behind the point, filled to a width.
  static Result<Value> formatted(const std::vector<Value>& arguments, char fill) {
    const double width = to_number(*arguments[1]);
    const double places = arguments.size() > 2 ? to_number(*arguments[2]) : 0;
    const double x = to_number(*arguments[0]);
    if (!(width >= 0 && width <= 64 && places >= 0 && places <= 32 && x > -1e15 && x < 1e15)) {
      return error(ErrorCode::kSettingInvalid, "the template asks for too many digits");
    }
    char digits[80];
    const auto end = std::to_chars(digits, digits + sizeof digits, x, std::chars_format::fixed,
                                   static_cast<int>(places));
    std::string text(digits, end.ptr);
    const auto wanted = static_cast<std::size_t>(width);
    if (text.size() < wanted) text.insert(0, wanted - text.size(), fill);
    return Value(MacroValue(std::move(text)));
  }

  std::string_view rest_;
  const MacroVariables& variables_;
  bool quiet_;
  std::vector<std::string>& unknown_;
  int depth_ = 0;
};

}  // namespace costengine::detail::macros

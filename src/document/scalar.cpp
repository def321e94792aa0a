#include "document/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace bulwark::document {

namespace {

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 11> true_words{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                      "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> false_words{"n",     "N",     "no",  "No",  "NO", "false",
                                                       "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 4> null_words{"~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> special_reals{".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                         "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// go-yaml's yamlStyleFloat: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_real_syntax(std::string_view s) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < s.size() && is_digit(s[i])) ++i;
    return i > from;
  };
  if (i < s.size() && (s[i] == '-' || s[i] == '+')) ++i;
  if (i < s.size() && s[i] == '.') {
    ++i;
    if (!digits()) return false;
  } else {
    if (!digits()) return false;
    if (i < s.size() && s[i] == '.') {
      ++i;
      digits();
    }
  }
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    ++i;
    if (i < s.size() && (s[i] == '-' || s[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == s.size();
}

// Go's ParseFloat refuses what is too large for a double, and go-yaml then takes it for a string; too small is
// zero.
bool overflows(std::string_view s) {
  constexpr std::size_t surely_fits = 300;
  if (s.size() < surely_fits && s.find_first_of("eE") == std::string_view::npos) return false;
  if (s.starts_with('+')) s.remove_prefix(1);
  double value = 0;
  if (std::from_chars(s.data(), s.data() + s.size(), value).ec != std::errc::result_out_of_range) return false;
  return std::isinf(std::strtod(std::string(s).c_str(), nullptr));
}

bool is_real(std::string_view s) { return is_real_syntax(s) && !overflows(s); }

// As Go wants them within a number: each between two digits.
bool underscores_part_digits(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '_' && (i == 0 || i + 1 == s.size() || !is_digit(s[i - 1]) || !is_digit(s[i + 1]))) return false;
  }
  return true;
}

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

// Go's strconv.ParseInt(s, 0, 64), then ParseUint, on text without underscores: prefixes 0x, 0o, 0b and bare 0.
bool parse_integer(std::string_view s, Integer& out) {
  bool plus = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    out.negative = s[0] == '-';
    plus = !out.negative;
    s.remove_prefix(1);
  } else if (s.starts_with("0b-") || s.starts_with("0b+")) {
    // A sign behind the prefix: go-yaml's second try at binary numbers takes it.
    out.negative = s[2] == '-';
    s.remove_prefix(3);
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out.magnitude, 2);
    return !s.empty() && error == std::errc{} && end == s.data() + s.size() && out.magnitude < 1ULL << 63;
  }
  int base = 10;
  if (s.size() > 1 && s[0] == '0') {
    switch (s[1]) {
      case 'x':
      case 'X':
        base = 16;
        break;
      case 'o':
      case 'O':
        base = 8;
        break;
      case 'b':
      case 'B':
        base = 2;
        break;
      default:
        break;
    }
    if (base != 10) {
      s.remove_prefix(2);
    } else {
      base = 8;
      s.remove_prefix(1);
    }
  }
  if (s.empty()) return false;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out.magnitude, base);
  if (error != std::errc{} || end != s.data() + s.size()) return false;
  constexpr std::uint64_t lowest = 1ULL << 63;
  // ParseUint, which would take more, takes no sign.
  return plus ? out.magnitude < lowest : !out.negative || out.magnitude <= lowest;
}

std::string without_underscores(std::string_view s) {
  std::string plain(s);
  std::erase(plain, '_');
  return plain;
}

// Go's strconv.FormatFloat(value, 'g', -1, 32), with YAML's words for what is no number.
std::string real_key(float value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::array<char, 64> text{};
  const float size = std::abs(value);
  // Go takes the exponent form for shortest digits outside 1e-4 ... 1e6.
  const bool fixed = size == 0 || (size >= 1e-4F && size < 1e6F);
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
  return {text.data(), end};
}

// The shortest digits that name the number, and as many zeros as it takes.
std::string real_text(double value) {
  std::array<char, 32> buffer{};
  const double size = std::abs(value);
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string text(buffer.data(), end);
  const std::size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  if (size != 0 && (size < 1e-6 || size >= 1e21)) {
    return text.substr(0, mark + 2) + std::to_string(std::abs(exponent));
  }
  std::string sign, digits;
  for (const char c : text.substr(0, mark)) (c == '-' ? sign : digits) += c == '.' ? "" : std::string(1, c);
  const auto whole = static_cast<std::size_t>(std::max(exponent, 0)) + 1;
  if (exponent < 0) digits.insert(0, static_cast<std::size_t>(-exponent), '0');
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0');
  return sign + digits.substr(0, whole) + '.' + digits.substr(whole);
}

bool parse_yaml_integer(std::string_view text, Integer& out) {
  if (text.find('_') == std::string_view::npos) return parse_integer(text, out);
  return parse_integer(without_underscores(text), out);
}

}  // namespace

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing (null)";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "a number";
    case Kind::real:
      return "a number with a fraction or exponent";
    case Kind::string:
      return "a string";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a map";
  }
  return "";
}

Kind resolve_plain(std::string_view s) {
  if (s.empty()) return Kind::null;
  const char c = s[0];
  const bool sign = c == '+' || c == '-';
  if (!is_digit(c) && !sign && c != '.') {
    // Only words that begin with these letters can be anything else than a string.
    if (s.size() > 5 || std::string_view("yYnNtTfFoO~").find(c) == std::string_view::npos) return Kind::string;
    if (one_of(s, true_words) || one_of(s, false_words)) return Kind::boolean;
    return one_of(s, null_words) ? Kind::null : Kind::string;
  }
  if (one_of(s, special_reals)) return Kind::real;
  if (c == '.') {
    // go-yaml gives what starts with a dot to ParseFloat as it is.
    if (s.find('_') == std::string_view::npos) return is_real(s) ? Kind::real : Kind::string;
    return underscores_part_digits(s) && is_real(without_underscores(s)) ? Kind::real : Kind::string;
  }
  Integer integer;
  if (parse_yaml_integer(s, integer)) return Kind::integer;
  if (s.find('_') == std::string_view::npos) return is_real(s) ? Kind::real : Kind::string;
  return is_real(without_underscores(s)) ? Kind::real : Kind::string;
}

bool boolean_value(std::string_view text) { return one_of(text, true_words); }

bool integer_value(std::string_view text, std::int64_t& value) {
  Integer integer;
  if (!parse_yaml_integer(text, integer)) return false;
  if (integer.negative) {
    value = static_cast<std::int64_t>(0 - integer.magnitude);
    return true;
  }
  if (integer.magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return false;
  value = static_cast<std::int64_t>(integer.magnitude);
  return true;
}

double real_value(std::string_view text) {
  Integer integer;
  if (parse_yaml_integer(text, integer)) {
    const auto magnitude = static_cast<double>(integer.magnitude);
    return integer.negative ? -magnitude : magnitude;
  }
  if (one_of(text, special_reals)) {
    if (text.back() == 'n' || text.back() == 'N') return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    return text[0] == '-' ? -infinity : infinity;
  }
  std::string plain = without_underscores(text);
  if (!plain.empty() && plain[0] == '+') plain.erase(0, 1);
  double value = 0;
  std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return value;
}

std::string number_text(Kind kind, std::string_view text) {
  Integer integer;
  if (kind == Kind::integer && parse_yaml_integer(text, integer)) {
    const bool negative = integer.negative && integer.magnitude != 0;
    return (negative ? "-" : "") + std::to_string(integer.magnitude);
  }
  const double real = real_value(text);
  return std::isfinite(real) ? real_text(real) : std::string();
}

std::string key_text(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::boolean:
      return boolean_value(text) ? "true" : "false";
    case Kind::integer:
      return number_text(kind, text);
    case Kind::real:
      return real_key(static_cast<float>(real_value(text)));
    default:
      return std::string(text);
  }
}

namespace {

// Strings for Kubernetes, but dates or times (2024-01-01, 1:30) for other readers of YAML; go-yaml quotes them
// too.
bool looks_like_time(std::string_view s) {
  if (s.find_first_not_of("0123456789+-:. TtZz") != std::string_view::npos) return false;
  const std::size_t dash = s.find('-');
  return is_digit(s.front()) && (s.find(':') != std::string_view::npos || dash == 4);
}

}  // namespace

bool plain_is_string(std::string_view s) {
  if (s.empty() || resolve_plain(s) != Kind::string) return false;
  if (s == "<<" || s == "=" || s.starts_with("---") || s.starts_with("...")) return false;
  if (looks_like_time(s)) return false;
  if (s.front() == ' ' || s.back() == ' ' || s.back() == ':') return false;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`").find(s.front()) != std::string_view::npos) return false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x20 || c >= 0x7F) return false;
    if (c == ':' && (i + 1 == s.size() || s[i + 1] == ' ')) return false;
    if (c == '#' && i > 0 && s[i - 1] == ' ') return false;
    // Inside flow collections these would end the scalar.
    if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') return false;
  }
  return true;
}

}  // namespace bulwark::document

#include "kube/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <tuple>

namespace bulwark::kube {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a number off the front: digits without leading zeros that fit.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t limit) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || value > limit || (length > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// Identifiers with dots between, each of letters, digits and '-'.
bool are_identifiers(std::string_view text, bool pre_release) {
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view one = text.substr(0, dot);
    const bool number = std::ranges::all_of(one, is_digit);
    if (one.empty() || (pre_release && number && one.size() > 1 && one[0] == '0')) return false;
    if (!std::ranges::all_of(one, [](char c) {
          return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        })) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::strong_ordering compare_texts(std::string_view a, std::string_view b) { return a.compare(b) <=> 0; }

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_number = std::ranges::all_of(a, is_digit), b_number = std::ranges::all_of(b, is_digit);
  if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  // Without leading zeros the longer number is the larger.
  if (a_number && a.size() != b.size()) return a.size() <=> b.size();
  return compare_texts(a, b);
}

// Semver 11: part by part, a shorter list first; none at all last.
std::strong_ordering compare_pre_releases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  for (;;) {
    const std::size_t a_dot = a.find('.'), b_dot = b.find('.');
    if (const auto order = compare_identifiers(a.substr(0, a_dot), b.substr(0, b_dot)); order != 0) return order;
    const bool a_ends = a_dot == std::string_view::npos, b_ends = b_dot == std::string_view::npos;
    if (a_ends || b_ends) return b_ends <=> a_ends;
    a.remove_prefix(a_dot + 1);
    b.remove_prefix(b_dot + 1);
  }
}

// v1, v2beta3; nothing for other texts.
struct ApiVersion {
  std::uint64_t major = 0;
  int stability = 2;  // alpha, beta, stable
  std::uint64_t minor = 0;

  auto key() const { return std::tuple(stability, major, minor); }
};

std::optional<ApiVersion> read_api_version(std::string_view text) {
  ApiVersion out;
  const auto number = [&](std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // strconv.Atoi has a sign bit less.
    if (error != std::errc() || value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  };
  if (!text.starts_with('v')) return std::nullopt;
  text.remove_prefix(1);
  if (!number(out.major)) return std::nullopt;
  if (text.empty()) return out;
  for (const std::string_view stage : {"alpha", "beta"}) {
    if (!text.starts_with(stage)) continue;
    text.remove_prefix(stage.size());
    out.stability = stage == "alpha" ? 0 : 1;
    if (number(out.minor) && text.empty()) return out;
    break;
  }
  return std::nullopt;
}

}  // namespace

base::Result<Minor> Minor::parse(std::string_view text) {
  if (text == "latest") return kLatest;
  std::string_view rest = text;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  constexpr std::uint32_t limit = std::numeric_limits<std::uint16_t>::max();
  const auto major = take_number(rest, limit);
  if (major && rest.starts_with('.')) {
    rest.remove_prefix(1);
    const auto number = take_number(rest, limit);
    if (number && rest.empty())
      return Minor{static_cast<std::uint16_t>(*major), static_cast<std::uint16_t>(*number)};
  }
  return base::fail(
      fmt::format("\"{}\" is not a minor version of Kubernetes; write it as {} or latest", text, kLatest.text()));
}

std::string Minor::text() const { return fmt::format("{}.{}", major, number); }

base::Result<Version> Version::parse(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return base::fail(fmt::format("\"{}\" is not a version such as v{}.2: {}", text, kLatest.text(), what));
  };
  std::string_view rest = text;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  // Minor holds 16 bits.
  constexpr std::uint32_t limit = std::numeric_limits<std::uint16_t>::max();
  constexpr std::string_view number = "a number is missing, too large or has leading zeros";
  Version out;
  const auto major = take_number(rest, limit);
  if (!major) return wrong(number);
  if (!rest.starts_with('.')) return wrong("it needs a major and a minor number with a dot between");
  rest.remove_prefix(1);
  const auto minor = take_number(rest, limit);
  if (!minor) return wrong(number);
  out.major = *major;
  out.minor_number = *minor;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const auto patch = take_number(rest, std::numeric_limits<std::uint32_t>::max());
    if (!patch) return wrong(number);
    out.patch = *patch;
    out.has_patch = true;
  }
  if (const std::size_t plus = rest.find('+'); plus != std::string_view::npos) {
    out.build = rest.substr(plus + 1);
    rest = rest.substr(0, plus);
    if (!are_identifiers(out.build, false)) return wrong("what follows '+' must be letters, digits, '-' and '.'");
  }
  if (rest.starts_with('-')) {
    out.pre_release = rest.substr(1);
    if (!are_identifiers(out.pre_release, true))
      return wrong("what follows '-' must be letters, digits, '-' and '.'");
  } else if (!rest.empty()) {
    return wrong(fmt::format("\"{}\" is too much", rest));
  }
  return out;
}

std::string Version::text() const {
  std::string out = fmt::format("{}.{}", major, minor_number);
  if (has_patch) out += fmt::format(".{}", patch);
  if (!pre_release.empty()) out.append("-").append(pre_release);
  if (!build.empty()) out.append("+").append(build);
  return out;
}

std::weak_ordering operator<=>(const Version& a, const Version& b) {
  const auto numbers = [](const Version& v) { return std::tuple(v.major, v.minor_number, v.patch); };
  if (const auto order = numbers(a) <=> numbers(b); order != 0) return order;
  return compare_pre_releases(a.pre_release, b.pre_release);
}

base::Result<GroupVersion> GroupVersion::parse(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return GroupVersion{{}, api_version};
  if (api_version.find('/', slash + 1) != std::string_view::npos) {
    return base::fail(fmt::format("unexpected GroupVersion string: {}", api_version));
  }
  return GroupVersion{api_version.substr(0, slash), api_version.substr(slash + 1)};
}

std::string GroupVersion::text() const {
  return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

std::strong_ordering compare_api_versions(std::string_view a, std::string_view b) {
  const auto x = read_api_version(a), y = read_api_version(b);
  if (x && y) return x->key() <=> y->key();
  if (x.has_value() != y.has_value()) return x.has_value() <=> y.has_value();
  return compare_texts(b, a);
}

}  // namespace bulwark::kube

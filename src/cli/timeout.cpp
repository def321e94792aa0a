#include "cli/timeout.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace bulwark::cli {

namespace {

using std::chrono::milliseconds;

// Takes the unit that the text begins with; nothing where there is none.
std::optional<milliseconds> take_unit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    milliseconds time;
  };
  for (const Unit& unit : {Unit{"ms", milliseconds(1)}, Unit{"s", milliseconds(1'000)},
                           Unit{"m", milliseconds(60'000)}, Unit{"h", milliseconds(3'600'000)}}) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.time;
  }
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  constexpr milliseconds longest = std::chrono::hours(366 * 24);
  milliseconds sum{0};
  std::string_view rest = text;
  do {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{}) return std::nullopt;
    const bool alone = rest.data() == text.data() && end == rest.data() + rest.size();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const auto unit = alone ? std::optional(milliseconds(1'000)) : take_unit(rest);
    if (!unit) return std::nullopt;
    sum = std::min(longest, sum + std::min<long>(number, 100'000'000) * *unit);
  } while (!rest.empty());
  return sum;
}

base::Result<milliseconds> parse_duration(std::string_view text, std::string_view flag) {
  const auto time = parse_duration(text);
  if (!time) {
    return base::fail(
        fmt::format("--{}: \"{}\" is no time; seconds, or a number with a unit: 500ms, 30s, 2m", flag, text));
  }
  return std::min<milliseconds>(std::chrono::hours(24), *time);
}

base::Result<milliseconds> parse_timeout(std::string_view text) {
  const milliseconds time = TRY(parse_duration(text, "request-timeout"));
  return time == milliseconds{0} ? milliseconds(std::chrono::hours(24)) : time;
}

}  // namespace bulwark::cli

#include "base/rfc3339.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace bulwark::base {

namespace {

// Takes digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits || text.front() == '-' || text.front() == '+') return std::nullopt;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + digits, value);
  if (wrong != std::errc() || end != text.data() + digits) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char lower) {
  if (text.empty() || (text.front() | 0x20) != (lower | 0x20)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text) {
  std::array<int, 6> numbers{};
  constexpr std::string_view behind = "--T::";
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = take_number(text, i == 0 ? 4 : 2);
    if (!number || (i < behind.size() && (text.empty() || !take(text, behind[i])))) return std::nullopt;
    numbers[i] = *number;
  }
  if (text.starts_with('.')) {
    const std::size_t digits = text.find_first_not_of("0123456789", 1);
    if (digits == 1 || digits == std::string_view::npos) return std::nullopt;
    text.remove_prefix(digits);
  }
  std::chrono::minutes offset{0};
  if (text != "Z" && text != "z") {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const int sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2);
    if (!hours || !text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    const auto minutes = take_number(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    offset = sign * (std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
  }
  const std::chrono::year_month_day day{std::chrono::year(numbers[0]),
                                        std::chrono::month(static_cast<unsigned>(numbers[1])),
                                        std::chrono::day(static_cast<unsigned>(numbers[2]))};
  if (!day.ok() || numbers[3] > 23 || numbers[4] > 59 || numbers[5] > 60) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(numbers[3]) + std::chrono::minutes(numbers[4]) +
         std::chrono::seconds(numbers[5]) - offset;
}

std::string rfc3339(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace bulwark::base

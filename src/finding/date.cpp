#include "finding/date.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace bulwark::finding {

std::string Date::text() const { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t length, std::int32_t& out) {
    const char* end = text.data() + from + length;
    const auto result = std::from_chars(text.data() + from, end, out);
    return result.ec == std::errc{} && result.ptr == end && out > 0;
  };
  Date date;
  if (!number(0, 4, date.year) || !number(5, 2, date.month) || !number(8, 2, date.day)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(date.year), std::chrono::month(date.month),
                                        std::chrono::day(date.day)};
  if (!day.ok()) return std::nullopt;
  return date;
}

}  // namespace bulwark::finding

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bulwark::finding {

// A day of the Gregorian calendar.
struct Date {
  std::int32_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;

  friend auto operator<=>(const Date&, const Date&) = default;
  std::string text() const;  // 2027-01-31
};

// YYYY-MM-DD; nullopt for anything else, and for days that do not exist.
std::optional<Date> parse_date(std::string_view text);

}  // namespace bulwark::finding

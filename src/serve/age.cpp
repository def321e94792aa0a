#include "serve/age.h"

#include <fmt/format.h>

#include "base/rfc3339.h"

namespace bulwark::serve {

std::string human_duration(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  const auto both = [](std::int64_t a, char unit, std::int64_t b, char small) {
    return b == 0 ? fmt::format("{}{}", a, unit) : fmt::format("{}{}{}{}", a, unit, b, small);
  };
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return fmt::format("{}s", seconds);
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return fmt::format("{}m", minutes);
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return both(days, 'd', hours % 24, 'h');
  if (days < 730) return fmt::format("{}d", days);
  if (days < 2920) return both(days / 365, 'y', days % 365, 'd');
  return fmt::format("{}y", days / 365);
}

std::string age(std::string_view since, kube::Time now) {
  const auto time = base::parse_rfc3339(since);
  if (!time) return "<unknown>";
  return human_duration(std::chrono::floor<std::chrono::seconds>(now) - *time);
}

}  // namespace bulwark::serve

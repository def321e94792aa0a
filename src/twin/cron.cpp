#include "twin/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace bulwark::twin {

namespace {

constexpr std::array months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int least = 0, most = 59;
  std::span<const char* const> names = {};  // from `least` on
};

std::optional<int> number_of(std::string_view text, const Field& field) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (lower == field.names[i]) return field.least + static_cast<int>(i);
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

base::Error problem(const Field& field, std::string_view text) {
  return {.message = fmt::format("\"{}\" is no {} of a schedule", text, field.name), .file = {}};
}

base::Result<std::uint64_t> parse_field(std::string_view text, const Field& field) {
  std::uint64_t bits = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    std::string_view range = part;
    int step = 1;
    const std::size_t slash = part.find('/');
    if (slash != std::string_view::npos) {
      const auto read = number_of(part.substr(slash + 1), {field.name, 0, 0, {}});
      if (!read || *read < 1) return std::unexpected(problem(field, part));
      step = *read;
      range = part.substr(0, slash);
    }
    int from = field.least, to = field.most;
    if (range != "*" && range != "?") {
      const std::size_t dash = range.find('-');
      const auto first = number_of(range.substr(0, dash), field);
      if (!first) return std::unexpected(problem(field, part));
      from = *first;
      // N/step is N-max/step.
      to = slash != std::string_view::npos ? field.most : from;
      if (dash != std::string_view::npos) {
        const auto last = number_of(range.substr(dash + 1), field);
        if (!last) return std::unexpected(problem(field, part));
        to = *last;
      }
    }
    if (from < field.least || to > field.most || from > to) return std::unexpected(problem(field, part));
    for (std::int64_t i = from; i <= to; i += step) bits |= std::uint64_t{1} << i;
    if (comma == std::string_view::npos) return bits;
    text.remove_prefix(comma + 1);
  }
}

std::string_view long_form(std::string_view text) {
  if (text == "@yearly" || text == "@annually") return "0 0 1 1 *";
  if (text == "@monthly") return "0 0 1 * *";
  if (text == "@weekly") return "0 0 * * 0";
  if (text == "@daily" || text == "@midnight") return "0 0 * * *";
  if (text == "@hourly") return "0 * * * *";
  return text;
}

}  // namespace

base::Result<CronSchedule> parse_cron(std::string_view text) {
  text = long_form(text);
  static constexpr std::array<Field, 5> fields{{{"minute", 0, 59, {}},
                                                {"hour", 0, 23, {}},
                                                {"day of a month", 1, 31, {}},
                                                {"month", 1, 12, months},
                                                {"weekday", 0, 6, weekdays}}};
  std::array<std::uint64_t, fields.size()> bits{};
  std::array<std::string_view, fields.size()> parts{};
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t", begin), text.size());
    if (count == fields.size())
      return base::fail(fmt::format("a schedule has five fields, and \"{}\" more", text));
    parts[count++] = text.substr(begin, at - begin);
  }
  if (count != fields.size())
    return base::fail(fmt::format("a schedule has five fields, and \"{}\" {}", text, count));
  for (std::size_t i = 0; i < fields.size(); ++i) bits[i] = TRY(parse_field(parts[i], fields[i]));
  CronSchedule out;
  out.minutes = bits[0];
  out.hours = static_cast<std::uint32_t>(bits[1]);
  out.days = static_cast<std::uint32_t>(bits[2]);
  out.months = static_cast<std::uint32_t>(bits[3]);
  out.weekdays = static_cast<std::uint32_t>(bits[4]);
  const auto any = [](std::string_view part) { return part.starts_with('*') || part.starts_with('?'); };
  out.any_day = any(parts[2]);
  out.any_weekday = any(parts[4]);
  return out;
}

std::optional<Time> next_time(const CronSchedule& schedule, Time after) {
  const auto has = [](std::uint64_t bits, unsigned bit) { return (bits >> bit & 1) != 0; };
  const auto first = std::chrono::floor<std::chrono::minutes>(after) + std::chrono::minutes(1);
  auto day = std::chrono::floor<std::chrono::days>(first);
  constexpr int longest = 366 * 5;
  for (int i = 0; i < longest; ++i, day += std::chrono::days(1)) {
    const std::chrono::year_month_day date(day);
    const bool in_month = has(schedule.days, static_cast<unsigned>(date.day()));
    const bool in_week = has(schedule.weekdays, std::chrono::weekday(day).c_encoding());
    // With both days named, either will do.
    const bool fits = schedule.any_day || schedule.any_weekday ? in_month && in_week : in_month || in_week;
    if (!fits || !has(schedule.months, static_cast<unsigned>(date.month()))) continue;
    for (unsigned hour = 0; hour < 24; ++hour) {
      if (!has(schedule.hours, hour)) continue;
      for (unsigned minute = 0; minute < 60; ++minute) {
        const auto at = day + std::chrono::hours(hour) + std::chrono::minutes(minute);
        if (has(schedule.minutes, minute) && at >= first) return at;
      }
    }
  }
  return std::nullopt;
}

}  // namespace bulwark::twin

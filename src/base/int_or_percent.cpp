#include "base/int_or_percent.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace bulwark::base {

namespace {

__extension__ typedef __int128 Wide;

// strconv.Atoi: an optional sign, digits, 64 bits.
std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

IntOrPercent IntOrPercent::parse(std::string_view text) {
  const auto value = integer(text);
  if (!value || *value > std::numeric_limits<std::int32_t>::max() ||
      *value < std::numeric_limits<std::int32_t>::min()) {
    return of(text);
  }
  return of(static_cast<std::int32_t>(*value));
}

Result<std::int64_t> IntOrPercent::scaled(std::int64_t total, Rounding rounding) const {
  if (!is_text_) return std::int64_t{number_};
  if (!text_.ends_with('%')) {
    return fail(
        fmt::format("\"{}\" is a text but not a percentage; write a number without quotes, or a percentage "
                    "such as \"25%\"",
                    text_));
  }
  const auto percent = integer(text_.substr(0, text_.size() - 1));
  if (!percent) return fail(fmt::format("\"{}\" is not a percentage: it must be digits and one \"%\"", text_));
  const Wide product = Wide{*percent} * total;
  Wide quotient = product / 100;
  if (product % 100 != 0) {
    if (rounding == Rounding::up && product > 0) ++quotient;
    if (rounding == Rounding::down && product < 0) --quotient;
  }
  return static_cast<std::int64_t>(std::clamp(quotient, Wide{std::numeric_limits<std::int64_t>::min()},
                                              Wide{std::numeric_limits<std::int64_t>::max()}));
}

std::string IntOrPercent::text() const { return is_text_ ? std::string(text_) : fmt::format("{}", number_); }

bool is_valid_percent(std::string_view text) {
  return text.size() > 1 && text.ends_with('%') &&
         std::ranges::all_of(text.substr(0, text.size() - 1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace bulwark::base

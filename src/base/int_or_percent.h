#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulwark::base {

enum class Rounding : std::uint8_t { up, down };

// intstr.IntOrString: a number, or a text that should be a percentage. The text belongs to somebody else.
class IntOrPercent {
 public:
  // 0
  constexpr IntOrPercent() = default;
  static constexpr IntOrPercent of(std::int32_t number) { return {number, {}, false}; }
  static constexpr IntOrPercent of(std::string_view text) { return {0, text, true}; }
  // A command-line value: a number if it is one, else a text (intstr.Parse).
  static IntOrPercent parse(std::string_view text);

  constexpr bool is_text() const { return is_text_; }
  constexpr std::int32_t number() const { return number_; }
  constexpr std::string_view percent_text() const { return text_; }

  // The number itself, or the percentage of `total`, rounded (intstr.GetScaledValueFromIntOrPercent). A text must
  // be an integer with "%" after it: "200", "%", "30%0" and "40%%" are errors. A sign is taken, as upstream; the
  // API server has refused it by then (is_valid_percent). Clamped to 64 bits.
  Result<std::int64_t> scaled(std::int64_t total, Rounding rounding) const;

  // "2", "25%"
  std::string text() const;

  // Same kind and same spelling: 1 is not "1".
  friend constexpr bool operator==(const IntOrPercent&, const IntOrPercent&) = default;

 private:
  constexpr IntOrPercent(std::int32_t number, std::string_view text, bool is_text)
      : text_(text), number_(number), is_text_(is_text) {}

  std::string_view text_;
  std::int32_t number_ = 0;
  bool is_text_ = false;
};

// Digits with "%" after them, as validation of the API server wants (IsValidPercent).
bool is_valid_percent(std::string_view text);

}  // namespace bulwark::base

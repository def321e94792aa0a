#include "kube/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/text.h"

namespace bulwark::kube {

namespace {

__extension__ typedef unsigned __int128 Magnitude;

constexpr int kNano = -9;
constexpr std::int64_t kMaxInt64 = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxExponent = 1'000'000'000;
// The largest power of ten that a Magnitude holds is 10^38.
constexpr int kMaxDigits = 38;

// The messages of upstream's ErrFormatWrong, ErrNumeric and ErrSuffix.
constexpr std::string_view kFormatWrong =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view kNumeric = "unable to parse numeric part of quantity";
constexpr std::string_view kSuffix = "unable to parse quantity's suffix";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

struct Suffix {
  int base = 10;  // 10 or 2
  std::int32_t exponent = 0;
  Quantity::Format format = Quantity::Format::decimal_si;
};

constexpr std::array<std::string_view, 10> kDecimal{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
constexpr std::array<std::string_view, 7> kBinary{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

std::optional<Suffix> read_suffix(std::string_view text) {
  for (std::size_t i = 0; i < kDecimal.size(); ++i) {
    if (text == kDecimal[i])
      return Suffix{10, 3 * static_cast<std::int32_t>(i) + kNano, Quantity::Format::decimal_si};
  }
  for (std::size_t i = 1; i < kBinary.size(); ++i) {
    if (text == kBinary[i]) return Suffix{2, 10 * static_cast<std::int32_t>(i), Quantity::Format::binary_si};
  }
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  std::size_t at = 1;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size() || digits_from(text, at) != text.size()) return std::nullopt;
  std::int64_t value = 0;
  for (; at < text.size(); ++at) {
    value = value * 10 + (text[at] - '0');
    if (value > kMaxExponent) return std::nullopt;
  }
  return Suffix{10, static_cast<std::int32_t>(negative ? -value : value), Quantity::Format::decimal_exponent};
}

// The text cut into its parts. All views into the text.
struct Parts {
  bool negative = false;
  std::string_view whole, fraction, suffix;  // digits without leading zeros, digits, the rest
};

// Cuts as upstream's regular expression and its fast scanner do: "+", "-" and "." alone are zero.
std::optional<Parts> cut(std::string_view text) {
  Parts parts;
  std::size_t at = 0;
  if (text[0] == '-' || text[0] == '+') {
    parts.negative = text[0] == '-';
    ++at;
  }
  while (at < text.size() && text[at] == '0') ++at;
  std::size_t end = digits_from(text, at);
  parts.whole = text.substr(at, end - at);
  at = end;
  if (at < text.size() && text[at] == '.') {
    end = digits_from(text, at + 1);
    parts.fraction = text.substr(at + 1, end - at - 1);
    at = end;
  }
  parts.suffix = text.substr(at);
  at = std::min(text.find_first_not_of("eEinumkKMGTP", at), text.size());
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (digits_from(text, at) != text.size()) return std::nullopt;
  return parts;
}

// A decimal number of any length, digit by digit: the digit at 10^-place of whole.fraction; place 0 is the last of
// the whole, and 0 stands for what lies outside.
class Digits {
 public:
  explicit Digits(const Parts& parts) : parts_(parts) {}

  int at(std::int64_t place) const {
    const std::int64_t index = static_cast<std::int64_t>(parts_.whole.size()) - 1 + place;
    if (index < 0) return 0;
    const auto i = static_cast<std::size_t>(index);
    if (i < parts_.whole.size()) return parts_.whole[i] - '0';
    const std::size_t f = i - parts_.whole.size();
    return f < parts_.fraction.size() ? parts_.fraction[f] - '0' : 0;
  }
  // The first and the last place with a digit other than zero; first > last for zero.
  std::int64_t first() const {
    std::int64_t place = 1 - static_cast<std::int64_t>(parts_.whole.size());
    while (place <= end() && at(place) == 0) ++place;
    return place;
  }
  std::int64_t last() const {
    std::int64_t place = end();
    while (place >= 1 - static_cast<std::int64_t>(parts_.whole.size()) && at(place) == 0) --place;
    return place;
  }

 private:
  std::int64_t end() const { return static_cast<std::int64_t>(parts_.fraction.size()); }
  const Parts& parts_;
};

// Unsigned integer of 320 bits, enough for 19 + 9 + 60 decimal digits.
class Big {
 public:
  void push_digit(int digit) {
    std::uint64_t carry = static_cast<std::uint64_t>(digit);
    for (std::uint32_t& limb : limbs_) {
      carry += std::uint64_t{limb} * 10;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  // Divides, and returns the remainder.
  std::uint64_t divide(std::uint32_t by) {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs_.size(); i-- > 0;) {
      rest = rest << 32 | limbs_[i];
      limbs_[i] = static_cast<std::uint32_t>(rest / by);
      rest %= by;
    }
    return rest;
  }
  Magnitude low128() const {
    Magnitude out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 32 | limbs_[i];
    return out;
  }

 private:
  std::array<std::uint32_t, 10> limbs_{};
};

}  // namespace

// The representation, seen as one number.
struct QuantityParts {
  static Magnitude magnitude(const Quantity& q) { return Magnitude{q.high_} << 64 | q.low_; }
  static Quantity make(Magnitude magnitude, std::int64_t exponent, bool negative, Quantity::Format format) {
    Quantity q;
    q.format_ = format;
    if (magnitude == 0) return q;
    while (magnitude >> 64 != 0 && magnitude % 10 == 0) {
      magnitude /= 10;
      ++exponent;
    }
    q.high_ = static_cast<std::uint64_t>(magnitude >> 64);
    q.low_ = static_cast<std::uint64_t>(magnitude);
    while (q.high_ == 0 && q.low_ % 10 == 0) {  // cheaper than with 128 bits
      q.low_ /= 10;
      ++exponent;
    }
    q.exponent_ = static_cast<std::int32_t>(exponent);
    q.negative_ = negative;
    return q;
  }
};

namespace {

// number * 2^exponent in nano, rounded up and capped at 2^63-1 units.
//
// With k = 9 + e decimal places kept as the integer M and a tail 0 <= t < 1 behind them, the number in nano is
// (M + t) * 2^e * 10^9 / 10^k = (M + t) / 5^e. Rounded up that is floor(M / 5^e), plus one if there was a
// remainder or a tail: so any number of decimal places is read exactly with numbers of bounded size.
Magnitude binary_nano(const Digits& digits, std::size_t whole_digits, int exponent) {
  constexpr Magnitude kNanoPerUnit = 1'000'000'000;
  constexpr Magnitude kCap = Magnitude{static_cast<std::uint64_t>(kMaxInt64)} * kNanoPerUnit;
  if (whole_digits > 19) return kCap;
  const std::int64_t places = 9 + exponent;
  Big number;
  for (std::int64_t place = 1 - static_cast<std::int64_t>(whole_digits); place <= places; ++place) {
    number.push_digit(digits.at(place));
  }
  bool inexact = digits.last() > places;
  for (int i = 0; i < exponent / 10; ++i) inexact |= number.divide(9'765'625) != 0;  // 5^10
  // At most 10^19 * 2^60 * 10^9, which is below 2^154: the cap is compared before the upper bits are dropped.
  Big upper = number;
  for (int i = 0; i < 4; ++i) upper.divide(1U << 31);
  if (upper.low128() != 0) return kCap;
  return std::min(number.low128() + (inexact ? 1 : 0), kCap);
}

// number * 10^exponent, rounded up to nano; nothing when it has too many digits.
std::optional<std::pair<Magnitude, std::int64_t>> decimal(const Digits& digits, std::int32_t exponent) {
  const std::int64_t first = digits.first(), last = digits.last();
  if (first > last) return std::pair{Magnitude{0}, std::int64_t{0}};
  // The last place that is a nano or more.
  const std::int64_t nano = std::int64_t{exponent} - kNano;
  const std::int64_t end = std::min(last, nano);
  if (end - first >= kMaxDigits) return std::nullopt;
  Magnitude magnitude = 0;
  for (std::int64_t place = first; place <= end; ++place) {
    magnitude = magnitude * 10 + static_cast<unsigned>(digits.at(place));
  }
  if (last > nano) return std::pair{magnitude + 1, std::int64_t{kNano}};
  return std::pair{magnitude, std::int64_t{exponent} - end};
}

}  // namespace

base::Result<Quantity> Quantity::parse(std::string_view text) {
  if (text.empty()) return base::fail(std::string(kFormatWrong));
  const auto parts = cut(text);
  if (!parts) return base::fail(std::string(kFormatWrong));
  auto suffix = read_suffix(parts->suffix);
  if (!suffix) return base::fail(std::string(kSuffix));
  // A point without digits is zero, as long as upstream's fast path takes it.
  const std::string_view number_text = text.substr(0, text.size() - parts->suffix.size());
  const bool no_digits = number_text.find_first_of("0123456789") == std::string_view::npos;
  if (no_digits && suffix->base == 10 && suffix->exponent < kNano) return base::fail(std::string(kNumeric));

  // Nearly every quantity is a whole number of few digits, and exact in 64 bits.
  if (parts->fraction.empty() && parts->whole.size() <= 9 && suffix->exponent >= kNano) {
    std::uint64_t whole = 0;
    for (const char digit : parts->whole) whole = whole * 10 + static_cast<std::uint64_t>(digit - '0');
    const bool binary = suffix->base == 2;
    if (binary && suffix->exponent <= 30) {
      return QuantityParts::make(whole << suffix->exponent, 0, parts->negative, suffix->format);
    }
    if (!binary) return QuantityParts::make(whole, suffix->exponent, parts->negative, suffix->format);
  }
  const Digits digits(*parts);
  if (suffix->base == 2) {
    const Magnitude nano = binary_nano(digits, parts->whole.size(), suffix->exponent);
    if (nano != 0 && nano < 1'000'000'000) suffix->format = Format::decimal_si;
    return QuantityParts::make(nano, kNano, parts->negative, suffix->format);
  }
  const auto number = decimal(digits, suffix->exponent);
  if (!number) {
    return base::fail(fmt::format("quantity has more than {} significant digits: \"{}\"", kMaxDigits, text));
  }
  return QuantityParts::make(number->first, number->second, parts->negative, suffix->format);
}

base::Result<Quantity> Quantity::from_manifest(std::string_view text) { return parse(base::trim(text)); }

Quantity Quantity::of(std::int64_t value, Format format) {
  const auto bits = static_cast<std::uint64_t>(value);
  return QuantityParts::make(value < 0 ? 0 - bits : bits, 0, value < 0, format);
}

Quantity Quantity::of_milli(std::int64_t milli) {
  const auto bits = static_cast<std::uint64_t>(milli);
  return QuantityParts::make(milli < 0 ? 0 - bits : bits, -3, milli < 0, Format::decimal_si);
}

std::int64_t Quantity::scaled(int exponent) const {
  Magnitude value = QuantityParts::magnitude(*this);
  const Magnitude limit = Magnitude{static_cast<std::uint64_t>(kMaxInt64)} + (negative_ ? 1 : 0);
  bool inexact = false;
  std::int32_t shift = exponent_ - exponent;
  for (; shift < 0 && value != 0; ++shift) {
    inexact |= value % 10 != 0;
    value /= 10;
  }
  for (; shift > 0 && value != 0 && value <= limit; --shift) value *= 10;
  if (inexact) ++value;
  value = std::min(value, limit);
  const auto bits = static_cast<std::uint64_t>(value);
  return static_cast<std::int64_t>(negative_ ? 0 - bits : bits);
}

std::weak_ordering operator<=>(const Quantity& a, const Quantity& b) {
  if (a.sign() != b.sign()) return a.sign() <=> b.sign();
  if (a.is_zero()) return std::weak_ordering::equivalent;
  const auto by_magnitude = [](const Quantity& x, const Quantity& y) -> std::weak_ordering {
    const Magnitude x_magnitude = QuantityParts::magnitude(x), y_magnitude = QuantityParts::magnitude(y);
    const auto digits = [](Magnitude m) {
      std::int64_t count = 0;
      for (; m >> 64 != 0; m /= 10) ++count;
      for (auto low = static_cast<std::uint64_t>(m); low != 0; low /= 10) ++count;
      return count;
    };
    const std::int64_t x_size = digits(x_magnitude) + x.exponent_, y_size = digits(y_magnitude) + y.exponent_;
    if (x_size != y_size) return x_size <=> y_size;
    // Of one size, so the one with the larger exponent has fewer digits, and room for the missing zeros.
    Magnitude x_aligned = x_magnitude, y_aligned = y_magnitude;
    for (std::int32_t i = y.exponent_; i < x.exponent_; ++i) x_aligned *= 10;
    for (std::int32_t i = x.exponent_; i < y.exponent_; ++i) y_aligned *= 10;
    if (x_aligned == y_aligned) return std::weak_ordering::equivalent;
    return x_aligned < y_aligned ? std::weak_ordering::less : std::weak_ordering::greater;
  };
  return a.negative_ ? by_magnitude(b, a) : by_magnitude(a, b);
}

std::string Quantity::text() const {
  if (is_zero()) return "0";
  Magnitude magnitude = QuantityParts::magnitude(*this);
  const auto written = [this](Magnitude m, std::string_view suffix) {
    std::string digits;
    for (; m != 0; m /= 10) digits += static_cast<char>('0' + static_cast<int>(m % 10));
    if (negative_) digits += '-';
    std::ranges::reverse(digits);
    return digits.append(suffix);
  };

  // Binary suffixes are for whole numbers from 1024 on; they end at 2^63-1, so 64 bits do.
  if (format_ == Format::binary_si && exponent_ >= 0) {
    std::int64_t whole = value();
    if (whole <= -1024 || whole >= 1024) {
      std::size_t power = 0;
      for (; whole % 1024 == 0; whole /= 1024) ++power;
      const auto bits = static_cast<std::uint64_t>(whole);
      return written(whole < 0 ? 0 - bits : bits, kBinary[power]);
    }
  }

  std::int32_t exponent = exponent_;
  std::string zeros;
  for (; exponent % 3 != 0; --exponent) zeros += '0';
  const std::size_t index = static_cast<std::size_t>((exponent - kNano) / 3);
  if (format_ != Format::decimal_exponent && index < kDecimal.size())
    return written(magnitude, zeros.append(kDecimal[index]));
  if (exponent != 0) zeros += fmt::format("e{}", exponent);
  return written(magnitude, zeros);
}

}  // namespace bulwark::kube

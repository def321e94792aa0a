#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulwark::kube {

// An amount of a resource (resource.Quantity): "100m", "1.5Gi", "1e3". Exact; never a floating-point number.
class Quantity {
 public:
  // The family of suffixes that the amount was written with, and will be written with again.
  enum class Format : std::uint8_t { decimal_si, binary_si, decimal_exponent };

  // 0
  constexpr Quantity() = default;

  // Reads what resource.ParseQuantity reads, with its three messages for what it does not. As upstream, more than
  // nine decimal places are rounded up (away from zero), and amounts with a binary suffix end at 2^63-1. Unlike
  // it, more than 38 significant digits are an error, and so are exponents beyond a billion (where it overflows).
  static base::Result<Quantity> parse(std::string_view text);

  // What a manifest says: as parse(), without spaces around (Quantity.UnmarshalJSON). Numbers come as their text.
  static base::Result<Quantity> from_manifest(std::string_view text);

  static Quantity of(std::int64_t value, Format format = Format::decimal_si);
  static Quantity of_milli(std::int64_t milli);

  Format format() const { return format_; }
  bool is_zero() const { return high_ == 0 && low_ == 0; }
  // -1, 0 or 1.
  int sign() const { return is_zero() ? 0 : negative_ ? -1 : 1; }

  // The amount in whole units (bytes, cores), rounded up: away from zero. Stops at the limits of 64 bits.
  std::int64_t value() const { return scaled(0); }
  // The amount in thousandths, rounded likewise.
  std::int64_t milli_value() const { return scaled(-3); }

  // Canonical text: no fraction, the largest suffix that loses nothing (Quantity.CanonicalizeBytes). "1.5" gives
  // "1500m", "1024Ki" gives "1Mi".
  std::string text() const;

  // By amount: 1 equals 1000m.
  friend bool operator==(const Quantity& a, const Quantity& b) { return (a <=> b) == 0; }
  friend std::weak_ordering operator<=>(const Quantity& a, const Quantity& b);

 private:
  std::int64_t scaled(int exponent) const;

  // magnitude * 10^exponent with a magnitude of 128 bits that does not end in a zero, and an exponent of -9 or
  // more.
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::int32_t exponent_ = 0;
  bool negative_ = false;
  Format format_ = Format::decimal_si;

  friend struct QuantityParts;
};

}  // namespace bulwark::kube

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace bulwark::base {

// Why a text is no address or prefix, and at which byte of it that shows.
struct CidrProblem {
  std::string_view reason;
  std::size_t offset = 0;

  bool operator==(const CidrProblem&) const = default;
};

// How forgiving a reader of addresses is.
enum class IpReading : std::uint8_t {
  strict,   // Go's netip.ParseAddr and netip.ParsePrefix, without zones
  lenient,  // ParseIPSloppy and ParseCIDRSloppy of k8s.io/utils/net: what the API server takes in its older fields
};

// An IPv4 or IPv6 address. ::ffff:1.2.3.4 (IPv4-mapped) is an IPv6 address here that unmapped() turns
// into 1.2.3.4.
class IpAddress {
 public:
  // 0.0.0.0
  constexpr IpAddress() = default;
  static constexpr IpAddress v4(std::uint32_t bits) { return {(std::uint64_t{0xFFFF} << 32) | bits, 0, true}; }
  static constexpr IpAddress v6(std::uint64_t high, std::uint64_t low) { return {low, high, false}; }

  static std::expected<IpAddress, CidrProblem> parse(std::string_view text, IpReading reading = IpReading::strict);

  constexpr bool is_v4() const { return v4_; }
  constexpr bool is_v6() const { return !v4_; }
  constexpr bool is_v4_mapped() const { return !v4_ && high_ == 0 && (low_ >> 32) == 0xFFFF; }
  // 32 or 128.
  constexpr int bits() const { return v4_ ? 32 : 128; }
  // The IPv4 address behind an IPv4-mapped one; any other address as it is.
  constexpr IpAddress unmapped() const { return is_v4_mapped() ? v4(static_cast<std::uint32_t>(low_)) : *this; }
  // The address with all bits beyond the first `length` set to zero; 0 <= length <= bits().
  IpAddress masked(int length) const;
  // Network byte order; IPv4 addresses are mapped.
  std::array<std::uint8_t, 16> bytes() const;

  // Dotted decimal or the text of RFC 5952 (mapped addresses as ::ffff:1.2.3.4).
  std::string text() const;

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;
  // IPv4 before IPv6, then by number.
  friend std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b);

 private:
  constexpr IpAddress(std::uint64_t low, std::uint64_t high, bool v4) : high_(high), low_(low), v4_(v4) {}

  std::uint64_t high_ = 0;
  std::uint64_t low_ = std::uint64_t{0xFFFF} << 32;  // IPv4 is kept mapped, so that masks work alike
  bool v4_ = true;
};

// What is unusual in the spelling of a prefix that was read leniently. Kubernetes warns of each
// (GetWarningsForCIDR), and refuses the first three under StrictIPCIDRValidation.
struct CidrSpelling {
  bool leading_zeros = false;  // in an octet (which others read as octal), an IPv6 group or the prefix length
  bool v4_mapped = false;
  bool host_bits = false;      // bits set beyond the prefix length
  bool not_canonical = false;  // any other difference from IpPrefix::canonical(), such as upper case in IPv6

  bool is_canonical() const { return !leading_zeros && !v4_mapped && !host_bits && !not_canonical; }
  bool operator==(const CidrSpelling&) const = default;
};

// An address with the number of its leading bits that count: 10.0.0.0/8. Bits beyond them are kept, as in Go's
// netip.Prefix, and play no part in contains() and is_strict_subset_of().
class IpPrefix {
 public:
  // 0.0.0.0/0
  constexpr IpPrefix() = default;
  // 0 <= length <= address.bits().
  constexpr IpPrefix(IpAddress address, int length)
      : address_(address), length_(static_cast<std::uint8_t>(length)) {}

  static std::expected<IpPrefix, CidrProblem> parse(std::string_view text, IpReading reading = IpReading::strict);

  constexpr const IpAddress& address() const { return address_; }
  constexpr int length() const { return length_; }
  IpPrefix masked() const { return {address_.masked(length_), length_}; }
  bool is_masked() const { return masked() == *this; }
  // Masked, and an IPv4-mapped prefix as the IPv4 one that Go's net.IPNet takes it for: ::ffff:10.0.0.0/104 is
  // 10.0.0.0/8.
  IpPrefix canonical() const;

  // The prefixes cover the same addresses.
  bool covers_same_as(const IpPrefix& other) const { return canonical() == other.canonical(); }
  bool contains(const IpAddress& address) const;
  // Every address of the other one is in this one; a prefix contains itself.
  bool contains(const IpPrefix& other) const;
  bool is_strict_subset_of(const IpPrefix& whole) const;
  bool overlaps(const IpPrefix& other) const { return contains(other) || other.contains(*this); }

  // "10.0.0.0/8", with the bits beyond the length as they are.
  std::string text() const;

  // Same address, same length; see covers_same_as().
  friend constexpr bool operator==(const IpPrefix&, const IpPrefix&) = default;

 private:
  IpAddress address_;
  std::uint8_t length_ = 0;
};

// How `text`, which IpPrefix::parse read (leniently) as `prefix`, differs from the canonical form.
CidrSpelling cidr_spelling(std::string_view text, const IpPrefix& prefix);

// ValidateIPBlock of a NetworkPolicy: whether `except` may stand under `cidr`. Differs from is_strict_subset_of
// for IPv4-mapped prefixes alone, where the API server compares lengths of 32 and of 128 bits with each other.
bool is_valid_except(const IpPrefix& cidr, const IpPrefix& except);

}  // namespace bulwark::base

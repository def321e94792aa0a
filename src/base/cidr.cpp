#include "base/cidr.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace bulwark::base {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads a text from left to right and remembers the first thing that is wrong with it.
class Reader {
 public:
  Reader(std::string_view text, IpReading reading) : text_(text), strict_(reading == IpReading::strict) {}

  std::optional<IpAddress> address() {
    const std::size_t mark = text_.find_first_of(".:");
    if (text_.empty()) return wrong("the address is empty");
    if (mark == std::string_view::npos)
      return wrong("an IP address has dots (10.9.8.7) or colons (2001:db8::ffff)");
    if (text_[mark] == ':') return v6();
    std::uint32_t bits = 0;
    if (!v4(bits)) return std::nullopt;
    return IpAddress::v4(bits);
  }

  const CidrProblem& problem() const { return problem_; }

 private:
  std::nullopt_t wrong(std::string_view reason) { return wrong(reason, at_); }
  std::nullopt_t wrong(std::string_view reason, std::size_t offset) {
    problem_ = {reason, offset};
    return std::nullopt;
  }

  bool done() const { return at_ == text_.size(); }
  char next() const { return done() ? '\0' : text_[at_]; }

  bool v4(std::uint32_t& bits) {
    for (int octet = 0; octet < 4; ++octet) {
      if (octet > 0) {
        if (done()) return wrong("an IPv4 address has four numbers; some are missing"), false;
        if (next() != '.') return wrong("an IPv4 address has nothing but digits and dots"), false;
        ++at_;
      }
      const std::size_t start = at_;
      std::uint32_t value = 0;
      while (is_digit(next())) {
        value = value * 10 + static_cast<std::uint32_t>(next() - '0');
        if (value > 255) return wrong("a number of an IPv4 address is above 255", start), false;
        ++at_;
      }
      if (at_ == start) {
        return wrong(done() || next() == '.' ? std::string_view("a number of the IPv4 address is missing")
                                             : "an IPv4 address has nothing but digits and dots"),
               false;
      }
      if (strict_ && at_ - start > 1 && text_[start] == '0') {
        return wrong("a number of an IPv4 address must not have leading zeros", start), false;
      }
      bits = bits << 8 | value;
    }
    if (done()) return true;
    return wrong(next() == '.' ? std::string_view("an IPv4 address has four numbers, no more")
                               : "an IPv4 address has nothing but digits and dots"),
           false;
  }

  std::optional<IpAddress> v6() {
    std::array<std::uint16_t, 8> groups{};
    std::size_t count = 0;
    std::optional<std::size_t> gap;  // number of groups before "::"
    if (text_.starts_with("::")) {
      gap = 0;
      at_ = 2;
    }
    while (count < groups.size() && !(done() && gap == count)) {
      const std::size_t start = at_;
      std::uint32_t value = 0;
      for (int digit = hex_value(next()); digit >= 0; digit = hex_value(next())) {
        value = value << 4 | static_cast<std::uint32_t>(digit);
        if (value > 0xFFFF || (strict_ && at_ - start >= 4)) {
          return wrong("a group of an IPv6 address has more than four digits", start);
        }
        ++at_;
      }
      if (at_ == start) {
        if (next() == '%') return wrong("an IPv6 zone is not allowed here");
        return wrong(done() || next() == ':' ? "a group of the IPv6 address is missing"
                                             : "an IPv6 address has nothing but hexadecimal digits and colons");
      }
      if (next() == '.') {
        if (!gap && count != 6) return wrong("an embedded IPv4 address must be the last 32 bits", start);
        if (count > 6) return wrong("no room for an embedded IPv4 address", start);
        std::uint32_t bits = 0;
        at_ = start;
        if (!v4(bits)) return std::nullopt;
        groups[count++] = static_cast<std::uint16_t>(bits >> 16);
        groups[count++] = static_cast<std::uint16_t>(bits);
        break;
      }
      groups[count++] = static_cast<std::uint16_t>(value);
      if (done() || count == groups.size()) {
        // "1:2:3:4:5:6:7::" and "1:...:8:" fail below: there is more than the eighth group.
        if (done() || next() != ':' || gap) break;
      }
      if (next() == '%') return wrong("an IPv6 zone is not allowed here");
      if (next() != ':') return wrong("an IPv6 address has nothing but hexadecimal digits and colons");
      if (at_ + 1 == text_.size()) return wrong("a group of the IPv6 address is missing", at_ + 1);
      ++at_;
      if (next() == ':') {
        if (gap) return wrong("\"::\" may stand once only");
        gap = count;
        ++at_;
      }
    }
    if (!done()) {
      if (next() == '%') return wrong("an IPv6 zone is not allowed here");
      return wrong(next() == ':' || hex_value(next()) >= 0
                       ? "an IPv6 address has eight groups, no more"
                       : "an IPv6 address has nothing but hexadecimal digits and colons");
    }
    if (count == groups.size() && gap) return wrong("\"::\" must stand for one group of zeros at least", 0);
    if (count < groups.size()) {
      if (!gap) return wrong("an IPv6 address has eight groups or a \"::\"");
      std::rotate(groups.begin() + static_cast<std::ptrdiff_t>(*gap),
                  groups.begin() + static_cast<std::ptrdiff_t>(count), groups.end());
    }
    std::uint64_t halves[2] = {};
    for (std::size_t i = 0; i < groups.size(); ++i) halves[i / 4] = halves[i / 4] << 16 | groups[i];
    return IpAddress::v6(halves[0], halves[1]);
  }

  std::string_view text_;
  bool strict_;
  std::size_t at_ = 0;
  CidrProblem problem_;
};

// RFC 5952 4.2: the longest run of two or more zero groups becomes "::", the first of equals.
void append_v6(std::string& out, const std::array<std::uint8_t, 16>& bytes) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  std::size_t from = 8, length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > length) {
      from = i;
      length = end - i;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == from) {
      out += "::";
      i += length - 1;
      continue;
    }
    if (i > 0 && i != from + length) out += ':';
    fmt::format_to(std::back_inserter(out), "{:x}", groups[i]);
  }
}

bool has_leading_zero(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] == '.' || text[i - 1] == '/' || text[i - 1] == ':';
    if (!starts || text[i] != '0') continue;
    const std::size_t end = std::min(text.find_first_of("./:", i), text.size());
    // Zeros before a group of IPv6 are common and harmless; strict readers stop at four digits.
    const bool decimal = (end < text.size() && text[end] == '.') || (i > 0 && text[i - 1] != ':') ||
                         (i == 0 && text.find(':') == std::string_view::npos);
    if (decimal ? end - i > 1 : end - i > 4) return true;
  }
  return false;
}

}  // namespace

std::expected<IpAddress, CidrProblem> IpAddress::parse(std::string_view text, IpReading reading) {
  Reader reader(text, reading);
  if (const auto address = reader.address()) return *address;
  return std::unexpected(reader.problem());
}

IpAddress IpAddress::masked(int length) const {
  const int from = v4_ ? length + 96 : length;
  const auto mask = [](int count) {
    return count <= 0 ? 0 : count >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - count);
  };
  return {low_ & mask(from - 64), high_ & mask(from), v4_};
}

std::array<std::uint8_t, 16> IpAddress::bytes() const {
  std::array<std::uint8_t, 16> out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
    out[8 + i] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
  }
  return out;
}

std::string IpAddress::text() const {
  const auto b = bytes();
  if (v4_) return fmt::format("{}.{}.{}.{}", b[12], b[13], b[14], b[15]);
  if (is_v4_mapped()) return fmt::format("::ffff:{}.{}.{}.{}", b[12], b[13], b[14], b[15]);
  std::string out;
  append_v6(out, b);
  return out;
}

std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) {
  if (a.v4_ != b.v4_) return a.v4_ ? std::strong_ordering::less : std::strong_ordering::greater;
  if (const auto order = a.high_ <=> b.high_; order != 0) return order;
  return a.low_ <=> b.low_;
}

std::expected<IpPrefix, CidrProblem> IpPrefix::parse(std::string_view text, IpReading reading) {
  // netip.ParsePrefix splits at the last slash, ParseCIDRSloppy at the first; what has two is wrong for both.
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::unexpected(
        CidrProblem{"a CIDR needs a slash and a prefix length, as in 10.9.8.0/24", text.size()});
  }
  const auto address = IpAddress::parse(text.substr(0, slash), reading);
  if (!address) return std::unexpected(address.error());
  const std::string_view digits = text.substr(slash + 1);
  const auto wrong = [&](std::string_view reason, std::size_t at) {
    return std::unexpected(CidrProblem{reason, slash + 1 + at});
  };
  if (digits.empty()) return wrong("the prefix length after the slash is missing", 0);
  const std::size_t bad = static_cast<std::size_t>(std::ranges::find_if_not(digits, is_digit) - digits.begin());
  if (bad < digits.size()) {
    return wrong(digits[bad] == '#'
                     ? std::string_view("\"#\" and what follows belong to the value: a comment in YAML "
                                        "needs a space before it")
                     : "a prefix length has nothing but digits",
                 bad);
  }
  if (reading == IpReading::strict && digits.size() > 1 && digits[0] == '0') {
    return wrong("a prefix length must not have leading zeros", 0);
  }
  int length = 0;
  for (const char c : digits) {
    length = length * 10 + (c - '0');
    if (length > address->bits()) {
      return wrong(address->is_v4() ? "the prefix length of an IPv4 address is 32 at most"
                                    : "the prefix length of an IPv6 address is 128 at most",
                   0);
    }
  }
  return IpPrefix(*address, length);
}

IpPrefix IpPrefix::canonical() const {
  if (address_.is_v4_mapped() && length_ >= 96) return IpPrefix(address_.unmapped(), length_ - 96).masked();
  return masked();
}

bool IpPrefix::contains(const IpAddress& address) const {
  const IpPrefix whole = canonical();
  const IpAddress one = address.unmapped();
  return whole.address_.is_v4() == one.is_v4() && one.masked(whole.length_) == whole.address_;
}

bool IpPrefix::contains(const IpPrefix& other) const {
  const IpPrefix part = other.canonical();
  return canonical().length_ <= part.length_ && contains(part.address_);
}

bool IpPrefix::is_strict_subset_of(const IpPrefix& whole) const {
  return whole.contains(*this) && canonical().length_ > whole.canonical().length_;
}

std::string IpPrefix::text() const { return fmt::format("{}/{}", address_.text(), length_); }

CidrSpelling cidr_spelling(std::string_view text, const IpPrefix& prefix) {
  CidrSpelling spelling{.leading_zeros = has_leading_zero(text),
                        .v4_mapped = prefix.address().is_v4_mapped(),
                        .host_bits = !prefix.is_masked()};
  // Only where nothing worse was found, as in GetWarningsForCIDR.
  if (spelling.is_canonical()) spelling.not_canonical = prefix.text() != text;
  return spelling;
}

bool is_valid_except(const IpPrefix& cidr, const IpPrefix& except) {
  return cidr.contains(except.masked().address()) && cidr.length() < except.length();
}

}  // namespace bulwark::base

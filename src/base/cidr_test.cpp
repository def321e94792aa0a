#include "base/cidr.h"

#include <gtest/gtest.h>

namespace bulwark::base {
namespace {

using enum IpReading;

TEST(Cidr, ReadsAddressesAsGoDoes) {
  struct Case {
    const char *text, *canonical, *lenient;  // nullptr: not an address for that reader
  };
  // Accepted and refused forms as in the tests of Go's net/netip and of the fork in k8s.io/utils.
  const Case cases[] = {
      {"127.0.0.1", "127.0.0.1", "127.0.0.1"},
      {"0.0.0.0", "0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255", "255.255.255.255"},
      {"010.0.0.1", nullptr, "10.0.0.1"},
      {"127.007.0.1", nullptr, "127.7.0.1"},
      {"0000000192.168.0.1", nullptr, "192.168.0.1"},
      {"127.0.0.256", nullptr, nullptr},
      {"127.0.0", nullptr, nullptr},
      {"127.0.0.", nullptr, nullptr},
      {"127..0.1", nullptr, nullptr},
      {"127.0.0.1.", nullptr, nullptr},
      {"127.0.0.1.2", nullptr, nullptr},
      {"127.0.0.0x1", nullptr, nullptr},
      {" 127.0.0.1", nullptr, nullptr},
      {"-127.0.0.1", nullptr, nullptr},
      {"1", nullptr, nullptr},
      {"", nullptr, nullptr},
      {"abc", nullptr, nullptr},
      {"::", "::", "::"},
      {"::1", "::1", "::1"},
      {"1::", "1::", "1::"},
      {"2001:DB8::FFFF", "2001:db8::ffff", "2001:db8::ffff"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3", "1:0:0:2::3"},
      {"0:0:0:0:0000:ffff:127.1.2.3", "::ffff:127.1.2.3", "::ffff:127.1.2.3"},
      {"::ffff:c0a8:8c01", "::ffff:192.168.140.1", "::ffff:192.168.140.1"},
      {"::ffff:192.168.140.255", "::ffff:192.168.140.255", "::ffff:192.168.140.255"},
      {"::127.001.2.3", nullptr, "::7f01:203"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:77.77.88.88", "1:2:3:4:5:6:4d4d:5858", "1:2:3:4:5:6:4d4d:5858"},
      {"0:0:0:0::0:0:0:0", nullptr, nullptr},
      {"1:2:3:4:5:6:7:8::", nullptr, nullptr},
      {"::1:2:3:4:5:6:7:8", nullptr, nullptr},
      {"1:2:3:4:5:6:7:8:9", nullptr, nullptr},
      {"1:2:3:4:5:6:7", nullptr, nullptr},
      {"1:2:3:4:5:6:7:", nullptr, nullptr},
      {":1:2:3:4:5:6:7", nullptr, nullptr},
      {":", nullptr, nullptr},
      {"1::2::3", nullptr, nullptr},
      {":::", nullptr, nullptr},
      {"::1:", nullptr, nullptr},
      {"fe80::1%eth0", nullptr, nullptr},
      {"::00001", nullptr, "::1"},
      {"::12345", nullptr, nullptr},
      {"::g", nullptr, nullptr},
      {"1:2:3:4:5:6:7:1.2.3.4", nullptr, nullptr},
      {"1:2:3:1.2.3.4", nullptr, nullptr},
      {"::1.2.3.4:5", nullptr, nullptr},
      {"::ffff:1.2.3.300", nullptr, nullptr},
  };
  for (const Case& c : cases) {
    const auto exact = IpAddress::parse(c.text);
    EXPECT_EQ(exact ? exact->text() : "no", c.canonical != nullptr ? c.canonical : "no") << c.text;
    const auto loose = IpAddress::parse(c.text, lenient);
    EXPECT_EQ(loose ? loose->text() : "no", c.lenient != nullptr ? c.lenient : "no") << c.text;
    EXPECT_TRUE(loose || !loose.error().reason.empty()) << c.text;
  }
}

TEST(Cidr, AddressTextReadsBackToTheSameAddress) {
  std::uint64_t seed = 42;
  for (int i = 0; i < 20000; ++i) {
    const auto next = [&] { return seed = seed * 6364136223846793005U + 1442695040888963407U; };
    // Groups of zeros are what the text shortens, so most groups are made zero.
    std::uint64_t halves[2] = {next(), next()};
    const std::uint64_t zero = next() >> 40;
    for (int g = 0; g < 8; ++g) {
      if ((zero >> (2 * g) & 3) != 0) halves[g / 4] &= ~(std::uint64_t{0xFFFF} << (16 * (g % 4)));
    }
    const IpAddress address = IpAddress::v6(halves[0], halves[1]);
    ASSERT_EQ(IpAddress::parse(address.text()), address) << address.text();
  }
}

TEST(Cidr, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    std::size_t offset;
    const char* reason;
  };
  for (const Case& c : {
           Case{"10.10.0.0/0#example", 11, "\"#\" and what follows belong to the value"},
           Case{"10.0.0.0", 8, "needs a slash"},
           Case{"10.0.0.0/", 9, "is missing"},
           Case{"10.0.0.0/33", 9, "32 at most"},
           Case{"2001:db8::/129", 11, "128 at most"},
           Case{"10.0.0.0/99999999999999999999", 9, "32 at most"},
           Case{"10.0.0.0/-1", 9, "nothing but digits"},
           Case{"10.0.0.0/8/8", 10, "nothing but digits"},
           Case{"10.0.0.0/255.0.0.0", 12, "nothing but digits"},
           Case{"10.0.0.0/08", 9, "leading zeros"},
           Case{"010.0.0.0/8", 0, "leading zeros"},
           Case{"10.0.0/8", 6, "some are missing"},
           Case{"10.0.0.256/8", 7, "above 255"},
           Case{"10.0.0.0 /8", 8, "digits and dots"},
           Case{"/8", 0, "empty"},
           Case{"fe80::1%eth0/64", 7, "zone"},
           Case{"example.com/8", 0, "digits and dots"},
       }) {
    const auto prefix = IpPrefix::parse(c.text);
    ASSERT_FALSE(prefix) << c.text;
    EXPECT_EQ(prefix.error().offset, c.offset) << c.text;
    EXPECT_NE(prefix.error().reason.find(c.reason), std::string_view::npos)
        << c.text << ": " << prefix.error().reason;
  }
}

IpPrefix prefix(std::string_view text) {
  const auto parsed = IpPrefix::parse(text, lenient);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpPrefix());
}

TEST(Cidr, CanonicalFormAndSpelling) {
  struct Case {
    const char *text, *canonical;
    CidrSpelling spelling;
  };
  for (const Case& c : {
           Case{"10.0.0.0/8", "10.0.0.0/8", {}},
           Case{"0.0.0.0/0", "0.0.0.0/0", {}},
           Case{"::/0", "::/0", {}},
           Case{"2001:db8::/32", "2001:db8::/32", {}},
           Case{"10.1.2.3/8", "10.0.0.0/8", {.host_bits = true}},
           Case{"10.1.2.3/32", "10.1.2.3/32", {}},
           Case{"010.0.0.0/8", "10.0.0.0/8", {.leading_zeros = true}},
           Case{"10.00.0.0/8", "10.0.0.0/8", {.leading_zeros = true}},
           Case{"10.0.0.0/08", "10.0.0.0/8", {.leading_zeros = true}},
           Case{"10.0.0.1/08", "10.0.0.0/8", {.leading_zeros = true, .host_bits = true}},
           Case{"::ffff:1.2.3.4/120", "1.2.3.0/24", {.v4_mapped = true, .host_bits = true}},
           Case{"::ffff:1.2.3.0/120", "1.2.3.0/24", {.v4_mapped = true}},
           Case{"::ffff:01.2.3.0/120", "1.2.3.0/24", {.leading_zeros = true, .v4_mapped = true}},
           Case{"::ffff:0:0/96", "0.0.0.0/0", {.v4_mapped = true}},
           Case{"2001:DB8::/32", "2001:db8::/32", {.not_canonical = true}},
           Case{"2001:0db8::/32", "2001:db8::/32", {.not_canonical = true}},
           Case{"2001:db8:0:0:0:0:0:0/32", "2001:db8::/32", {.not_canonical = true}},
           Case{"2001:db8::1/32", "2001:db8::/32", {.host_bits = true}},
           Case{"2001:00db8::/32", "2001:db8::/32", {.leading_zeros = true}},
       }) {
    const IpPrefix p = prefix(c.text);
    EXPECT_EQ(p.canonical().text(), c.canonical) << c.text;
    EXPECT_EQ(cidr_spelling(c.text, p), c.spelling) << c.text;
    EXPECT_TRUE(cidr_spelling(c.canonical, p.canonical()).is_canonical()) << c.text;
    EXPECT_TRUE(p.covers_same_as(prefix(c.canonical))) << c.text;
    // Strict readers refuse exactly what has leading zeros (IsValidCIDR).
    EXPECT_EQ(IpPrefix::parse(c.text).has_value(), !c.spelling.leading_zeros) << c.text;
  }
}

TEST(Cidr, ContainsAddresses) {
  struct Case {
    const char *prefix, *address;
    bool want;
  };
  for (const Case& c : {
           Case{"172.16.0.0/12", "172.16.1.1", true},
           Case{"172.24.0.0/13", "172.16.1.1", false},
           Case{"10.0.0.0/8", "11.0.0.0", false},
           Case{"0.0.0.0/0", "255.1.2.3", true},
           Case{"0.0.0.0/0", "::1", false},
           Case{"::/0", "1.2.3.4", false},
           Case{"::/0", "2001:db8::1", true},
           Case{"::/0", "::ffff:1.2.3.4", false},  // an IPv4 address for Go's net.IP
           Case{"1.2.3.0/24", "::ffff:1.2.3.4", true},
           Case{"::ffff:1.2.3.0/120", "1.2.3.200", true},
           Case{"::ffff:1.2.3.0/120", "1.2.4.0", false},
           Case{"2001:db8::/32", "2001:db8:ffff::1", true},
           Case{"2001:db8::/65", "2001:db8::7fff:0:0:1", true},
           Case{"2001:db8::/65", "2001:db8::8000:0:0:1", false},
           Case{"169.254.169.254/32", "169.254.169.254", true},
           Case{"169.254.169.254/32", "169.254.169.255", false},
       }) {
    EXPECT_EQ(prefix(c.prefix).contains(IpAddress::parse(c.address).value()), c.want)
        << c.prefix << " " << c.address;
  }
}

TEST(Cidr, SubsetsAndExceptions) {
  struct Case {
    const char *whole, *part;
    bool contains, strict, valid_except;
  };
  for (const Case& c : {
           Case{"10.0.0.0/8", "10.1.0.0/16", true, true, true},
           Case{"10.0.0.0/8", "10.0.0.0/8", true, false, false},
           Case{"10.1.2.3/8", "10.0.0.0/8", true, false, false},
           Case{"10.0.0.0/8", "10.200.3.4/16", true, true, true},
           Case{"10.1.0.0/16", "10.0.0.0/8", false, false, false},
           Case{"10.0.0.0/8", "11.0.0.0/16", false, false, false},
           Case{"0.0.0.0/0", "169.254.169.254/32", true, true, true},
           Case{"0.0.0.0/0", "0.0.0.0/0", true, false, false},
           Case{"0.0.0.0/0", "2001:db8::/32", false, false, false},
           Case{"::/0", "10.0.0.0/8", false, false, false},
           Case{"2001:db8::/32", "2001:db8:1::/48", true, true, true},
           // A mapped prefix is longer than an IPv4 one in the eyes of the API server only.
           Case{"::ffff:1.2.3.0/120", "1.2.3.128/25", true, true, false},
           Case{"1.2.3.0/24", "::ffff:1.2.3.0/120", true, false, true},
       }) {
    const IpPrefix whole = prefix(c.whole), part = prefix(c.part);
    EXPECT_EQ(whole.contains(part), c.contains) << c.whole << " " << c.part;
    EXPECT_EQ(part.is_strict_subset_of(whole), c.strict) << c.whole << " " << c.part;
    EXPECT_EQ(is_valid_except(whole, part), c.valid_except) << c.whole << " " << c.part;
    EXPECT_TRUE(!c.contains || part.overlaps(whole)) << c.whole << " " << c.part;
  }
}

TEST(Cidr, AddressesHaveAnOrder) {
  const char* sorted[] = {"0.0.0.0",        "1.2.3.4", "10.0.0.1", "255.255.255.255", "::", "::1",
                          "::ffff:1.2.3.4", "1::",     "ff::"};
  for (std::size_t i = 0; i < std::size(sorted); ++i) {
    for (std::size_t j = 0; j < std::size(sorted); ++j) {
      EXPECT_EQ(*IpAddress::parse(sorted[i]) <=> *IpAddress::parse(sorted[j]), i <=> j)
          << sorted[i] << " " << sorted[j];
    }
  }
}

}  // namespace
}  // namespace bulwark::base

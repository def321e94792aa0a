#include "kube/quantity.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>
#include <vector>

namespace bulwark::kube {
namespace {

static_assert(std::is_trivially_copyable_v<Quantity> && std::is_trivially_destructible_v<Quantity>);

using enum Quantity::Format;

Quantity quantity(std::string_view text) {
  const auto parsed = Quantity::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Quantity());
}

TEST(Quantity, ReadsWhatUpstreamReads) {
  struct Case {
    const char *text, *canonical;
    Quantity::Format format;
  };
  // Inputs of TestQuantityParse in k8s.io/apimachinery/pkg/api/resource; texts as kubectl prints them. Where
  // upstream prints a text that it had kept ("01", "1.G"), the canonical one stands here.
  const Case cases[] = {
      {"0", "0", decimal_si},
      {"0n", "0", decimal_si},
      {"0Ki", "0", binary_si},
      {"0T", "0", decimal_si},
      {"1", "1", decimal_si},
      {"1Ki", "1Ki", binary_si},
      {"8Ki", "8Ki", binary_si},
      {"7Mi", "7Mi", binary_si},
      {"6Gi", "6Gi", binary_si},
      {"5Ti", "5Ti", binary_si},
      {"4Pi", "4Pi", binary_si},
      {"3Ei", "3Ei", binary_si},
      {"100Ti", "100Ti", binary_si},
      {"1024Ki", "1Mi", binary_si},
      {"1023Ki", "1023Ki", binary_si},
      {"5n", "5n", decimal_si},
      {"4u", "4u", decimal_si},
      {"3m", "3m", decimal_si},
      {"9", "9", decimal_si},
      {"8k", "8k", decimal_si},
      {"50k", "50k", decimal_si},
      {"300T", "300T", decimal_si},
      {"2P", "2P", decimal_si},
      {"1E", "1E", decimal_si},
      {"12E", "12E", decimal_si},
      {"1000E", "1e21", decimal_si},
      {"1000k", "1M", decimal_si},
      {"1000", "1k", decimal_si},
      {"1024", "1024", decimal_si},
      {"1E-3", "1e-3", decimal_exponent},
      {"1e3", "1e3", decimal_exponent},
      {"1e14", "100e12", decimal_exponent},
      {"1e13", "10e12", decimal_exponent},
      {"1.3E+6", "1300e3", decimal_exponent},
      {"1.7E18", "1700e15", decimal_exponent},
      {"0.5e0", "500e-3", decimal_exponent},
      {"12e1", "120", decimal_exponent},
      {"1500e0", "1500", decimal_exponent},
      {"1e400", "10e399", decimal_exponent},
      {"100.035k", "100035", decimal_si},
      {"0.001", "1m", decimal_si},
      {"0.0005k", "500m", decimal_si},
      {"0.00050k", "500m", decimal_si},
      {"0.05000", "50m", decimal_si},
      {"1.5", "1500m", decimal_si},
      {"1500m", "1500m", decimal_si},
      {"7.123456M", "7123456", decimal_si},
      {"6.987654321G", "6987654321", decimal_si},
      {"1.01E", "1010P", decimal_si},
      // Rounded up to nano, or down to 2^63-1.
      {"3.001n", "4n", decimal_si},
      {"1.1E-9", "2e-9", decimal_exponent},
      {"1E-10", "1e-9", decimal_exponent},
      {"1e-400", "1e-9", decimal_exponent},
      {"0.0000000001", "1n", decimal_si},
      {"0.9n", "1n", decimal_si},
      {"-0.9n", "-1n", decimal_si},
      {"0.00000012345", "124n", decimal_si},
      {"0.00000012354", "124n", decimal_si},
      {"0.99999999999", "1", decimal_si},
      {"8Ei", "9223372036854775807", binary_si},
      {"9Ei", "9223372036854775807", binary_si},
      {"-9Ei", "-9223372036854775807", binary_si},
      {"9223372036854775807Ki", "9223372036854775807", binary_si},
      {"123456789123456789123456789123456789123456789Ki", "9223372036854775807", binary_si},
      {"99999999999999999999Ei", "9223372036854775807", binary_si},
      {"9223372036854775808", "9223372036854775808", decimal_si},
      {"18446744073709551616", "18446744073709551616", decimal_si},
      {"100000000000000000000000", "100e21", decimal_si},
      {"1234567891234567891234567890.5", "1234567891234567891234567890500m", decimal_si},
      // Fractions with binary suffixes.
      {"100.035Ki", "102435840m", binary_si},
      {"1.1Ki", "1126400m", binary_si},
      {"0.5Mi", "512Ki", binary_si},
      {"-0.5Mi", "-512Ki", binary_si},
      {"0.5Ki", "512", binary_si},
      {"1023.5Ki", "1048064", binary_si},
      {"0.05Gi", "53687091200m", binary_si},
      {"0.025Ti", "27487790694400m", binary_si},
      {"1.5Gi", "1536Mi", binary_si},
      {"7.9999999999999999999999999999999999999999999999999999999999999999999999999999Ei", "9223372036854775807",
       binary_si},
      {"0.333333333333333333333333333333333333333333333333333333333333333333333333333333Ki", "341333333334n",
       binary_si},
      // Two nano exactly, and then a little more.
      {"0.000000000001953125Ki", "2n", decimal_si},
      {"0.0000000000019531250000000000000000000000000000000000000000000000000000000001Ki", "3n", decimal_si},
      {"0.0000000000000000000000000000000000001Ei", "1n", decimal_si},
      // Things written by trolls.
      {"0.000000000001Ki", "2n", decimal_si},
      {".001", "1m", decimal_si},
      {".0001k", "100m", decimal_si},
      {"1.", "1", decimal_si},
      {"1.G", "1G", decimal_si},
      {"01", "1", decimal_si},
      {"007Ki", "7Ki", binary_si},
      {"+5", "5", decimal_si},
      {"-5m", "-5m", decimal_si},
      {"-0", "0", decimal_si},
      {".", "0", decimal_si},
      {"-.", "0", decimal_si},
      {"+", "0", decimal_si},
      {".Ki", "0", binary_si},
      {".5Ki", "512", binary_si},
      {"1.e-10", "1e-9", decimal_exponent},
      {"1e+03", "1e3", decimal_exponent},
  };
  for (const Case& c : cases) {
    const Quantity q = quantity(c.text);
    EXPECT_EQ(q.text(), c.canonical) << c.text;
    EXPECT_EQ(q.format(), c.format) << c.text;
    EXPECT_EQ(quantity(q.text()), q) << c.text;
    EXPECT_EQ(quantity(q.text()).text(), q.text()) << c.text;
  }
}

TEST(Quantity, RefusesWithUpstreamsReasons) {
  struct Case {
    const char *text, *reason;
  };
  for (const Case& c : {
           Case{"", "regular expression"},
           Case{" 1", "regular"},
           Case{"1 ", "regular expression"},
           Case{"1.1.1M", "regular expression"},
           Case{"1e1.5", "regular expression"},
           Case{"1,5", "regular expression"},
           Case{"Non-Numeric", "regular"},
           Case{"0x10", "regular expression"},
           Case{"1e", "suffix"},
           Case{"1e+", "suffix"},
           Case{"1i", "suffix"},
           Case{"5Ei5", "suffix"},
           Case{"1kk", "suffix"},
           Case{"1Ki3", "suffix"},
           Case{"1K", "suffix"},
           Case{"1mi", "suffix"},
           Case{"+-1", "suffix"},
           Case{"1-1", "suffix"},
           Case{"1e99999999999", "suffix"},
           Case{".e-20", "numeric part"},
           Case{"-.e-20", "numeric part"},
           Case{"123456789012345678901234567890123456789", "38 significant"},
       }) {
    const auto parsed = Quantity::parse(c.text);
    ASSERT_FALSE(parsed) << c.text << " " << parsed->text();
    EXPECT_NE(parsed.error().message.find(c.reason), std::string::npos)
        << c.text << ": " << parsed.error().message;
  }
  EXPECT_EQ(Quantity::from_manifest(" 1Gi\n").value(), quantity("1Gi"));
  EXPECT_FALSE(Quantity::from_manifest(" "));
}

TEST(Quantity, Values) {
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t min = std::numeric_limits<std::int64_t>::min();
  struct Case {
    const char* text;
    std::int64_t value, milli;
  };
  for (const Case& c : {
           Case{"0", 0, 0},
           Case{"1", 1, 1000},
           Case{"100m", 1, 100},
           Case{"-100m", -1, -100},
           Case{"1n", 1, 1},
           Case{"-1n", -1, -1},
           Case{"1500m", 2, 1500},
           Case{"-1500m", -2, -1500},
           Case{"1000001u", 2, 1001},
           Case{"1Gi", 1073741824, 1073741824000},
           Case{"1.1Ki", 1127, 1126400},
           Case{"8Ei", max, max},
           Case{"9223372036854775807", max, max},
           Case{"9223372036854775808", max, max},
           Case{"-9223372036854775808", min, min},
           Case{"-9223372036854775809", min, min},
           Case{"9223372036854775.807", 9223372036854776, max},
           Case{"1e400", max, max},
           Case{"-1e400", min, min},
           Case{"1e999999999", max, max},
           Case{"12345678901234567890123456789.123456789", max, max},
       }) {
    EXPECT_EQ(quantity(c.text).value(), c.value) << c.text;
    EXPECT_EQ(quantity(c.text).milli_value(), c.milli) << c.text;
  }
  EXPECT_EQ(Quantity::of(1024, binary_si).text(), "1Ki");
  EXPECT_EQ(Quantity::of(-1023, binary_si).text(), "-1023");
  EXPECT_EQ(Quantity::of(min).value(), min);
  EXPECT_EQ(Quantity::of_milli(1500).text(), "1500m");
  EXPECT_EQ(Quantity::of_milli(-2000), Quantity::of(-2));
}

TEST(Quantity, HasOneOrder) {
  // Ascending; what stands in one row is equal.
  const std::vector<std::vector<const char*>> rows = {
      {"-1e400"},
      {"-9Ei", "-9223372036854775807"},
      {"-1Gi", "-1024Mi"},
      {"-1"},
      {"-1n", "-0.1n"},
      {"0", "-0", "0Ki", "0e5"},
      {"1n", "0.1n", "1e-9"},
      {"50m", "0.05", ".05"},
      {"100m", "0.1", "1e-1"},
      {"1", "1000m", "1.000", "1e0"},
      {"1.0000001"},
      {"1k", "1000", "1e3"},
      {"1Ki", "1024", "1024000m"},
      {"100Gi"},
      {"10000T", "10P", "10e15"},
      {"8Ei", "9223372036854775807"},
      {"9223372036854775808"},
      {"12345678901234567890123456789.1"},
      {"12345678901234567890123456789.12"},
      {"99999999999999999999999999999999999999"},
      {"1e38"},
      {"1e400"},
      {"1e999999999"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      for (const char* a : rows[i]) {
        for (const char* b : rows[j]) EXPECT_TRUE((quantity(a) <=> quantity(b)) == (i <=> j)) << a << " <=> " << b;
      }
    }
  }
}

}  // namespace
}  // namespace bulwark::kube

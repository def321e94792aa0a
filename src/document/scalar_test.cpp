#include "document/scalar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace bulwark::document {
namespace {

TEST(Scalar, ResolvesAsKubernetesDoes) {
  struct Case {
    const char* text;
    Kind want;
  };
  for (const Case& c : {
           Case{"", Kind::null},
           Case{"~", Kind::null},
           Case{"null", Kind::null},
           Case{"nUll", Kind::string},
           Case{"yes", Kind::boolean},
           Case{"On", Kind::boolean},
           Case{"y", Kind::boolean},
           Case{"N", Kind::boolean},
           Case{"off", Kind::boolean},
           Case{"oFF", Kind::string},
           Case{"0644", Kind::integer},
           Case{"0o644", Kind::integer},
           Case{"0x1F", Kind::integer},
           Case{"0b101", Kind::integer},
           Case{"-12", Kind::integer},
           Case{"+1", Kind::integer},
           Case{"1_000", Kind::integer},
           Case{"08", Kind::real},
           Case{"1e3", Kind::real},
           Case{"1.", Kind::real},
           Case{".5", Kind::real},
           Case{"-.inf", Kind::real},
           Case{".nan", Kind::real},
           Case{"1.2.3", Kind::string},
           Case{"2024-01-01", Kind::string},
           Case{"12:30", Kind::string},
           Case{"1e", Kind::string},
           Case{"0x", Kind::string},
           Case{"-", Kind::string},
           Case{"100m", Kind::string},
           Case{"18446744073709551615", Kind::integer},
           Case{"18446744073709551616", Kind::real},
       }) {
    EXPECT_EQ(resolve_plain(c.text), c.want) << c.text;
  }
}

// Each as kubectl 1.32 prints it; tests/oracle compares many more with the kubectl that is there.
TEST(Scalar, ResolvesTheOddOnesAsKubernetesDoes) {
  struct Case {
    const char* text;
    Kind want;
  };
  for (const Case& c : {
           Case{"1e400", Kind::string},
           Case{"-1e999", Kind::string},
           Case{".5e400", Kind::string},
           Case{"1e-400", Kind::real},
           Case{".1_0", Kind::real},
           Case{"._1", Kind::string},
           Case{".1_", Kind::string},
           Case{"1.5_0", Kind::real},
           Case{"1e_3", Kind::real},
           Case{"0b-1", Kind::integer},
           Case{"-0b-1", Kind::string},
           Case{"0b12", Kind::string},
           Case{"0x_1", Kind::integer},
           Case{"+18446744073709551615", Kind::real},
           Case{"+0xffffffffffffffff", Kind::string},
           Case{"0x1ffffffffffffffff", Kind::string},
           Case{"0777777777777777777777777", Kind::real},
           Case{"-0x8000000000000001", Kind::string},
           Case{"0x1p4", Kind::string},
           Case{"_1", Kind::string},
           Case{"1_", Kind::integer},
       }) {
    EXPECT_EQ(resolve_plain(c.text), c.want) << c.text;
  }
}

TEST(Scalar, Values) {
  std::int64_t i = 0;
  EXPECT_TRUE(integer_value("0644", i));
  EXPECT_EQ(i, 420);
  EXPECT_TRUE(integer_value("-0x10", i));
  EXPECT_EQ(i, -16);
  EXPECT_TRUE(integer_value("-9223372036854775808", i));
  EXPECT_EQ(i, std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(integer_value("9223372036854775808", i));
  EXPECT_DOUBLE_EQ(real_value("1e3"), 1000);
  EXPECT_TRUE(std::isnan(real_value(".nan")));
  EXPECT_TRUE(boolean_value("on"));
  EXPECT_FALSE(boolean_value("off"));
}

TEST(Scalar, NumbersAsGoWritesThemInJson) {
  for (const auto& [text, json] : std::vector<std::pair<const char*, const char*>>{
           {"7", "7"},
           {"0x10", "16"},
           {"0644", "420"},
           {"1_000", "1000"},
           {"18446744073709551615", "18446744073709551615"},
           {"1e3", "1000"},
           {"1.50", "1.5"},
           {"-2.0", "-2"},
           {"-0.0", "-0"},
           {"0.1", "0.1"},
           {"123.456", "123.456"},
           {"0.000001", "0.000001"},
           {"0.00000123", "0.00000123"},
           {"1e-7", "1e-7"},
           {"1.5e-10", "1.5e-10"},
           {"1e20", "100000000000000000000"},
           {"1e21", "1e+21"},
           {"-1.5e300", "-1.5e+300"},
           {"1234567890123456789.0", "1234567890123456800"},
           {".inf", ""},
           {".nan", ""},
       }) {
    EXPECT_EQ(number_text(resolve_plain(text), text), json) << text;
  }
}

TEST(Scalar, KnowsWhatMustBeQuoted) {
  for (const char* quoted : {"", "yes", "0644", "1.5", "- a", "a: b", "a #b", "x,y", "<<", "caf\xC3\xA9",
                             "2024-01-01", "1:30", "... x", "---x"}) {
    EXPECT_FALSE(plain_is_string(quoted)) << quoted;
  }
  for (const char* plain : {"RuntimeDefault", "a:b", "/etc/hosts", "1.2.3", "100m"})
    EXPECT_TRUE(plain_is_string(plain)) << plain;
}

}  // namespace
}  // namespace bulwark::document

#include "base/int_or_percent.h"

#include <gtest/gtest.h>

namespace bulwark::base {
namespace {

TEST(IntOrPercent, Scales) {
  struct Case {
    IntOrPercent value;
    std::int64_t total, up, down;
  };
  const auto number = [](std::int32_t n) { return IntOrPercent::of(n); };
  const auto text = [](std::string_view t) { return IntOrPercent::of(t); };
  // The rows of upstream's intstr_test.go, and the budgets that surprise people.
  for (const Case& c : {
           Case{number(123), 0, 123, 123},
           Case{number(-1), 100, -1, -1},
           Case{text("90%"), 100, 90, 90},
           Case{text("90%"), 95, 86, 85},
           Case{text("0%"), 5, 0, 0},
           Case{text("100%"), 5, 5, 5},
           Case{text("30%"), 5, 2, 1},
           Case{text("50%"), 5, 3, 2},
           Case{text("80%"), 1, 1, 0},
           Case{text("33%"), 3, 1, 0},
           Case{text("101%"), 100, 101, 101},
           Case{text("7%"), 100, 7, 7},
           Case{text("+5%"), 100, 5, 5},
           Case{text("-5%"), 50, -2, -3},
           Case{text("007%"), 100, 7, 7},
           Case{text("25%"), 0, 0, 0},
           Case{text("9223372036854775807%"), 100, 9223372036854775807, 9223372036854775807},
           Case{text("9223372036854775807%"), 1000, 9223372036854775807, 9223372036854775807},
       }) {
    EXPECT_EQ(c.value.scaled(c.total, Rounding::up).value(), c.up) << c.value.text() << " of " << c.total;
    EXPECT_EQ(c.value.scaled(c.total, Rounding::down).value(), c.down) << c.value.text() << " of " << c.total;
  }
}

TEST(IntOrPercent, RefusesWhatIsNoPercentage) {
  for (const std::string_view text : {"", "200", "%", "30%0", "a%", "40%%", " 4%", "4 %", "4.5%", "+-4%", "--4%",
                                      "+%", "0x4%", "9223372036854775808%"}) {
    const auto scaled = IntOrPercent::of(text).scaled(10, Rounding::up);
    ASSERT_FALSE(scaled) << text;
    EXPECT_NE(scaled.error().message.find(text), std::string::npos);
    EXPECT_FALSE(is_valid_percent(text) && text != "9223372036854775808%") << text;
  }
  EXPECT_TRUE(is_valid_percent("0%"));
  EXPECT_TRUE(is_valid_percent("100%"));
  EXPECT_FALSE(is_valid_percent("-5%"));
  EXPECT_FALSE(is_valid_percent("+5%"));
}

TEST(IntOrPercent, ParsesCommandLineValues) {
  EXPECT_EQ(IntOrPercent::parse("5"), IntOrPercent::of(5));
  EXPECT_EQ(IntOrPercent::parse("-5"), IntOrPercent::of(-5));
  EXPECT_EQ(IntOrPercent::parse("5%"), IntOrPercent::of(std::string_view("5%")));
  EXPECT_EQ(IntOrPercent::parse("5000000000"), IntOrPercent::of(std::string_view("5000000000")));
  EXPECT_EQ(IntOrPercent::parse("x"), IntOrPercent::of(std::string_view("x")));
  EXPECT_NE(IntOrPercent::of(5), IntOrPercent::of(std::string_view("5")));
}

}  // namespace
}  // namespace bulwark::base

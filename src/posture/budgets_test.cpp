#include "posture/budgets.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

kube::IntOrString number(std::string_view text) { return {text, false}; }
kube::IntOrString text(std::string_view text) { return {text, true}; }

std::optional<Allowance> allowance(kube::IntOrString min_available, kube::IntOrString max_unavailable,
                                   std::int64_t expected) {
  kube::PodDisruptionBudgetSpec spec;
  spec.min_available = min_available;
  spec.max_unavailable = max_unavailable;
  return allowance_of(spec, expected);
}

TEST(Budgets, AllowanceRoundsUpBothWays) {
  struct Case {
    kube::IntOrString min_available, max_unavailable;
    std::int64_t expected, desired, allowed;
  };
  for (const Case& c : {
           Case{{}, text("30%"), 5, 3, 2},
           Case{text("50%"), {}, 5, 3, 2},
           Case{text("80%"), {}, 1, 1, 0},
           Case{text("80%"), {}, 5, 4, 1},
           Case{{}, text("1%"), 1, 0, 1},
           Case{{}, number("0"), 3, 3, 0},
           Case{{}, number("7"), 3, 0, 3},
           Case{number("3"), {}, 3, 3, 0},
           Case{number("5"), {}, 3, 5, 0},
           Case{number("0"), {}, 0, 0, 0},
       }) {
    const auto got = allowance(c.min_available, c.max_unavailable, c.expected);
    ASSERT_TRUE(got.has_value()) << c.min_available.text << c.max_unavailable.text;
    EXPECT_EQ(got->desired, c.desired) << c.min_available.text << c.max_unavailable.text;
    EXPECT_EQ(got->allowed(), c.allowed) << c.min_available.text << c.max_unavailable.text;
  }
  EXPECT_FALSE(allowance({}, {}, 3));
  EXPECT_FALSE(allowance(number("1"), number("1"), 3));
  EXPECT_FALSE(allowance(text("2"), {}, 3));
}

TEST(Budgets, InvalidAmounts) {
  for (const kube::IntOrString& good : {number("0"), number("12"), text("0%"), text("100%")}) {
    EXPECT_EQ(invalid_amount(good), "") << good.text;
  }
  for (const kube::IntOrString& bad :
       {number("-1"), text("2"), text("%"), text("30%0"), text("101%"), text("-1%")}) {
    EXPECT_NE(invalid_amount(bad), "") << bad.text;
  }
}

}  // namespace
}  // namespace bulwark::posture

#include "twin/operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace bulwark::twin {
namespace {

constexpr std::string_view header = "group,kind,makes,evicted,scale,primary,source,date\n";

TEST(Operators, TheTableCanBeReadAndNamesEachKindOnce) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Operator& each : operators()) {
    EXPECT_TRUE(seen.emplace(each.group, each.kind).second) << each.kind;
    EXPECT_TRUE(each.source.starts_with("https://")) << each.kind;
  }
  EXPECT_GE(seen.size(), 20U);
  const Operator* pods = find_operator("core.strimzi.io", "StrimziPodSet");
  ASSERT_NE(pods, nullptr);
  EXPECT_EQ(pods->evicted, Evicted::same_name);
  EXPECT_EQ(find_operator("core.strimzi.io", "Kafka"), nullptr);
}

struct RowCase {
  std::string_view row, message;
};
void PrintTo(const RowCase& each, std::ostream* out) { *out << each.row; }

class OperatorRow : public ::testing::TestWithParam<RowCase> {};

TEST_P(OperatorRow, IsRefusedWithItsLine) {
  const auto rows = parse_operators(std::string(header) + std::string(GetParam().row));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().line, 2U);
  EXPECT_THAT(rows.error().message, ::testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Table, OperatorRow,
                         ::testing::Values(RowCase{"a,B,Pod,again,yes,,https://x", "fewer"},
                                           RowCase{"a,B,Pod,again,yes,,https://x,2026-01-01,z", "more"},
                                           RowCase{"a,,Pod,again,yes,,https://x,2026-01-01", "needed"},
                                           RowCase{"a,B,Pod,again,yes,,,2026-01-01", "needed"},
                                           RowCase{"a,B,Thing,again,yes,,https://x,2026-01-01", "makes: Thing"},
                                           RowCase{"a,B,Pod,maybe,yes,,https://x,2026-01-01", "evicted: maybe"},
                                           RowCase{"a,B,Pod,,yes,,https://x,2026-01-01", "told of pods"},
                                           RowCase{"a,B,Job,again,yes,,https://x,2026-01-01", "told of pods"},
                                           RowCase{"a,B,Pod,again,si,,https://x,2026-01-01", "scale: si"},
                                           RowCase{"a,B,Pod,again,no,role,https://x,2026-01-01",
                                                   "primary: role"}));

}  // namespace
}  // namespace bulwark::twin

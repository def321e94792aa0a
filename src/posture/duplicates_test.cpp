#include "posture/duplicates.h"

#include <gtest/gtest.h>

#include <string>

namespace bulwark::posture {
namespace {

std::vector<std::size_t> duplicates(const std::vector<std::string>& names) {
  std::vector<std::size_t> found;
  for_each_duplicate(
      names.size(), [&](std::size_t i) { return std::string_view(names[i]); },
      [&](std::size_t i) { found.push_back(i); });
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Duplicates, FewNames) {
  using Indices = std::vector<std::size_t>;
  EXPECT_EQ(duplicates({}), Indices{});
  EXPECT_EQ(duplicates({"a"}), Indices{});
  EXPECT_EQ(duplicates({"a", "b", "a", "c", "a", "b"}), (Indices{2, 4, 5}));
}

TEST(Duplicates, ManyNamesGiveTheSame) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back(std::to_string(i * 7 % 400));
  std::vector<std::size_t> want;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      want.push_back(i);
    }
  }
  EXPECT_EQ(want.size(), 100U);
  EXPECT_EQ(duplicates(names), want);
}

}  // namespace
}  // namespace bulwark::posture

#include "twin/pod_names.h"

#include <gtest/gtest.h>

#include <set>

namespace bulwark::twin {
namespace {

TEST(PodNames, ASuffixTellsItsSerialAndNoOtherHasIt) {
  std::set<std::string> seen;
  for (std::uint32_t serial = 0; serial < 50'000; ++serial) {
    const std::string suffix = suffix_of_serial(serial);
    ASSERT_EQ(suffix.size(), 5U);
    ASSERT_TRUE(seen.insert(suffix).second) << suffix;
    ASSERT_EQ(serial_of_suffix(suffix), serial) << suffix;
  }
}

TEST(PodNames, WhatIsNoSuffixHasNoSerial) {
  for (const std::string_view text : {"", "bcdf", "bcdfgh", "abcdf", "BCDFG", "0bcdf", "bcd-f"}) {
    EXPECT_EQ(serial_of_suffix(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bulwark::twin

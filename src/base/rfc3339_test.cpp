#include "base/rfc3339.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace bulwark::base {
namespace {

TEST(Rfc3339, Times) {
  for (const auto& [text, seconds] : std::vector<std::pair<const char*, long>>{
           {"1970-01-01T00:00:00Z", 0},
           {"1970-01-01T01:00:00+01:00", 0},
           {"1970-01-01T00:00:01.25Z", 1},
           {"1969-12-31T23:00:00-01:00", 0},
           {"2000-02-29T12:00:00z", 951825600},
           {"2026-11-25T10:00:00.123456789-05:30", 1795620600},
       }) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->time_since_epoch().count(), seconds) << text;
  }
  for (const char* text :
       {"", "2026", "2026-11-25", "2026-11-25T10:00:00", "2026-02-30T10:00:00Z", "2026-11-25T24:00:00Z",
        "2026-11-25T10:00:00+0100", "2026-11-25T10:00:00.Z", "2026-11-25T10:00:00Zx", "2026-+1-25T10:00:00Z",
        "2026-11-25 10:00:00Z", "2026-11-25T10:00:00+25:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Rfc3339, Text) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-11-25T10:00:09Z", "2000-02-29T23:59:59Z"}) {
    EXPECT_EQ(rfc3339(*parse_rfc3339(text)), text);
  }
}

}  // namespace
}  // namespace bulwark::base

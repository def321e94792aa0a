#include "cli/timeout.h"

#include <gtest/gtest.h>

namespace bulwark::cli {
namespace {

TEST(RequestTimeout, IsReadAsKubectlReadsIt) {
  struct Case {
    const char* text;
    long milliseconds;  // -1: it is none
  };
  constexpr long day = 24L * 3'600'000;
  for (const Case& c : {Case{"5", 5'000}, Case{"500ms", 500}, Case{"30s", 30'000}, Case{"2m", 120'000},
                        Case{"1h", 3'600'000}, Case{"1m30s", 90'000}, Case{"0", day}, Case{"0s", day},
                        Case{"4000000000h", day}, Case{"", -1}, Case{"s", -1}, Case{"-1s", -1}, Case{"1 s", -1},
                        Case{"1fortnight", -1}, Case{"5m5", -1}, Case{"99999999999s", -1}}) {
    const auto time = parse_timeout(c.text);
    EXPECT_EQ(time ? time->count() : -1, c.milliseconds) << c.text;
  }
}

}  // namespace
}  // namespace bulwark::cli

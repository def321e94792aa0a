// The end-to-end tests' main: tells a run that was skipped from one that passed (77, ctest's SKIP_RETURN_CODE),
// and one that ran nothing from both.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "e2e/suite.h"

namespace {

bool is_set(const char* name, std::string_view value) {
  const char* text = std::getenv(name);
  return text != nullptr && text == value;
}

}  // namespace

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  const int result = RUN_ALL_TESTS();
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  if (tests.test_to_run_count() == 0) {
    std::fputs("no test has this name\n", stderr);
    return 1;
  }
  if (result != 0 || tests.skipped_test_count() == 0) return result;
  std::fprintf(stderr, "\n*** SKIPPED: %d end-to-end tests did not run; the reason stands above ***\n",
               tests.skipped_test_count());
  return is_set("BULWARK_NO_SKIP", "1") && !bulwark::e2e::skips_are_wanted ? 1 : 77;
}

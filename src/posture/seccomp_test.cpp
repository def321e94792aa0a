#include "posture/seccomp.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bulwark::posture {
namespace {

TEST(SystemCalls, KnowsThoseOfEveryAge) {
  for (const char* name : {"_llseek", "read", "chmod", "fchmodat2", "mseal", "write", "writev", "chown32",
                           "s390_sthyi", "arm_fadvise64_64", "io_uring_setup"}) {
    EXPECT_TRUE(is_system_call(name)) << name;
  }
  for (const char* name : {"", "chmodat", "CHMOD", "sys_read", "readx", "#"}) {
    EXPECT_FALSE(is_system_call(name)) << name;
  }
}

TEST(SystemCalls, SuggestsTheNearest) {
  EXPECT_EQ(nearest_system_call("chmodat"), "fchmodat");
  EXPECT_EQ(nearest_system_call("exceve"), "execve");
  EXPECT_EQ(nearest_system_call("no_such_call_at_all"), "");
}

TEST(SystemCalls, DataNamesOnlyRealCallsAndEachOnce) {
  for (const SystemCallFamily& family : system_call_families()) {
    EXPECT_GE(family.calls.size(), 2U);
    for (const SystemCall& call : family.calls) {
      EXPECT_TRUE(is_system_call(call.name)) << call.name;
      EXPECT_EQ(std::ranges::count(family.calls, call.name, &SystemCall::name), 1) << call.name;
    }
  }
  const auto denied = calls_denied_by_default();
  EXPECT_GE(denied.size(), 30U);
  for (const std::string_view call : denied) {
    EXPECT_TRUE(is_system_call(call)) << call;
    EXPECT_EQ(std::ranges::count(denied, call), 1) << call;
  }
}

TEST(SomeOf, ShowsTheFirst) {
  const std::vector<std::string_view> names{"a", "b", "c", "d"};
  EXPECT_EQ(some_of(names, 2), R"("a", "b" and 2 more)");
  // "and 1 more" would be longer than the name.
  EXPECT_EQ(some_of(names, 3), R"("a", "b", "c", "d")");
  EXPECT_EQ(some_of({}, 3), "");
}

}  // namespace
}  // namespace bulwark::posture

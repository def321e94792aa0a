#include "upgrade/surge.h"

#include <gtest/gtest.h>

namespace bulwark::upgrade {
namespace {

struct SurgeCase {
  std::string_view name;
  std::int32_t count;
  std::int64_t remaining;
  std::string max_surge, max_unavailable;
  std::int64_t surge, unavailable, parallel;
  std::string_view error = "";
  PoolMode mode = PoolMode::user;
};

const SurgeCase surge_cases[] = {
    {"default of a small pool", 10, 10, "", "", 1, 0, 1},
    {"default of a larger pool", 40, 40, "", "", 4, 0, 4},
    {"default rounds up", 11, 11, "", "", 2, 0, 2},
    {"number", 40, 40, "5", "0", 5, 0, 5},
    {"percentage rounds up", 10, 10, "33%", "", 4, 0, 4},
    {"percentage of one node", 1, 1, "33%", "", 1, 0, 1},
    {"half", 4, 4, "50%", "", 2, 0, 2},
    {"all", 7, 7, "100%", "", 7, 0, 7},
    {"more than there are", 3, 3, "5", "", 3, 0, 3},
    {"no more than are left", 40, 2, "33%", "", 2, 0, 2},
    {"percentage is of the pool, not of what is left", 40, 30, "10%", "", 4, 0, 4},
    {"in place", 10, 10, "0", "5", 0, 5, 5},
    {"in place, percentage rounds up", 9, 9, "0", "50%", 0, 5, 5},
    {"in place, no more than are left", 10, 3, "0", "5", 0, 3, 3},
    {"both: surge first", 10, 10, "33%", "3", 4, 3, 4},
    {"largest", 990, 990, "10", "", 10, 0, 10},
    {"nothing left", 5, 0, "1", "", 0, 0, 0},

    {"both 0", 5, 5, "0", "0", 0, 0, 0, "maxSurge and maxUnavailable cannot both be 0"},
    {"0 %", 5, 5, "0%", "", 0, 0, 0, "maxSurge and maxUnavailable cannot both be 0"},
    {"too large", 991, 991, "10", "", 0, 0, 0,
     "991 nodes and 10 surge nodes are more than the 1000 of a scale set"},
    {"maxUnavailable of a system pool", 5, 5, "0", "1", 0, 0, 0,
     "maxUnavailable cannot be set on system node pools", PoolMode::system},
    {"no number", 5, 5, "many", "", 0, 0, 0,
     "maxSurge: \"many\" is neither a number of nodes (5) nor a percentage (33%)"},
    {"negative", 5, 5, "-1", "", 0, 0, 0,
     "maxSurge: \"-1\" is neither a number of nodes (5) nor a percentage (33%)"},
    {"two signs", 5, 5, "1", "30%%", 0, 0, 0,
     "maxUnavailable: \"30%%\" is neither a number of nodes (5) nor a percentage (33%)"},
};

TEST(Surge, Cases) {
  for (const SurgeCase& c : surge_cases) {
    SCOPED_TRACE(c.name);
    NodePool pool;
    pool.is_scale_set = true;
    pool.count = c.count;
    pool.mode = c.mode;
    pool.upgrade.max_surge = c.max_surge;
    pool.upgrade.max_unavailable = c.max_unavailable;
    const auto plan = plan_surge(pool, c.remaining);
    if (!c.error.empty()) {
      ASSERT_FALSE(plan);
      EXPECT_EQ(plan.error().message, c.error);
      continue;
    }
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->surge, c.surge);
    EXPECT_EQ(plan->unavailable, c.unavailable);
    EXPECT_EQ(plan->parallel(), c.parallel);
    EXPECT_EQ(plan->fallback, c.surge > 0 && c.unavailable > 0);
    EXPECT_EQ(plan->surge_by_default, c.max_surge.empty());
  }
}

TEST(Surge, SaysWhichDefaultAndUnbalancedZones) {
  NodePool pool;
  pool.count = 40;
  EXPECT_EQ(
      plan_surge(pool, 40)->notes,
      (std::vector<std::string>{"maxSurge is not set: 4 nodes, the 10% of the API's default; AKS' pages say 1, so "
                                "set it to be sure"}));
  pool.zones = {"1", "2", "3"};
  pool.upgrade.max_surge = "4";
  EXPECT_EQ(
      plan_surge(pool, 40)->notes,
      (std::vector<std::string>{"4 surge nodes in 3 zones: a multiple of 3 keeps zones balanced, and volumes that "
                                "are bound to a zone attachable"}));
  pool.upgrade.max_surge = "6";
  EXPECT_TRUE(plan_surge(pool, 40)->notes.empty());
  pool.count = 10;
  pool.zones.clear();
  pool.upgrade.max_surge = "";
  EXPECT_TRUE(plan_surge(pool, 10)->notes.empty()) << "both defaults agree";
}

TEST(Surge, BlockedNodes) {
  NodePool pool;
  pool.count = 10;
  pool.upgrade.max_surge = "30%";
  EXPECT_EQ(plan_surge(pool, 10)->blocked, 3) << "maxSurge, where it is not set";
  pool.upgrade.max_blocked_nodes = "45%";
  EXPECT_EQ(plan_surge(pool, 10)->blocked, 5);
  EXPECT_EQ(plan_surge(pool, 2)->blocked, 2);
  pool.upgrade.max_blocked_nodes = "0";
  EXPECT_EQ(plan_surge(pool, 10)->blocked, 0);
}

TEST(Surge, Batches) {
  const std::tuple<std::string_view, std::int64_t, std::int64_t> cases[] = {
      {"10%", 40, 4}, {"10%", 11, 2}, {"50%", 5, 3}, {"5", 3, 3}, {"5", 0, 0}};
  for (const auto& [size, nodes, batch] : cases) {
    EXPECT_EQ(*plan_batch({.drain_batch_size = std::string(size)}, nodes), batch) << size;
  }
  EXPECT_EQ(plan_batch({.drain_batch_size = "0"}, 5).error().message, "drainBatchSize cannot be 0");
}

// upgrade-options.md: Total IPs = (Number of nodes + maxSurge) * (1 + maxPods).
TEST(Surge, Addresses) {
  EXPECT_EQ(addresses_needed(4, 2, 30), 186);
  EXPECT_EQ(addresses_needed(50, 5, 110), 6'105);
}

}  // namespace
}  // namespace bulwark::upgrade

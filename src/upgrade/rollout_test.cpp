#include "upgrade/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "upgrade/rollout_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using ScriptedPod = ScriptedCluster::ScriptedPod;

class RolloutTest : public testing::Test, protected RolloutLab {};

TEST_F(RolloutTest, SetsOfNodesWithSoak) {
  settings().max_surge = "2";
  settings().node_soak = 5min;
  add_nodes(3);
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  EXPECT_THAT(
      log.lines,
      ElementsAre("0s pool_started pool 3 rolling, 2 surge nodes", "0s surge_requested pool",
                  "0s surge_requested pool", "60s surge_ready pool surge1", "60s surge_ready pool surge2",  //
                  "60s cordoned pool n1", "60s drain_started pool n1", "60s drained pool n1",
                  "60s soak_started pool n1 2026-03-01T00:06:00Z",  //
                  "60s cordoned pool n2", "60s drain_started pool n2", "60s drained pool n2",
                  "60s soak_started pool n2 2026-03-01T00:06:00Z",  //
                  "360s reimage_started pool n1 1.31.0", "360s reimage_started pool n2 1.31.0",
                  "480s reimaged pool n1 1.31.0", "480s reimaged pool n2 1.31.0",  //
                  "480s cordoned pool n3", "480s drain_started pool n3", "480s drained pool n3",
                  "480s soak_started pool n3 2026-03-01T00:13:00Z",  //
                  "780s reimage_started pool n3 1.31.0", "900s reimaged pool n3 1.31.0",
                  "900s cordoned pool surge1", "900s drain_started pool surge1", "900s drained pool surge1",
                  "900s cordoned pool surge2", "900s drain_started pool surge2", "900s drained pool surge2",
                  "910s node_removed pool surge1", "910s node_removed pool surge2", "910s pool_upgraded pool",
                  "910s rollout_completed"));
}

TEST_F(RolloutTest, NodesOneAfterTheOtherWithoutSets) {
  settings().max_surge = "2";
  options.sets = false;
  add_nodes(4);
  pod("slow", "n1");
  cluster.pods[0].termination = 130s;
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  // n3 begins when n2 has ended, though n1 has not.
  EXPECT_THAT(told({EventKind::cordoned, EventKind::reimaged}),
              ElementsAre("cordoned pool n1", "cordoned pool n2", "reimaged pool n2 1.31.0", "cordoned pool n3",
                          "reimaged pool n3 1.31.0", "cordoned pool n4", "reimaged pool n1 1.31.0",
                          "reimaged pool n4 1.31.0", "cordoned pool surge1", "cordoned pool surge2"));
}

TEST_F(RolloutTest, InPlace) {
  settings().max_surge = "0";
  settings().max_unavailable = "50%";
  add_nodes(3);
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  EXPECT_THAT(cluster.calls, ElementsAre("reimage n1", "reimage n2", "reimage n3"));
  EXPECT_EQ(log.lines.front(), "0s pool_started pool 3 in place, 2 at a time");
  EXPECT_EQ(log.lines.back(), "240s rollout_completed");
}

TEST_F(RolloutTest, StopsAtTheDrainTimeout) {
  settings().max_surge = "1";
  settings().drain_timeout = 10min;
  add_nodes(5);
  pod("A", "n3");
  never_evictable("A");
  Rollout rollout(options);
  const Outcome& outcome = run_all(rollout);
  EXPECT_EQ(outcome.state, Outcome::State::stopped);
  EXPECT_EQ(outcome.pool, "pool");
  EXPECT_EQ(outcome.node, "n3");
  EXPECT_EQ(outcome.node_number, 3U);
  EXPECT_EQ(outcome.nodes, 5U);
  EXPECT_EQ(outcome.reason, "error when evicting pods/\"A\" -n \"shop\": global timeout reached: 10m0s");
  EXPECT_EQ(outcome.end, ScriptedCluster::start + 60s + 240s + 10min);
  ASSERT_EQ(outcome.remaining.size(), 1U);
  EXPECT_EQ(outcome.remaining[0].node, "n3");
  EXPECT_EQ(outcome.remaining[0].refusals, 120U);

  // A later run, when the budget was mended, begins with the node that stopped it.
  cluster.refuse = [](const ScriptedPod&) { return std::nullopt; };
  cluster.calls.clear();
  Rollout second(options, rollout.progress());
  EXPECT_EQ(run_all(second).state, Outcome::State::completed);
  EXPECT_THAT(cluster.calls, ElementsAre("evict A", "reimage n3", "reimage n4", "reimage n5", "remove surge1"));
}

TEST_F(RolloutTest, ASurgeNodeThatCannotBeDrainedStops) {
  settings().max_surge = "1";
  settings().undrainable = UndrainableNodeBehavior::cordon;
  add_nodes(1);
  pod("A", "n1");
  placed({{"A", {"surge1", "n1"}}});
  bool mended = false;
  cluster.refuse = [&](const ScriptedPod& pod) -> std::optional<kube::Status> {
    if (pod.node == "surge1" && !mended) return status_of(429, "no");
    return std::nullopt;
  };
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::stopped);
  EXPECT_EQ(rollout.outcome().node, "surge1");
  EXPECT_EQ(rollout.outcome().node_number, 0U) << "it is none of the pool's own";
  EXPECT_EQ(version_of("n1"), "1.31.0");
  mended = true;
  Rollout second(options, rollout.progress());
  EXPECT_EQ(run_all(second).state, Outcome::State::completed);
  EXPECT_THAT(names(), ElementsAre("n1"));
}

TEST_F(RolloutTest, BlockedNodes) {
  settings().max_surge = "1";
  settings().undrainable = UndrainableNodeBehavior::cordon;
  settings().max_blocked_nodes = "1";
  add_nodes(3);
  pod("A", "n1"), pod("A", "n2");
  never_evictable("A");
  Rollout rollout(options);
  const Outcome& outcome = run_all(rollout);
  EXPECT_EQ(outcome.state, Outcome::State::stopped);
  EXPECT_EQ(outcome.node, "n2");
  EXPECT_EQ(
      outcome.reason,
      "error when evicting pods/\"A\" -n \"shop\": global timeout reached: 30m0s (nodes that may be blocked: 1)");
  EXPECT_EQ(outcome.quarantined, 1U);
  EXPECT_THAT(cluster.calls, ElementsAre("add to pool", "add to pool")) << "the first surge node became permanent";
}

TEST_F(RolloutTest, ForceDeletesPastBudgets) {
  settings().max_surge = "1";
  settings().undrainable = UndrainableNodeBehavior::cordon;
  options.force = true;
  add_nodes(1);
  pod("A", "n1");
  never_evictable("A");
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  EXPECT_THAT(cluster.calls, ElementsAre("add to pool", "remove A", "reimage n1", "remove surge1"));
}

TEST_F(RolloutTest, OrdersOfPoolsAndNodes) {
  settings().max_surge = "1";
  add_nodes(2);
  cluster.pools.push_back({.name = "first", .count = 1, .zones = {}, .version = "1.30.0", .upgrade = {}});
  cluster.nodes.push_back({.name = "f1", .pool = "first"});
  cluster.nodes.push_back({.name = "n0", .version = "1.31.0"});
  options.control_plane = true;
  options.pools = {"first", "pool"};
  options.orders = {{.pool = "pool", .nodes = {"n2"}}};
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  EXPECT_THAT(cluster.calls, ElementsAre("control plane 1.31.0", "add to first", "reimage f1", "remove surge1",
                                         "add to pool", "reimage n2", "reimage n1", "remove surge2"))
      << "n0 has the version";
}

struct FallbackCase {
  std::string_view name, version, max_surge, max_unavailable;
  int nodes_to_be_had;
  Outcome::State state;
  std::string_view reason;
  std::vector<std::string> calls;
};

const FallbackCase fallback_cases[] = {
    {"too few",
     "1.34.0",
     "2",
     "",
     1,
     Outcome::State::stopped,
     "surge nodes could not be added, 1 of 2 are there: SubnetIsFull",
     {"add to pool", "add to pool"}},
    {"none",
     "1.34.0",
     "2",
     "",
     0,
     Outcome::State::stopped,
     "surge nodes could not be added, 0 of 2 are there: SubnetIsFull",
     {"add to pool", "add to pool"}},
    {"none, in place",
     "1.34.0",
     "2",
     "1",
     0,
     Outcome::State::completed,
     "",
     {"add to pool", "add to pool", "reimage n1", "reimage n2"}},
    {"one, from 1.35",
     "1.35.1",
     "2",
     "",
     1,
     Outcome::State::completed,
     "",
     {"add to pool", "add to pool", "reimage n1", "reimage n2", "remove surge1"}},
    {"none, from 1.35",
     "1.35.1",
     "2",
     "",
     0,
     Outcome::State::stopped,
     "surge nodes could not be added, 0 of 1 are there: SubnetIsFull",
     {"add to pool", "add to pool", "add to pool"}},
    {"none, from 1.35, in place",
     "v1.36.0",
     "2",
     "1",
     0,
     Outcome::State::completed,
     "",
     {"add to pool", "add to pool", "add to pool", "reimage n1", "reimage n2"}},
};

TEST_F(RolloutTest, SurgeNodesThatCannotBeHad) {
  for (const FallbackCase& c : fallback_cases) {
    SCOPED_TRACE(c.name);
    cluster = ScriptedCluster();
    cluster.pools = {{.name = "pool", .zones = {}, .version = std::string(c.version), .upgrade = {}}};
    settings().max_surge = c.max_surge;
    settings().max_unavailable = c.max_unavailable;
    add_nodes(2);
    cluster.refuse_node = [left = c.nodes_to_be_had]() mutable -> std::optional<kube::Status> {
      if (left-- > 0) return std::nullopt;
      return status_of(400, "SubnetIsFull");
    };
    Rollout rollout(options);
    const Outcome& outcome = run_all(rollout);
    EXPECT_EQ(outcome.state, c.state);
    EXPECT_EQ(outcome.reason, c.reason);
    EXPECT_EQ(cluster.calls, c.calls);
  }
}

TEST_F(RolloutTest, SettingsThatCannotBe) {
  add_nodes(2);
  settings().max_surge = "0";
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).reason, "maxSurge and maxUnavailable cannot both be 0");
  options.settings.max_surge = "1";
  Rollout overridden(options);
  EXPECT_EQ(run_all(overridden).state, Outcome::State::completed);
  options.pools = {"none"};
  Rollout nowhere(options);
  EXPECT_EQ(run_all(nowhere).reason, "there is no such pool");
}

TEST_F(RolloutTest, BlueGreen) {
  settings().strategy = UpgradeStrategy::blue_green;
  settings().blue_green.drain_batch_size = "50%";
  add_nodes(3);
  pod("A", "n1"), pod("B", "n3");
  placed({{"A", {"surge1"}}, {"B", {"surge2"}}});
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).state, Outcome::State::completed);
  EXPECT_THAT(
      log.lines,
      ElementsAre("0s pool_started pool 3 blue-green, 2 at a time", "0s cordoned pool n1", "0s cordoned pool n2",
                  "0s cordoned pool n3", "0s surge_requested pool", "0s surge_requested pool",
                  "0s surge_requested pool", "60s surge_ready pool surge1", "60s surge_ready pool surge2",
                  "60s surge_ready pool surge3",  //
                  "60s already_cordoned pool n1", "60s drain_started pool n1 1",
                  "60s eviction_accepted pool n1 shop/A", "60s already_cordoned pool n2",
                  "60s drain_started pool n2", "60s drained pool n2", "62s pod_gone pool n1 shop/A",
                  "62s drained pool n1", "62s soak_started pool batch",  //
                  "962s already_cordoned pool n3", "962s drain_started pool n3 1",
                  "962s eviction_accepted pool n3 shop/B", "964s pod_gone pool n3 shop/B", "964s drained pool n3",
                  "964s soak_started pool final",  //
                  "4574s node_removed pool n1", "4574s node_removed pool n2", "4574s node_removed pool n3",
                  "4574s pool_upgraded pool", "4574s rollout_completed"));
  EXPECT_THAT(names(), ElementsAre("surge1", "surge2", "surge3"));
}

TEST_F(RolloutTest, BlueNodesAreAsBeforeWhenNoGreenOnesCanBeHad) {
  settings().strategy = UpgradeStrategy::blue_green;
  add_nodes(2);
  cluster.refuse_node = [] { return status_of(400, "AllocationFailed"); };
  Rollout rollout(options);
  EXPECT_EQ(run_all(rollout).reason, "the green nodes could not be added: AllocationFailed");
  EXPECT_TRUE(cluster.node("n1").schedulable && cluster.node("n2").schedulable);
}

TEST_F(RolloutTest, ACopyGoesOnByItself) {
  settings().max_surge = "1";
  add_nodes(2);
  Rollout rollout(options);
  int steps = 0;
  run(rollout, cluster, cluster, log, [&] { return ++steps < 3; });
  Rollout copy = rollout;
  EXPECT_EQ(run_all(copy).state, Outcome::State::completed);
  EXPECT_EQ(rollout.outcome().state, Outcome::State::running);
  EXPECT_NE(rollout.progress(), copy.progress());
}

}  // namespace
}  // namespace bulwark::upgrade

#include "upgrade/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using ScriptedPod = ScriptedCluster::ScriptedPod;
using Placements = std::map<std::string, std::vector<std::string>>;

class RolloutTest : public testing::Test {
 protected:
  RolloutTest() {
    options.version = "1.31.0";
    cluster.pools = {{.name = "pool", .zones = {}, .max_pods = 30, .version = "1.30.0", .upgrade = {}}};
  }

  UpgradeSettings& settings() { return cluster.pools[0].upgrade; }
  void add_nodes(int count) {
    for (int i = 1; i <= count; ++i) cluster.nodes.push_back({.name = "n" + std::to_string(i)});
    cluster.pools[0].count = count;
  }
  void pod(std::string name, std::string node) {
    cluster.add_pod({.name = std::move(name), .uid = {}, .node = std::move(node), .deletion = {}});
  }
  // Where each pod goes at its first, second, ... eviction, as the scheduler would have it.
  void placed(Placements placements) {
    cluster.place = [placements = std::move(placements)](const ScriptedPod& pod) mutable {
      std::vector<std::string>& next = placements.at(pod.name);
      EXPECT_FALSE(next.empty()) << pod.name << " is evicted once too often";
      if (next.empty()) return std::string();
      std::string to = next.front();
      next.erase(next.begin());
      return to;
    };
  }
  // The answer to each eviction of a pod.
  void never_evictable(std::string name) {
    cluster.refuse = [name = std::move(name)](const ScriptedPod& pod) -> std::optional<kube::Status> {
      if (pod.name == name)
        return status_of(429, "Cannot evict pod as it would violate the pod's disruption budget.");
      return std::nullopt;
    };
  }

  const Outcome& run_all(Rollout& rollout) { return run(rollout, cluster, cluster, log); }
  std::string version_of(std::string_view node) { return cluster.node(node).version; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& node : cluster.nodes) all.push_back(node.name);
    std::ranges::sort(all);
    return all;
  }
  // Lines of the log that tell one of these kinds, without time and pool.
  std::vector<std::string> told(std::initializer_list<EventKind> kinds) const {
    std::vector<std::string> lines;
    for (const std::string& line : log.lines) {
      const std::string text = line.substr(line.find(' ') + 1);
      for (const EventKind kind : kinds) {
        if (text.starts_with(std::string(name(kind)) + " ")) lines.push_back(text);
      }
    }
    return lines;
  }

  ScriptedCluster cluster;
  LinesLog log{ScriptedCluster::start};
  RolloutOptions options;
};

// upgrade-conceptual.md, "Rolling upgrade example": two nodes, maxSurge 1.
TEST_F(RolloutTest, RollingExampleOfTheGuide) {
  settings().max_surge = "1";
  add_nodes(2);
  pod("A", "n1"), pod("B", "n1"), pod("C", "n2"), pod("D", "n2");
  placed({{"A", {"surge1", "n1"}}, {"B", {"n2", "n1", "n2"}}, {"C", {"n1"}}, {"D", {"surge1", "n2"}}});
  // Step 4 has B go to node 1 with C, and the final state has it on node 2: a pod does not move by itself, so it
  // is left where it is.
  Rollout rollout(options);
  std::vector<std::string> steps;
  const auto look = [&](const std::string& step) {
    std::string line = step;
    for (const auto& node : cluster.nodes) {
      line += " | " + node.name + (node.schedulable ? " " : " cordoned ") + node.version + ":";
      for (const std::string& name : cluster.pods_on(node.name)) line += ' ' + name;
    }
    steps.push_back(line);
  };
  class Steps final : public Log {
   public:
    Steps(const std::function<void(const std::string&)>& look, Log& log) : look_(look), log_(log) {}
    void on_event(const Event& event) override {
      log_.on_event(event);
      using enum EventKind;
      if (event.kind == surge_ready || event.kind == drained || event.kind == reimaged ||
          event.kind == node_removed) {
        look_(std::string(name(event.kind)) + " " + std::string(event.node));
      }
    }

   private:
    const std::function<void(const std::string&)>& look_;
    Log& log_;
  };
  const std::function<void(const std::string&)> use = look;
  Steps steps_log(use, log);
  EXPECT_EQ(run(rollout, cluster, cluster, steps_log).state, Outcome::State::completed);
  EXPECT_THAT(steps, ElementsAre("surge_ready surge1 | n1 1.30.0: A B | n2 1.30.0: C D | surge1 1.31.0:",
                                 "drained n1 | n1 cordoned 1.30.0: | n2 1.30.0: B C D | surge1 1.31.0: A",
                                 "reimaged n1 | n1 1.31.0: | n2 1.30.0: B C D | surge1 1.31.0: A",
                                 "drained n2 | n1 1.31.0: B C | n2 cordoned 1.30.0: | surge1 1.31.0: A D",
                                 "reimaged n2 | n1 1.31.0: B C | n2 1.31.0: | surge1 1.31.0: A D",
                                 "drained surge1 | n1 1.31.0: A B C | n2 1.31.0: D | surge1 cordoned 1.31.0:",
                                 "node_removed surge1 | n1 1.31.0: A B C | n2 1.31.0: D"));
}

// "Restrictive PDB example": maxSurge 2, a budget that keeps A, behaviour Cordon; one node after the other.
TEST_F(RolloutTest, RestrictiveBudgetExampleOfTheGuide) {
  settings().max_surge = "2";
  settings().undrainable = UndrainableNodeBehavior::cordon;
  options.parallel = 1;
  add_nodes(2);
  pod("A", "n1"), pod("B", "n1"), pod("C", "n2"), pod("D", "n2");
  placed({{"B", {"surge1"}}, {"C", {"surge2", "n2"}}, {"D", {"surge2", "n2"}}});
  never_evictable("A");
  Rollout rollout(options);
  const Outcome& outcome = run_all(rollout);
  EXPECT_EQ(outcome.state, Outcome::State::completed);
  EXPECT_EQ(outcome.quarantined, 1U);
  ASSERT_EQ(outcome.remaining.size(), 1U);
  EXPECT_EQ(outcome.remaining[0].name, "A");
  EXPECT_EQ(outcome.remaining[0].status.code, 429);
  using enum EventKind;
  EXPECT_THAT(
      told({cordoned, eviction_accepted, quarantined, permanent_replacement, drained, reimaged, node_removed}),
      ElementsAre("cordoned pool n1", "eviction_accepted pool n1 shop/B",
                  "quarantined pool n1 error when evicting pods/\"A\" -n \"shop\": global timeout reached: 30m0s",
                  "permanent_replacement pool surge1 n1", "cordoned pool n2", "eviction_accepted pool n2 shop/C",
                  "eviction_accepted pool n2 shop/D", "drained pool n2", "reimaged pool n2 1.31.0",
                  "cordoned pool surge2", "eviction_accepted pool surge2 shop/C",
                  "eviction_accepted pool surge2 shop/D", "drained pool surge2", "node_removed pool surge2"));
  // Final state.
  EXPECT_THAT(names(), ElementsAre("n1", "n2", "surge1"));
  EXPECT_EQ(version_of("n1"), "1.30.0");
  EXPECT_FALSE(cluster.node("n1").schedulable);
  EXPECT_EQ(cluster.node("n1").labels["kubernetes.azure.com/upgrade-status"], "Quarantined");
  EXPECT_EQ(version_of("n2"), "1.31.0");
  EXPECT_THAT(cluster.pods_on("n1"), ElementsAre("A"));
  EXPECT_THAT(cluster.pods_on("n2"), ElementsAre("C", "D"));
  EXPECT_THAT(cluster.pods_on("surge1"), ElementsAre("B"));
}

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

// Killed after each of its steps in turn, and taken up from what was written down: nothing is done twice, and it
// completes as it would have.
TEST_F(RolloutTest, IsTakenUpAfterAKill) {
  for (const UpgradeStrategy strategy : {UpgradeStrategy::rolling, UpgradeStrategy::blue_green}) {
    for (int kill_after = 1; kill_after < 40; ++kill_after) {
      SCOPED_TRACE(kill_after);
      cluster = ScriptedCluster();
      cluster.pools = {{.name = "pool", .zones = {}, .version = "1.30.0", .upgrade = {}}};
      settings().max_surge = "2";
      settings().node_soak = 1min;
      settings().strategy = strategy;
      add_nodes(3);
      pod("A", "n1"), pod("B", "n2"), pod("C", "n3");
      cluster.place = [&](const ScriptedPod&) {
        for (const auto& node : cluster.nodes) {
          if (node.schedulable && node.version == "1.31.0") return node.name;
        }
        return std::string("surge1");
      };
      Rollout first(options);
      int steps = 0;
      run(first, cluster, cluster, log, [&] { return ++steps < kill_after; });
      if (first.outcome().state != Outcome::State::running) {
        EXPECT_GT(kill_after, 8);
        break;
      }
      ASSERT_GT(steps, 0);
      const std::string journal = to_json(first.progress());
      const auto progress = progress_from_json(journal);
      ASSERT_TRUE(progress) << progress.error().message << journal;
      // What it had begun goes on without it.
      std::vector<Pods::Token> changed;
      if (kill_after % 2 == 0) {
        for (int i = 0; i < 5; ++i) cluster.wait(cluster.now() + 1min, changed);
      }
      cluster.calls.clear();
      Rollout second(options, *progress);
      const Outcome& outcome = run_all(second);
      for (const NodeProgress& node : progress->pools[0].nodes) {
        if (node.stage != NodeStage::upgraded) continue;
        EXPECT_EQ(std::ranges::count(cluster.calls, "reimage " + node.name), 0) << "done already";
      }
      EXPECT_EQ(outcome.state, Outcome::State::completed) << outcome.reason;
      if (strategy == UpgradeStrategy::rolling) {
        for (const std::string node : {"n1", "n2", "n3"}) {
          EXPECT_EQ(version_of(node), "1.31.0");
          EXPECT_TRUE(cluster.node(node).schedulable) << node;
        }
      } else {
        EXPECT_EQ(std::ranges::count(names(), 'n', [](const std::string& n) { return n[0]; }), 0);
      }
      EXPECT_EQ(cluster.nodes.size(), 3U) << journal;
    }
  }
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

TEST(Progress, IsReadAsItWasWritten) {
  Progress progress{.version = "1.31.0", .control_plane = ControlPlaneStage::upgraded, .pools = {}};
  const kube::Time time{std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + 4h + 5s};
  PoolProgress pool{.name = "a\"b",
                    .strategy = UpgradeStrategy::blue_green,
                    .stage = PoolStage::batch_soak,
                    .since = time,
                    .surge = 3,
                    .parallel = 2,
                    .blocked = 1,
                    .nodes = {},
                    .added = {}};
  for (int i = 0; i <= static_cast<int>(NodeStage::removed); ++i) {
    pool.nodes.push_back({.name = "n" + std::to_string(i), .stage = static_cast<NodeStage>(i), .since = time});
  }
  pool.added.push_back({.name = "", .stage = NodeStage::requested, .since = time});
  progress.pools = {pool, {.name = "second", .since = time, .nodes = {}, .added = {}}};
  const auto read = progress_from_json(to_json(progress));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, progress);
}

TEST(Progress, OtherTexts) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "progress of a rollout: not JSON"},
      {"{}", "progress of a rollout: kind: no text"},
      {R"({"kind":"Pod","version":"1"})", "progress of a rollout: no RolloutProgress"},
      {R"({"kind":"RolloutProgress","version":"1","controlPlane":"odd","pools":[]})",
       "progress of a rollout: controlPlane: unknown \"odd\""},
      {R"({"kind":"RolloutProgress","version":"1","controlPlane":"unasked"})",
       "progress of a rollout: pools: no list"},
  };
  for (const auto& [json, message] : cases) {
    const auto read = progress_from_json(json);
    ASSERT_FALSE(read) << json;
    EXPECT_THAT(read.error().message, testing::StartsWith(message));
  }
}

}  // namespace
}  // namespace bulwark::upgrade

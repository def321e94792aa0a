#include "upgrade/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "upgrade/rollout_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using ScriptedPod = ScriptedCluster::ScriptedPod;

class RolloutResume : public testing::Test, protected RolloutLab {};

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

// Killed after each of its steps in turn, and taken up from what was written down: nothing is done twice, and it
// completes as it would have.
TEST_F(RolloutResume, IsTakenUpAfterAKill) {
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

}  // namespace
}  // namespace bulwark::upgrade

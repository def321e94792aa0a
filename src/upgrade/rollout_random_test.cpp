// Random rollouts, killed and taken up at random: what must hold at each moment, and at the end.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "upgrade/rollout_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using ScriptedPod = ScriptedCluster::ScriptedPod;

class RandomRollout : public testing::Test, protected RolloutLab {
 protected:
  int pick(int from, int to) { return std::uniform_int_distribution(from, to)(random); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  void make() {
    settings() = {};
    if (chance(70)) {
      settings().max_surge = chance(50) ? std::to_string(pick(1, 4)) : std::to_string(pick(1, 100)) + '%';
    } else {
      settings().max_surge = "0";
    }
    if (settings().max_surge == "0" || chance(20)) settings().max_unavailable = std::to_string(pick(1, 4));
    settings().node_soak = std::chrono::minutes(chance(50) ? 0 : pick(1, 5));
    if (chance(50)) settings().undrainable = UndrainableNodeBehavior::cordon;
    if (chance(20)) settings().strategy = UpgradeStrategy::blue_green;
    cluster.pools[0].version = chance(50) ? "1.34.0" : "1.35.0";
    options.parallel = chance(70) ? 0 : pick(1, 3);
    options.sets = chance(50);
    options.force = chance(10);
    add_nodes(pick(1, 8));
    cluster.tells = chance(70);
    for (int i = pick(0, 20); i > 0; --i) {
      pod("p" + std::to_string(i), "n" + std::to_string(pick(1, static_cast<int>(cluster.nodes.size()))));
      cluster.pods.back().termination = std::chrono::milliseconds(pick(0, 90'000));
    }
    cluster.place = [this](const ScriptedPod& pod) {
      std::vector<std::string> all;
      for (const auto& node : cluster.nodes) {
        if (node.schedulable && node.ready && node.name != pod.node) all.push_back(node.name);
      }
      return all.empty() ? std::string()
                         : all[static_cast<std::size_t>(pick(0, static_cast<int>(all.size()) - 1))];
    };
    // Some pods are refused for a while, some for ever.
    std::map<std::string, kube::Time> refused_until;
    for (const ScriptedPod& each : cluster.pods) {
      if (chance(20)) refused_until[each.name] = ScriptedCluster::start + std::chrono::minutes(pick(1, 60));
      if (chance(2)) refused_until[each.name] = kube::Time::max();
    }
    cluster.refuse = [this, refused_until](const ScriptedPod& pod) -> std::optional<kube::Status> {
      const auto found = refused_until.find(pod.name);
      if (found == refused_until.end() || cluster.now() >= found->second) return std::nullopt;
      return status_of(429, "Cannot evict pod as it would violate the pod's disruption budget.");
    };
    if (chance(20)) {
      cluster.refuse_node = [left = pick(0, 5)]() mutable -> std::optional<kube::Status> {
        if (left-- > 0) return std::nullopt;
        return status_of(400, "SubnetIsFull");
      };
    }
  }

  // What must never be.
  class Watchdog final : public Log {
   public:
    explicit Watchdog(RandomRollout& test) : test_(test) {}
    const Rollout* rollout = nullptr;
    void on_event(const Event& event) override {
      using enum EventKind;
      const std::string node(event.node);
      EXPECT_FALSE(event.kind == eviction_accepted && test_.cluster.node(node).schedulable) << node;
      if (event.kind == reimage_started || event.kind == drained || event.kind == node_removed) {
        EXPECT_TRUE(test_.cluster.pods_on(node).empty()) << name(event.kind) << ' ' << node;
      }
      EXPECT_FALSE(event.kind == reimaged && !reimaged_.insert(node).second) << node << " for the second time";
      if (event.kind == drain_started && rollout != nullptr && !rollout->progress().pools.empty()) {
        const PoolProgress& pool = rollout->progress().pools[0];
        const auto under_way = std::ranges::count_if(pool.nodes, [](const NodeProgress& each) {
          return each.stage == NodeStage::draining || each.stage == NodeStage::soaking ||
                 each.stage == NodeStage::reimaging;
        });
        EXPECT_LE(under_way, pool.parallel);
      }
    }

   private:
    RandomRollout& test_;
    std::set<std::string> reimaged_;
  };

  std::mt19937 random;
};

TEST_F(RandomRollout, EndsAsItShould) {
  int completed = 0, stopped = 0, quarantined = 0, taken_up = 0;
  for (unsigned seed = 1; seed <= 3'000; ++seed) {
    SCOPED_TRACE(seed);
    random.seed(seed);
    cluster = ScriptedCluster();
    cluster.pools = {{.name = "pool", .zones = {}, .upgrade = {}}};
    options.pools.clear();
    make();
    const std::size_t nodes_at_start = cluster.nodes.size();
    Watchdog dog(*this);
    Rollout rollout(options);
    for (int kills = pick(0, 3); kills > 0 && rollout.outcome().state == Outcome::State::running; --kills) {
      int left = pick(1, 60);
      dog.rollout = &rollout;
      run(rollout, cluster, cluster, dog, [&] { return --left > 0; });
      if (rollout.outcome().state != Outcome::State::running) break;
      const auto progress = progress_from_json(to_json(rollout.progress()));
      ASSERT_TRUE(progress);
      rollout = Rollout(options, *progress);
      ++taken_up;
    }
    dog.rollout = &rollout;
    if (run(rollout, cluster, cluster, dog).state == Outcome::State::stopped) {
      ++stopped;
      EXPECT_NE(rollout.outcome().reason, "");
      // Whatever it was is mended, and a later run completes.
      cluster.refuse = [](const ScriptedPod&) { return std::nullopt; };
      cluster.refuse_node = [] { return std::nullopt; };
      rollout = Rollout(options, *progress_from_json(to_json(rollout.progress())));
      run(rollout, cluster, cluster, dog);
    }
    const Outcome& outcome = rollout.outcome();
    ASSERT_EQ(outcome.state, Outcome::State::completed) << outcome.reason << to_json(rollout.progress());
    ++completed;
    const PoolProgress& pool = rollout.progress().pools.at(0);
    std::set<std::string> left_behind;
    for (const NodeProgress& node : pool.nodes) {
      if (node.stage == NodeStage::quarantined) left_behind.insert(node.name);
    }
    quarantined += static_cast<int>(left_behind.size());
    EXPECT_EQ(outcome.quarantined, left_behind.size());
    const auto permanent =
        static_cast<std::size_t>(std::ranges::count(pool.added, NodeStage::permanent, &NodeProgress::stage));
    EXPECT_EQ(cluster.nodes.size(), nodes_at_start + permanent) << to_json(rollout.progress());
    EXPECT_LE(permanent, left_behind.size());
    EXPECT_TRUE(pool.surge == 0 || permanent == left_behind.size()) << to_json(rollout.progress());
    for (const auto& node : cluster.nodes) {
      const bool behind = left_behind.contains(node.name);
      EXPECT_EQ(node.version == options.version, !behind) << node.name;
      EXPECT_EQ(node.schedulable, !behind) << node.name;
    }
  }
  // All ends are reached.
  EXPECT_GT(completed, 500);
  EXPECT_GT(stopped, 300);
  EXPECT_GT(quarantined, 50);
  EXPECT_GT(taken_up, 500);
}

}  // namespace
}  // namespace bulwark::upgrade

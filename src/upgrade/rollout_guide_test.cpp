// The worked examples of AKS' page on upgrades, step by step (upgrade-conceptual.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "upgrade/rollout_testing.h"

namespace bulwark::upgrade {
namespace {

using testing::ElementsAre;

class RolloutGuide : public testing::Test, protected RolloutLab {};

// upgrade-conceptual.md, "Rolling upgrade example": two nodes, maxSurge 1.
TEST_F(RolloutGuide, RollingExample) {
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
TEST_F(RolloutGuide, RestrictiveBudgetExample) {
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

}  // namespace
}  // namespace bulwark::upgrade

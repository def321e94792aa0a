// The arithmetic of budgets, and what the eviction API makes of it.
#include "twin/disruption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "twin/cluster_testing.h"

namespace bulwark::twin {
namespace {

kube::IntOrString value(std::string_view text) {
  if (text.empty()) return {};
  return {text, text.find_first_not_of("0123456789") != std::string_view::npos};
}

struct Arithmetic {
  std::string_view min_available, max_unavailable;
  std::int64_t matching, scale;
  std::int64_t healthy_wanted;  // -1: an error
  std::int64_t expected;
};

class BudgetArithmetic : public ::testing::TestWithParam<Arithmetic> {};

TEST_P(BudgetArithmetic, RoundsAsTheControllerDoes) {
  const Arithmetic& c = GetParam();
  kube::PodDisruptionBudgetSpec spec;
  spec.min_available = value(c.min_available);
  spec.max_unavailable = value(c.max_unavailable);
  const auto wanted = wanted_by(spec, c.matching, c.scale);
  if (c.healthy_wanted < 0) {
    EXPECT_FALSE(wanted);
    return;
  }
  ASSERT_TRUE(wanted) << wanted.error().message;
  EXPECT_EQ(wanted->healthy, c.healthy_wanted);
  EXPECT_EQ(wanted->expected, c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BudgetArithmetic,
    ::testing::Values(Arithmetic{"1", "", 3, 5, 1, 3},    // a number: of the pods that match
                      Arithmetic{"50%", "", 3, 5, 3, 5},  // a percentage: of the scale, rounded up
                      Arithmetic{"80%", "", 1, 1, 1, 1},  // 0.8 of a pod is a pod
                      Arithmetic{"80%", "", 2, 2, 2, 2}, Arithmetic{"80%", "", 5, 5, 4, 5},
                      Arithmetic{"100%", "", 4, 4, 4, 4}, Arithmetic{"0%", "", 4, 4, 0, 4},
                      Arithmetic{"0", "", 4, 4, 0, 4}, Arithmetic{"7", "", 4, 4, 7, 4},
                      Arithmetic{"", "30%", 5, 5, 3, 5},  // rounded up as well: two may go
                      Arithmetic{"", "1", 5, 5, 4, 5}, Arithmetic{"", "1", 1, 1, 0, 1},
                      Arithmetic{"", "0", 3, 3, 3, 3}, Arithmetic{"", "9", 3, 3, 0, 3},  // never below zero
                      Arithmetic{"", "1%", 3, 3, 2, 3}, Arithmetic{"", "100%", 3, 3, 0, 3},
                      Arithmetic{"", "", 3, 3, 0, 0}, Arithmetic{"a%", "", 3, 3, -1, 0},
                      Arithmetic{"", "40%%", 3, 3, -1, 0}, Arithmetic{"%", "", 3, 3, -1, 0},
                      Arithmetic{"", "30%0", 3, 3, -1, 0}));

struct Case {
  std::string_view name;
  std::string objects;
  int minor = 34;
  // Answers to evictions of the Deployment web's pods, one after the other in one instant.
  std::vector<int> codes;
  std::string_view last_cause;
};

class Evictions : public ::testing::TestWithParam<Case> {};

TEST_P(Evictions, AreAnsweredAsTheApiServerDoes) {
  const Case& c = GetParam();
  Engine engine(YamlCluster::model(node_yaml("n1") + node_yaml("n2") + c.objects, {.now = {}, .minor = c.minor}));
  settle(engine);
  const std::vector<Index> pods = pods_of(engine, "web");
  ASSERT_GE(pods.size(), c.codes.size());
  Engine::Eviction answer;
  std::vector<int> codes;
  for (std::size_t i = 0; i < c.codes.size(); ++i) {
    answer = engine.evict(pods[i]);
    codes.push_back(answer.code);
  }
  EXPECT_THAT(codes, ::testing::ElementsAreArray(c.codes));
  if (c.last_cause.empty()) return;
  EXPECT_EQ(answer.cause.empty() ? answer.message : answer.cause, c.last_cause);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Evictions,
    ::testing::Values(
        Case{"no budget", deployment_yaml("web", 2), 34, {201, 201}, ""},
        Case{"one may go",
             deployment_yaml("web", 3) + budget_yaml("b", "web", "maxUnavailable: 1"),
             34,
             {201, 429, 429},
             "The disruption budget b needs 2 healthy pods and has 3 currently"},
        Case{"all are needed",
             deployment_yaml("web", 1) + budget_yaml("b", "web", "minAvailable: 80%"),
             34,
             {429},
             "The disruption budget b needs 1 healthy pods and has 1 currently"},
        Case{"two budgets",
             deployment_yaml("web", 3) + budget_yaml("b", "web", "maxUnavailable: 1") +
                 budget_yaml("c", "web", "maxUnavailable: 1"),
             34,
             {500},
             "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."},
        Case{"a percentage that is none",
             deployment_yaml("web", 3) + budget_yaml("b", "web", "maxUnavailable: 'x%'"),
             34,
             {429},
             "The disruption budget b is still being processed by the server."},
        Case{"another's budget",
             deployment_yaml("web", 1) + budget_yaml("b", "other", "maxUnavailable: 0"),
             34,
             {201},
             ""},
        Case{"numbers count pods",
             deployment_yaml("web", 3) + budget_yaml("b", "web", "minAvailable: 1"),
             34,
             {201, 201, 429},
             ""}),
    [](const auto& test) {
      std::string name(test.param.name);
      std::replace(name.begin(), name.end(), ' ', '_');
      std::erase(name, '\'');
      return name;
    });

TEST(Disruption, ABudgetRefillsWhenTheReplacementIsReady) {
  Engine engine(YamlCluster::model(node_yaml("n1") + node_yaml("n2") + deployment_yaml("web", 3) +
                                   budget_yaml("b", "web", "maxUnavailable: 1")));
  settle(engine);
  const auto pods = pods_of(engine, "web");
  ASSERT_EQ(engine.evict(pods[0]).code, 201);
  const Time evicted = engine.now();
  ASSERT_EQ(engine.evict(pods[1]).code, 429);
  while (engine.state().budgets[0].disruptions_allowed == 0 && engine.step(evicted + std::chrono::minutes(5))) {
  }
  EXPECT_EQ(engine.now() - evicted, std::chrono::seconds(20))
      << "a pod without history is supposed to start in 20 s";
  EXPECT_EQ(engine.evict(pods[1]).code, 201);
}

TEST(Disruption, ADryRunAsksAndTakesNothing) {
  Engine engine(YamlCluster::model(node_yaml("n1") + deployment_yaml("web", 2) +
                                   budget_yaml("b", "web", "maxUnavailable: 1")));
  settle(engine);
  const auto pods = pods_of(engine, "web");
  EXPECT_EQ(engine.evict(pods[0], true).code, 201);
  EXPECT_EQ(engine.evict(pods[1], true).code, 201);
  EXPECT_FALSE(engine.next()) << "nothing happens because of it";
  EXPECT_EQ(engine.evict(pods[0]).code, 201);
  EXPECT_EQ(engine.evict(pods[1], true).code, 429);
}

TEST(Disruption, APodThatIsNotReadyMayGoWhenItsBudgetIsMetWithoutIt) {
  struct Row {
    int minor;
    std::string_view policy;
    int unready;  // of three pods, maxUnavailable 1
    int code;
  };
  for (const Row& row :
       {Row{34, "", 1, 201}, Row{34, "", 2, 429}, Row{34, "AlwaysAllow", 2, 201},
        Row{34, "IfHealthyBudget", 2, 429}, Row{25, "AlwaysAllow", 2, 429}, Row{21, "", 1, 429}}) {
    std::string rule = "maxUnavailable: 1";
    if (!row.policy.empty()) rule += ", unhealthyPodEvictionPolicy: " + std::string(row.policy);
    Engine engine(YamlCluster::model(node_yaml("n1") + deployment_yaml("web", 3) + budget_yaml("b", "web", rule),
                                     {.now = {}, .minor = row.minor}));
    settle(engine);
    const auto pods = pods_of(engine, "web");
    for (int i = 0; i < row.unready; ++i) engine.set_pod_ready(pods[static_cast<std::size_t>(i)], false);
    engine.run_until(engine.now());
    EXPECT_EQ(engine.evict(pods[0]).code, row.code) << row.minor << ' ' << row.policy << ' ' << row.unready;
  }
}

TEST(Disruption, TheSameRunTwiceIsTheSame) {
  const auto model = YamlCluster::model(node_yaml("n1") + node_yaml("n2") + node_yaml("n3") +
                                        deployment_yaml("web", 9) + budget_yaml("b", "web", "maxUnavailable: 2"));
  const auto run = [&](Engine engine) {
    std::string story;
    settle(engine);
    for (int round = 0; round < 20; ++round) {
      for (const Index pod : pods_of(engine, "web")) {
        story += engine.pod_name(pod) + '@' + std::to_string(engine.state().pods[pod].node) + ' ';
        story += std::to_string(engine.evict(pod).code) + ' ';
      }
      engine.run_until(engine.now() + std::chrono::seconds(7));
    }
    return story;
  };
  const Engine first(model, 7);
  const std::string story = run(first);
  EXPECT_EQ(run(first), story) << "a copy goes the same way";
  EXPECT_EQ(run(Engine(model, 7)), story);
  EXPECT_NE(story.find("201"), std::string::npos);
  EXPECT_NE(story.find("429"), std::string::npos);
}

}  // namespace
}  // namespace bulwark::twin

// What is missing, does not add up or makes no sense: it is said, the rest is loaded, and the twin comes to rest.
#include "twin/load.h"

#include <gmock/gmock.h>

#include "twin/controllers/story_testing.h"

namespace bulwark::twin {
namespace {

std::string snapshot_yaml(std::string_view spec) {
  return fmt::format(
      "---\n{{apiVersion: bulwark.dev/v1, kind: Snapshot, metadata: {{name: s}}, spec: {{serverVersion: "
      "v1.34.0, takenAt: '2026-11-20T00:00:00Z', {}}}}}\n",
      spec);
}

std::string pod_of(std::string_view name, std::string_view owner, std::string_view spec,
                   std::string_view rest = {}) {
  return fmt::format(
      "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {}, namespace: shop, {}}}, spec: {{{} "
      "containers: [{{name: main, image: i}}]}}{}}}\n",
      name, owner, spec, rest);
}

std::string owner_of(std::string_view api, std::string_view kind, std::string_view uid) {
  return fmt::format("ownerReferences: [{{apiVersion: {}, kind: {}, name: o, uid: '{}', controller: true}}]", api,
                     kind, uid);
}

std::string node_with(std::string_view allocatable) {
  return fmt::format(
      "---\n{{apiVersion: v1, kind: Node, metadata: {{name: n1}}, status: {{allocatable: {{{}}}}}}}\n",
      allocatable);
}

std::string many_taints(int count) {
  std::string out = "taints: [";
  for (int i = 0; i < count; ++i) out += fmt::format("{{key: k{}, value: v, effect: NoSchedule}},", i);
  return out + "]";
}

struct BadCase {
  std::string name, text;
  std::string message;  // of a gap that keeps the verdict from "completes"; empty: nothing keeps it
};
void PrintTo(const BadCase& each, std::ostream* out) { *out << each.name; }

class BadInput : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadInput, IsToldAndComesToRest) {
  LoadOptions options;
  options.now = Time{std::chrono::sys_days{std::chrono::November / 25 / 2026}};
  const auto model = YamlCluster::model(GetParam().text, options, true);
  std::vector<std::string> doubts;
  for (const Gap& gap : model->gaps) {
    if (gap.weight == Gap::Weight::doubt) doubts.push_back(gap.subject + ": " + gap.message);
  }
  if (GetParam().message.empty()) {
    EXPECT_THAT(doubts, ::testing::IsEmpty());
  } else {
    EXPECT_THAT(doubts, ::testing::Contains(::testing::HasSubstr(GetParam().message)));
  }
  Engine engine(model);
  std::size_t steps = 0;
  const Time end = engine.now() + std::chrono::hours(24);
  while (engine.next() && *engine.next() <= end && steps < 1'000'000) engine.step(end), ++steps;
  EXPECT_LT(steps, 1'000'000U);
  EXPECT_LE(engine.state().pods.size(), 10'000U);
  for (Index i = 0; i < model->budgets.size(); ++i) {
    EXPECT_GE(engine.state().budgets[i].disruptions_allowed, 0);
    EXPECT_LE(engine.state().budgets[i].disruptions_allowed, static_cast<int>(engine.state().pods.size()));
  }
}

std::vector<BadCase> bad_cases() {
  const std::string node = node_yaml("n1"), web = deployment_yaml("web", 2);
  const auto budget = [&](std::string_view rule) { return node + web + budget_yaml("b", "web", rule); };
  const auto deployment = [&](std::string_view replicas) {
    return node + workload_yaml("Deployment", "web", "v1", fmt::format("replicas: {},", replicas));
  };
  return {
      {"nothing_wrong", node + web, ""},
      {"no_nodes", web, "there is not one in the input"},
      {"budgets_unreadable",
       snapshot_yaml("unreadable: [{kind: PodDisruptionBudget, reason: forbidden}]") + node + web,
       "PodDisruptionBudget: not one could be read"},
      {"nodes_unreadable", snapshot_yaml("unreadable: [{kind: Node, reason: forbidden}]") + web,
       "Node: not one could be read"},
      {"pods_unreadable", snapshot_yaml("unreadable: [{kind: Pod, reason: forbidden}]") + node,
       "Pod: not one could be read"},
      {"webhooks_unreadable",
       snapshot_yaml("unreadable: [{kind: ValidatingWebhookConfiguration, reason: forbidden}]") + node,
       "ValidatingWebhookConfiguration: not one could be read"},
      {"one_namespace", snapshot_yaml("namespace: shop") + node + web, "it shows the namespace shop alone"},
      {"snapshot_without_pods", snapshot_yaml("") + node + web, "not one pod"},
      {"pod_on_a_missing_node", node + pod_of("p", "", "nodeName: n7,"), "it is on the node n7"},
      {"owner_missing", node + pod_of("p", owner_of("apps/v1", "ReplicaSet", "u"), "nodeName: n1,"),
       "pods belong to it, and it is not in the input"},
      {"owner_without_uid", node + pod_of("p", owner_of("apps/v1", "StatefulSet", ""), "nodeName: n1,"),
       "pods belong to it, and it is not in the input"},
      {"owner_unknown", node + pod_of("p", owner_of("example.com/v1", "Thing", "u"), "nodeName: n1,"),
       "of whose operator nothing is known"},
      {"owner_unknown_and_there",
       node + "---\n{apiVersion: example.com/v1, kind: Thing, metadata: {name: o, namespace: shop, uid: u}}\n" +
           pod_of("p", owner_of("example.com/v1", "Thing", "u"), "nodeName: n1,"),
       "of whose operator nothing is known"},
      {"owner_known",
       node + pod_of("p", owner_of("core.strimzi.io/v1beta2", "StrimziPodSet", "u"), "nodeName: n1,"), ""},
      {"owner_that_makes_none_again",
       node + pod_of("p", owner_of("argoproj.io/v1alpha1", "Workflow", "u"), "nodeName: n1,"),
       "need not be made again"},
      {"deployment_missing",
       node + workload_yaml("ReplicaSet", "web-1", "v1", "replicas: 1,", owner_yaml("Deployment", "web")),
       "it is not in the input, and what it made is"},
      {"owner_of_itself",
       node + workload_yaml("ReplicaSet", "a", "v1", "replicas: 1,", owner_yaml("ReplicaSet", "a")), ""},
      {"owners_in_a_circle",
       node + workload_yaml("ReplicaSet", "a", "v1", "replicas: 1,", owner_yaml("ReplicaSet", "b")) +
           workload_yaml("ReplicaSet", "b", "v1", "replicas: 1,", owner_yaml("ReplicaSet", "a")),
       "it is not in the input"},
      {"twice", node + node + web + web, ""},
      {"negative_request",
       node +
           "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{name: m, "
           "image: i, resources: {requests: {cpu: '-5'}}}]}}\n",
       "-5 is negative"},
      {"nonsense_request",
       node +
           "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{name: m, "
           "image: i, resources: {requests: {cpu: much}}}]}}\n",
       "is no quantity"},
      {"request_of_all_there_is",
       node +
           "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {nodeName: n1, "
           "containers: "
           "[{name: m, image: i, resources: {requests: {memory: 9E}}}, {name: n, image: i, resources: {requests: "
           "{memory: 9E}}}]}}\n",
       ""},
      {"negative_allocatable", node_with("cpu: '-4', memory: 1Gi, pods: '10'") + web, "-4"},
      {"nonsense_allocatable", node_with("cpu: lots, memory: 1Gi, pods: '10'") + web, "lots"},
      {"no_allocatable", node_with("") + web, "110 are supposed"},
      {"billion_replicas", deployment("1000000000"), "far more than the nodes have places for"},
      {"negative_replicas", deployment("-3"), "it asks for -3 replicas"},
      {"billion_ordinals",
       node + workload_yaml("StatefulSet", "db", "v1", "replicas: 1000000000, podManagementPolicy: Parallel,"),
       "far more than the nodes have places for"},
      {"billion_completions",
       node + "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: shop}, spec: {completions: "
              "1000000000, parallelism: 1000000000, template: {spec: {containers: [{name: m, image: i}]}}}}\n",
       "far more than the nodes have places for"},
      {"percent_nonsense", budget("maxUnavailable: 30%0"), "30%0"},
      {"percent_sign_alone", budget("minAvailable: '%'"), "%"},
      {"number_in_quotes", budget("minAvailable: '2'"), "2"},
      {"percent_above_all", budget("minAvailable: 1000%"), ""},
      {"negative_budget", budget("maxUnavailable: -1"), "-1 is negative"},
      {"budget_beyond_32_bits", budget("minAvailable: 99999999999"), "neither minAvailable nor maxUnavailable"},
      {"both_rules", budget("minAvailable: 1, maxUnavailable: 1"), "exclude each other"},
      {"selector_nonsense",
       node + web +
           "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: shop}, spec: "
           "{maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: Near, values: [web]}]}}}\n",
       "selector.matchExpressions"},
      {"scale_not_known",
       node + pod_of("p", owner_of("example.com/v1", "Thing", "u") + ", labels: {app: web}", "nodeName: n1,") +
           budget_yaml("b", "web", "maxUnavailable: 1"),
       "whether it has one"},
      {"thousands_of_taints", node_yaml("n1", "4", many_taints(3000)) + web, ""},
      {"priority_overflow", node + pod_of("p", "", "priority: 2147483647,"), ""},
      {"created_in_the_future", node + pod_of("p", "creationTimestamp: '9999-12-31T23:59:59Z'", "nodeName: n1,"),
       ""},
      {"created_long_ago", node + pod_of("p", "creationTimestamp: '0001-01-01T00:00:00Z'", "nodeName: n1,"), ""},
      {"created_when", node + pod_of("p", "creationTimestamp: yesterday", "nodeName: n1,"), ""},
      {"going_since_long", node + pod_of("p", "deletionTimestamp: '2020-01-01T00:00:00Z'", "nodeName: n1,"),
       "its grace period was over long before"},
      {"going_in_the_far_future", node + pod_of("p", "deletionTimestamp: '9999-01-01T00:00:00Z'", "nodeName: n1,"),
       "more than a day ahead"},
      {"taken_in_the_future",
       "---\n{apiVersion: bulwark.dev/v1, kind: Snapshot, metadata: {name: s}, spec: {takenAt: "
       "'2099-01-01T00:00:00Z'}}\n" +
           node + pod_of("p", "", "nodeName: n1,"),
       "ahead of this machine's clock"},
      {"taken_long_ago",
       "---\n{apiVersion: bulwark.dev/v1, kind: Snapshot, metadata: {name: s}, spec: {takenAt: "
       "'2026-01-01T00:00:00Z'}}\n" +
           node + pod_of("p", "", "nodeName: n1,"),
       "days ago"},
      {"min_ready_for_ever", node + workload_yaml("Deployment", "web", "v1", "minReadySeconds: 2147483647,"), ""},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, BadInput, ::testing::ValuesIn(bad_cases()),
                         [](const auto& each) { return each.param.name; });

// --- what --what-if puts in the place of what there is

// Whatever its metrics say (pkg/controller/podautoscaler, reconcileAutoscaler).
TEST(Autoscaler, KeepsReplicasWithinItsBounds) {
  struct Case {
    std::string_view bounds;
    int replicas, held;
  };
  for (const auto& [bounds, replicas, held] : {
           Case{"minReplicas: 3, maxReplicas: 5", 1, 3}, Case{"minReplicas: 3, maxReplicas: 5", 4, 4},
           Case{"minReplicas: 3, maxReplicas: 5", 9, 5}, Case{"maxReplicas: 5", 1, 1},
           Case{"minReplicas: 3, maxReplicas: 5", 0, 0},  // none is no scaling
       }) {
    const auto model = YamlCluster::model(
        node_yaml("n1") + deployment_yaml("web", replicas) +
        fmt::format(
            "---\n{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: load, "
            "namespace: shop}}, spec: {{{}, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: "
            "web}}}}}}\n",
            bounds));
    Engine engine(model);
    settle(engine);
    EXPECT_EQ(pods_of(engine, "web").size(), static_cast<std::size_t>(held)) << bounds << " of " << replicas;
    EXPECT_EQ(model->workloads.front().autoscaler_name, "load");
  }
}

TEST(WhatIf, KeepsWhatOnlyTheClusterTells) {
  // Without replicas and uid, as kubectl apply takes it.
  const std::string text =
      nodes_yaml(2) + workload_yaml("StatefulSet", "db", "v1", "replicas: 2,") +
      pod_yaml("db-0", "n1", "StatefulSet", "db", "db", "v1") +
      pod_yaml("db-1", "n2", "StatefulSet", "db", "db", "v1") +
      "---\n{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: "
      "{selector: {matchLabels: {app: db}}, minReadySeconds: 5, template: " +
      template_yaml("db", "v1") + "}}\n";
  const auto model = YamlCluster::model(text);
  for (const Gap& gap : model->gaps) EXPECT_EQ(gap.weight, Gap::Weight::note) << gap.message;
  Engine engine(model);
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-0", "db-1"}));
  EXPECT_EQ(engine.state().workloads[workload_index(engine, "StatefulSet", "db")].ready, 2);
}

// --- operators

TEST(Operators, APodSetKeepsItsNames) {
  std::string text = nodes_yaml(2);
  const std::string owner = owner_of("core.strimzi.io/v1beta2", "StrimziPodSet", "u") + ", labels: {app: kafka}";
  for (const char* name : {"kafka-0", "kafka-1"})
    text += pod_of(name, owner, "nodeName: n1,",
                   ", status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}");
  text += budget_yaml("b", "kafka", "maxUnavailable: 1");
  Engine engine(YamlCluster::model(text));
  // A kind without a scale: the controller cannot work the budget out.
  EXPECT_TRUE(engine.state().budgets[0].sync_failed);
  engine.remove_pod(engine.find_pod("shop", "kafka-0"));
  engine.run_until(engine.now() + std::chrono::seconds(29));
  EXPECT_EQ(engine.state().pods.size() - engine.state().free_pods.size(), 2U) << "its name is not free yet";
  settle(engine);
  EXPECT_EQ(engine.state().pods.size() - engine.state().free_pods.size(), 2U);
}

TEST(Operators, ThePrimaryMovesOffACordonedNode) {
  for (const int instances : {1, 2}) {
    std::string text = nodes_yaml(2);
    const std::string owner = owner_of("postgresql.cnpg.io/v1", "Cluster", "u");
    for (int i = 1; i <= instances; ++i) {
      text +=
          pod_of(fmt::format("pg-{}", i),
                 fmt::format("{}, labels: {{cnpg.io/instanceRole: {}}}", owner, i == 1 ? "primary" : "replica"),
                 fmt::format("nodeName: n{},", i),
                 ", status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}");
    }
    text +=
        "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: pg-primary, namespace: shop}, "
        "spec: "
        "{minAvailable: 1, selector: {matchLabels: {cnpg.io/instanceRole: primary}}}}\n";
    Engine engine(YamlCluster::model(text));
    const Index primary = engine.find_pod("shop", "pg-1");
    EXPECT_FALSE(engine.evict(primary, true).passed()) << "nothing is being drained";
    engine.set_unschedulable(engine.find_node("n1"), true);
    EXPECT_EQ(engine.evict(primary, true).passed(), instances == 2) << instances;
  }
}

TEST(Operators, ABudgetsStatusTellsThatThereIsNoScale) {
  const std::string text =
      nodes_yaml(1) +
      pod_of("p", owner_of("example.com/v1", "Thing", "u") + ", labels: {app: web}", "nodeName: n1,") +
      "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: shop}, spec: "
      "{maxUnavailable: 1, selector: {matchLabels: {app: web}}}, status: {conditions: [{type: DisruptionAllowed, "
      "status: 'False', reason: SyncFailed}]}}\n";
  Engine engine(YamlCluster::model(text));
  EXPECT_TRUE(engine.state().budgets[0].sync_failed);
  EXPECT_THAT(engine.budget_problem(0), ::testing::HasSubstr("does not implement the scale subresource"));
}

}  // namespace
}  // namespace bulwark::twin

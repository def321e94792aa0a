// Which node a pod goes to, against what kube-scheduler's code says of such clusters.
#include "twin/scheduler/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "twin/scheduler/scheduler_testing.h"

namespace bulwark::twin {
namespace {

struct Placement {
  std::string name;
  int minor;
  std::string objects;
  std::string node;  // of the pod "web"
};

class Placements : public testing::TestWithParam<Placement> {};

TEST_P(Placements, OfOnePod) {
  const Placement& c = GetParam();
  // Whatever decides between equals.
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    Engine engine(YamlCluster::model(c.objects, {.owned = {}, .now = {}, .assumptions = {}, .minor = c.minor}),
                  seed);
    engine.run_until(engine.now());
    const Index web = engine.find_pod("shop", "web");
    ASSERT_NE(web, none);
    EXPECT_EQ(node_of(engine, web), c.node) << engine.scheduler().unschedulable_message(engine.state(), web);
  }
}

std::string prefer_node(const std::string& key, int weight) {
  return "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: " +
         std::to_string(weight) + ", preference: {matchExpressions: [{key: " + key + ", operator: Exists}]}}]}}";
}

std::string prefer_pods(const std::string& kind, const std::string& app, const std::string& key) {
  return "affinity: {" + kind +
         ": {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: "
         "{labelSelector: {matchLabels: {app: " +
         app + "}}, " + key + "}}]}}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, Placements,
    testing::Values(
        Placement{"least_allocated", 34, nodes(3) + pod("a", "", "n1") + pod("b", "", "n3") + pod("web", ""),
                  "n2"},
        Placement{"balanced", 34,
                  // Both have the same share free; the pod's cpu restores the balance of n2.
                  yaml({.name = "n1"}) + yaml({.name = "n2"}) +
                      pod("a", "", "n1", "resources: {requests: {cpu: 2, memory: 4Gi}}") +
                      pod("b", "", "n2", "resources: {requests: {cpu: 1, memory: 8Gi}}") +
                      pod("web", "", "", "resources: {requests: {cpu: 1, memory: 0}}"),
                  "n2"},
        Placement{"image", 34,
                  yaml({.name = "n1"}) +
                      yaml({.name = "n2", .images = "{names: ['i:latest'], sizeBytes: 900000000}"}) +
                      pod("web", ""),
                  "n2"},
        Placement{"prefer_no_schedule", 34,
                  yaml({.name = "n1", .spec = "taints: [{key: k, effect: PreferNoSchedule}]"}) +
                      yaml({.name = "n2"}) + pod("web", ""),
                  "n2"},
        Placement{
            "preferred_nodes", 34,
            yaml({.name = "n1", .labels = "ssd: x"}) + yaml({.name = "n2"}) + pod("web", prefer_node("ssd", 1)),
            "n1"},
        Placement{"preferred_company", 34,
                  nodes(3) + pod("db", "", "n3") + pod("web", prefer_pods("podAffinity", "db", on_host)), "n3"},
        Placement{"avoided_company", 34,
                  yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "b"}) +
                      yaml({.name = "n3", .zone = "a"}) + pod("db", "", "n1") +
                      pod("web", prefer_pods("podAntiAffinity", "db", in_zone)),
                  "n2"},
        Placement{"company_of_those_that_want_it", 34,
                  nodes(3) + pod("db", prefer_pods("podAffinity", "web", on_host), "n2", asks_cpu("1m")) +
                      pod("web", ""),
                  "n2"},
        Placement{"the_first_of_a_group", 34,
                  yaml({.name = "n1"}) + yaml({.name = "n2", .zone = "b"}) +
                      pod("web", affinity("podAffinity", "web", in_zone)),
                  "n2"},
        Placement{
            "required_company", 34,
            nodes(3) + pod("db", "", "n3", asks_cpu("2")) + pod("web", affinity("podAffinity", "db", on_host)),
            "n3"},
        Placement{
            "another_namespace_is_no_company", 34,
            nodes(2) + pod("db", "", "n2") +
                pod("web",
                    "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: "
                    "{matchLabels: {app: db}}, namespaces: [other], " +
                        on_host + "}]}}"),
            ""},
        Placement{
            "all_namespaces", 34,
            nodes(2) + pod("db", "", "n2") +
                pod("web",
                    "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: "
                    "{matchLabels: {app: db}}, namespaceSelector: {}, " +
                        on_host + "}]}}"),
            "n2"},
        Placement{"spread_over_zones", 34,
                  yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "b"}) +
                      pod("x", "", "n2", asks_cpu("3")) + pod("web-1", "", "n1", asks_cpu("1m")) +
                      pod("web", spread("web", in_zone)),
                  "n2"},
        Placement{"nodes_out_of_reach_do_not_count_for_the_spread", 34,
                  yaml({.name = "n1", .zone = "a", .labels = "d: x"}) + yaml({.name = "n2", .zone = "b"}) +
                      pod("web-1", "", "n1") + pod("web", "nodeSelector: {d: x}, " + spread("web", in_zone)),
                  "n1"},
        Placement{"too_few_domains", 34,
                  yaml({.name = "n1", .zone = "a"}) + pod("web-1", "", "n1") +
                      pod("web", spread("web", in_zone + ", minDomains: 2")),
                  ""},
        Placement{
            "claim_that_waits", 34,
            nodes(1) +
                "---\n{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: c}, provisioner: d, "
                "volumeBindingMode: WaitForFirstConsumer}\n" +
                claim("data", "storageClassName: c") + pod("web", uses("data")),
            "n1"},
        Placement{"volume_leads", 34,
                  yaml({.name = "n1", .zone = "b"}) + yaml({.name = "n2", .zone = "a"}) +
                      claim("data", "volumeName: v-data", "csi: {driver: d, volumeHandle: h}, " + only_zone_a) +
                      pod("a", "", "n2", asks_cpu("3")) + pod("web", uses("data")),
                  "n2"},
        Placement{"other_address_of_a_port", 34,
                  nodes(1) + pod("a", "", "n1", "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}]") +
                      pod("web", "", "", "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.2}]"),
                  "n1"},
        Placement{
            "finished_pods_hold_nothing", 34,
            nodes(1) +
                "---\n{apiVersion: v1, kind: Pod, metadata: {name: done, namespace: shop}, spec: {nodeName: n1, "
                "containers: [{name: c, image: i, resources: {requests: {cpu: 4}}}]}, status: {phase: "
                "Succeeded}}\n" +
                pod("web", ""),
            "n1"},
        Placement{"scheduling_gates", 34, nodes(1) + pod("web", "schedulingGates: [{name: g}]"), ""},
        Placement{
            "runtime_class", 34,
            yaml({.name = "n1"}) + yaml({.name = "n2", .labels = "kata: x"}) +
                "---\n{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: kata}, handler: kata, "
                "scheduling: {nodeSelector: {kata: x}}}\n" +
                pod("web", "runtimeClassName: kata"),
            "n2"}),
    [](const auto& each) { return each.param.name; });

TEST(Scheduler, SpreadsTheReplicasOfAWorkloadByItself) {
  for (const int minor : {20, 34}) {
    std::string objects;
    for (const char* zone : {"a", "b", "c"}) {
      for (const char* number : {"1", "2"}) {
        objects += yaml({.name = std::string(zone) + number, .zone = zone});
      }
    }
    Engine engine = engine_of(objects + deployment_yaml("web", 6), minor);
    settle(engine);
    std::vector<std::string> on;
    for (const Index each : pods_of(engine, "web")) on.push_back(node_of(engine, each));
    EXPECT_THAT(on, testing::UnorderedElementsAre("a1", "a2", "b1", "b2", "c1", "c2"));
  }
}

TEST(Scheduler, TerminatingPodsDoNotCountForTheSpread) {
  Engine engine = engine_of(yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "b"}) +
                                deployment_yaml("web", 2, spread("web", in_zone) + ", "),
                            34);
  settle(engine);
  const Index first = pods_of(engine, "web").front();
  const std::string node = node_of(engine, first);
  engine.remove_pod(first);
  engine.run_until(engine.now());
  // The one that takes its place goes where it was, though it is still there.
  std::vector<std::string> on;
  for (const Index each : pods_of(engine, "web")) on.push_back(node_of(engine, each));
  EXPECT_EQ(std::ranges::count(on, node), 2) << testing::PrintToString(on);
}

TEST(Scheduler, DaemonsAreForTheirNodeAlone) {
  Engine engine = engine_of(
      yaml({.name = "n1"}) + yaml({.name = "n2", .spec = "unschedulable: true"}) +
          yaml({.name = "n3", .cpu = "1"}) +
          "---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: log, namespace: shop}, spec: {selector: "
          "{matchLabels: {app: log}}, template: {metadata: {labels: {app: log}}, spec: {containers: [{name: c, "
          "image: "
          "i, resources: {requests: {cpu: 2}}}]}}}}\n",
      34);
  settle(engine);
  std::vector<std::string> on;
  for (const Index each : pods_of(engine, "log")) {
    on.push_back(node_of(engine, each));
    if (!on.back().empty()) continue;
    EXPECT_EQ(engine.scheduler().unschedulable_message(engine.state(), each),
              "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. "
              "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.");
    EXPECT_THAT(engine.scheduler().why_not(engine.state(), each, 2), testing::ElementsAre("Insufficient cpu"));
  }
  EXPECT_THAT(on, testing::UnorderedElementsAre("n1", "n2", ""));
}

TEST(Scheduler, APodWaitsForTheCompanyThatItNeeds) {
  Engine engine =
      engine_of(nodes(2) + pod("web", affinity("podAffinity", "db", on_host)) + pod("db", "priority: -1"), 34);
  engine.run_until(engine.now());
  const Index web = engine.find_pod("shop", "web"), db = engine.find_pod("shop", "db");
  EXPECT_EQ(node_of(engine, web), "");
  engine.run_until(engine.now() + std::chrono::seconds(2));
  EXPECT_NE(node_of(engine, db), "");
  EXPECT_EQ(node_of(engine, web), node_of(engine, db));
}

// A pod on another node may raise the least of all domains, and so open a node on which nothing has moved.
TEST(Scheduler, AWaitingPodLooksAgainEverywhereWhenItsSpreadMoves) {
  Engine engine = engine_of(yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "b"}) +
                                pod("web-1", "", "n1", asks_cpu("1")) + pod("db", "", "n2", asks_cpu("3")) +
                                pod("web-2", spread("web", in_zone), "", asks_cpu("2")) +
                                pod("web-3", "nodeSelector: {kubernetes.io/hostname: n2}"),
                            34);
  settle(engine);
  EXPECT_EQ(node_of(engine, engine.find_pod("shop", "web-3")), "n2");
  EXPECT_EQ(node_of(engine, engine.find_pod("shop", "web-2")), "n1");
}

// Amounts that doubles do not hold are reckoned from the columns, and the usual ones from rows of the nodes: a
// cordoned node with more memory than that must make no difference to the others.
TEST(Scheduler, RowsAndColumnsComeToTheSame) {
  const auto placed = [](const std::string& memory, int minor) {
    std::string objects;
    for (int i = 0; i < 12; ++i) {
      objects += yaml({.name = "n" + std::to_string(i),
                       .zone = std::string(1, static_cast<char>('a' + i % 3)),
                       .cpu = std::to_string(3 + i % 4),
                       .pods = i == 5 ? "4" : "110"});
    }
    objects +=
        "---\n{apiVersion: v1, kind: Node, metadata: {name: big}, spec: {unschedulable: true}, status: "
        "{allocatable: {cpu: '4', memory: " +
        memory + ", pods: '110'}, conditions: [{type: Ready, status: 'True'}]}}\n";
    for (const std::string app : {"a", "b", "c", "d"}) objects += deployment_yaml(app, 9);
    objects += deployment_yaml("near", 4, spread("near", in_zone) + ", ");
    for (int i = 0; i < 9; ++i) {
      objects += pod("big-" + std::to_string(i), "", "",
                     "resources: {requests: {cpu: " + std::to_string(200 + 90 * i) +
                         "m, memory: " + std::to_string(1 + i % 4) + "Gi}}");
    }
    Engine engine = engine_of(objects, minor);
    settle(engine);
    std::vector<std::string> nodes;
    for (Index i = 0; i < engine.state().pods.size(); ++i) nodes.push_back(node_of(engine, i));
    return nodes;
  };
  for (const int minor : {22, 30, 34}) {
    const std::vector<std::string> usual = placed("16Gi", minor);
    EXPECT_EQ(placed("32Ti", minor), usual) << minor;
    EXPECT_EQ(usual.size(), 49U);
    EXPECT_GT(std::ranges::count_if(usual, [](const std::string& node) { return !node.empty(); }), 40) << minor;
  }
}

TEST(Scheduler, ACopyGoesOnAsTheOriginalWould) {
  Engine engine = engine_of(nodes(3) + deployment_yaml("web", 7) + deployment_yaml("api", 5), 34);
  engine.step(engine.now());
  Engine copy = engine;
  settle(engine);
  settle(copy);
  for (Index i = 0; i < engine.state().pods.size(); ++i) {
    EXPECT_EQ(engine.state().pods[i].node, copy.state().pods[i].node);
  }
}

}  // namespace
}  // namespace bulwark::twin

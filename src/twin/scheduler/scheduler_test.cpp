// Which node a pod goes to, and what the scheduler says when there is none, against what kube-scheduler's code
// says of such clusters.
#include "twin/scheduler/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "twin/cluster_testing.h"

namespace bulwark::twin {
namespace {

struct NodeOf {
  std::string name, zone, labels, spec;
  std::string cpu = "4", pods = "110", images;
  bool ready = true;
};

std::string yaml(const NodeOf& node) {
  const std::string zone = node.zone.empty() ? "" : ", topology.kubernetes.io/zone: " + node.zone;
  const std::string labels = node.labels.empty() ? "" : ", " + node.labels;
  return "---\n{apiVersion: v1, kind: Node, metadata: {name: " + node.name +
         ", labels: {kubernetes.io/hostname: " + node.name + zone + labels + "}}, spec: {" + node.spec +
         "}, status: {allocatable: {cpu: '" + node.cpu + "', memory: 16Gi, pods: '" + node.pods + "'}, images: [" +
         node.images + "], conditions: [{type: Ready, status: '" + (node.ready ? "True" : "False") + "'}]}}\n";
}

std::string nodes(int count) {
  std::string out;
  for (int i = 1; i <= count; ++i) out += yaml({.name = "n" + std::to_string(i)});
  return out;
}

// A pod with labels {app: its name up to a dash}; bound when a node is named.
std::string pod(const std::string& name, const std::string& spec, const std::string& node = {},
                const std::string& container = "resources: {requests: {cpu: 500m, memory: 128Mi}}") {
  const std::string bound = node.empty() ? "" : "nodeName: " + node + ", ";
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name +
         ", namespace: shop, labels: {app: " + name.substr(0, name.find('-')) + "}}, spec: {" + bound + spec +
         (spec.empty() ? "" : ", ") + "containers: [{name: main, image: i, " + container +
         "}]}, status: {phase: " +
         (node.empty() ? "Pending" : "Running, conditions: [{type: Ready, status: 'True'}]") + "}}\n";
}

std::string cpu(const std::string& amount) { return "resources: {requests: {cpu: " + amount + "}}"; }

std::string priority_class(const std::string& name, int value) {
  return "---\n{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: " + name +
         "}, value: " + std::to_string(value) + "}\n";
}

Engine engine_of(const std::string& objects, int minor) {
  return Engine(YamlCluster::model(objects, {.owned = {}, .now = {}, .assumptions = {}, .minor = minor}));
}

std::string node_of(const Engine& engine, Index pod) {
  const Index node = engine.state().pods[pod].node;
  return node == none ? "" : engine.state().nodes.info[node]->name;
}

struct Message {
  std::string name;
  int minor;
  std::string objects, message;
};

class Messages : public testing::TestWithParam<Message> {};

TEST_P(Messages, OfAPodThatNoNodeTakes) {
  const Message& c = GetParam();
  Engine engine = engine_of(c.objects, c.minor);
  engine.run_until(engine.now());
  const Index web = engine.find_pod("shop", "web");
  ASSERT_NE(web, none);
  EXPECT_EQ(node_of(engine, web), "");
  EXPECT_EQ(engine.scheduler().unschedulable_message(engine.state(), web), c.message);
}

const std::string in_zone = "topologyKey: topology.kubernetes.io/zone";
const std::string on_host = "topologyKey: kubernetes.io/hostname";

std::string affinity(const std::string& kind, const std::string& app, const std::string& key) {
  return "affinity: {" + kind +
         ": {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: "
         "{app: " +
         app + "}}, " + key + "}]}}";
}

std::string spread(const std::string& app, const std::string& key) {
  return "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: "
         "{app: " +
         app + "}}, " + key + "}]";
}

std::string claim(const std::string& name, const std::string& spec, const std::string& volume_spec = {}) {
  std::string out = "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name +
                    ", namespace: shop}, spec: {" + spec + "}}\n";
  if (!volume_spec.empty()) {
    out += "---\n{apiVersion: v1, kind: PersistentVolume, metadata: {name: v-" + name + "}, spec: {" +
           volume_spec + "}}\n";
  }
  return out;
}

std::string uses(const std::string& claim) {
  return "volumes: [{name: d, persistentVolumeClaim: {claimName: " + claim + "}}]";
}

const std::string only_zone_a =
    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, "
    "operator: "
    "In, values: [a]}]}]}}";

INSTANTIATE_TEST_SUITE_P(
    Table, Messages,
    testing::Values(
        Message{"resources", 20, nodes(2) + pod("web", "", "", cpu("5")),
                "0/2 nodes are available: 2 Insufficient cpu."},
        Message{
            "resources_1_24", 24, nodes(2) + pod("web", "", "", cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption "
            "victims found for incoming pod."},
        Message{
            "resources_1_26", 26, nodes(2) + pod("web", "", "", cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption "
            "victims found for incoming pod.."},
        Message{
            "beyond_help", 34, nodes(2) + pod("web", "", "", cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is "
            "not helpful for scheduling."},
        Message{
            "several_reasons", 20,
            yaml({.name = "n1", .pods = "1"}) + pod("a", "", "n1", cpu("1m")) +
                yaml({.name = "n2", .spec = "unschedulable: true"}) +
                yaml({.name = "n3", .spec = "taints: [{key: k, value: v, effect: NoSchedule}]"}) +
                yaml({.name = "n4", .ready = false}) +
                pod("web", "", "", "resources: {requests: {cpu: 5, memory: 32Gi}}"),
            "0/4 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Too many pods, 1 node(s) had "
            "taint {k: v}, that the pod didn't tolerate, 1 node(s) had taint {node.kubernetes.io/not-ready: }, "
            "that the pod didn't tolerate, 1 node(s) were unschedulable."},
        Message{
            "taint", 34, yaml({.name = "n1", .spec = "taints: [{key: k, effect: NoExecute}]"}) + pod("web", ""),
            "0/1 nodes are available: 1 node(s) had untolerated taint {k: }. preemption: 0/1 nodes are available: "
            "1 Preemption is not helpful for scheduling."},
        Message{"numbers_sort_as_texts", 20,
                nodes(10) + yaml({.name = "m1", .spec = "unschedulable: true"}) +
                    yaml({.name = "m2", .spec = "unschedulable: true"}) + pod("web", "", "", cpu("9")),
                "0/12 nodes are available: 10 Insufficient cpu, 2 node(s) were unschedulable."},
        Message{"selector", 20, nodes(1) + pod("web", "nodeSelector: {disk: ssd}"),
                "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity."},
        Message{
            "node_affinity", 34,
            yaml({.name = "n1", .labels = "cores: '4'"}) +
                pod("web",
                    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                    "{nodeSelectorTerms: [{matchExpressions: [{key: cores, operator: Gt, values: ['8']}]}]}}}"),
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes "
            "are available: 1 Preemption is not helpful for scheduling."},
        Message{"ports", 20,
                nodes(1) + pod("a", "", "n1", "ports: [{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}]") +
                    pod("web", "", "", "ports: [{containerPort: 80, hostPort: 80}]"),
                "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."},
        Message{"extended", 20, nodes(1) + pod("web", "", "", "resources: {requests: {example.com/gpu: 1}}"),
                "0/1 nodes are available: 1 Insufficient example.com/gpu."},
        Message{"affinity_1_20", 20, nodes(1) + pod("web", affinity("podAffinity", "db", on_host)),
                "0/1 nodes are available: 1 node(s) didn't match pod affinity rules, 1 node(s) didn't match pod "
                "affinity/anti-affinity."},
        Message{"affinity", 23, nodes(1) + pod("web", affinity("podAffinity", "db", on_host)),
                "0/1 nodes are available: 1 node(s) didn't match pod affinity rules."},
        Message{"anti_affinity", 23,
                nodes(1) + pod("db", "", "n1") + pod("web", affinity("podAntiAffinity", "db", on_host)),
                "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules."},
        Message{"existing_anti_affinity", 23,
                yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "a"}) +
                    pod("db", affinity("podAntiAffinity", "web", in_zone), "n1") + pod("web", ""),
                "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules."},
        Message{
            "spread", 23,
            yaml({.name = "n1", .zone = "a"}) + yaml({.name = "n2", .zone = "b", .cpu = "1"}) +
                yaml({.name = "n3"}) + pod("web-1", "", "n1") + pod("web", spread("web", in_zone), "", cpu("2")),
            "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints, "
            "1 node(s) didn't match pod topology spread constraints (missing required label)."},
        Message{"claim_missing_1_20", 20, nodes(2) + pod("web", uses("data")),
                "persistentvolumeclaim \"data\" not found"},
        Message{"claim_missing", 34, nodes(2) + pod("web", uses("data")),
                "0/2 nodes are available: persistentvolumeclaim \"data\" not found. preemption: 0/2 nodes are "
                "available: 2 Preemption is not helpful for scheduling."},
        Message{"claim_unbound", 20, nodes(2) + claim("data", "") + pod("web", uses("data")),
                "0/2 nodes are available: 2 pod has unbound immediate PersistentVolumeClaims."},
        Message{"volume_in_another_zone", 20,
                yaml({.name = "n1", .zone = "b"}) +
                    claim("data", "volumeName: v-data", "csi: {driver: d, volumeHandle: h}, " + only_zone_a) +
                    pod("web", uses("data")),
                "0/1 nodes are available: 1 node(s) had volume node affinity conflict."},
        Message{"too_many_volumes", 20,
                nodes(1) +
                    "---\n{apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: n1}, spec: {drivers: "
                    "[{name: d, nodeID: n, allocatable: {count: 1}}]}}\n" +
                    claim("a", "volumeName: v-a", "csi: {driver: d, volumeHandle: a}") +
                    claim("b", "volumeName: v-b", "csi: {driver: d, volumeHandle: b}") +
                    pod("db", uses("a"), "n1") + pod("web", uses("b")),
                "0/1 nodes are available: 1 node(s) exceed max volume count."},
        Message{
            "volume_of_one_pod", 34,
            nodes(1) +
                claim("a", "volumeName: v-a, accessModes: [ReadWriteOncePod]", "nfs: {server: s, path: /}") +
                pod("db", uses("a"), "n1") + pod("web", uses("a")),
            "0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and "
            "ReadWriteOncePod access mode. preemption: 0/1 nodes are available: 1 No preemption victims found for "
            "incoming pod."},
        Message{"never_preempts", 34,
                nodes(1) + priority_class("high", 9) + pod("db", "", "n1", cpu("4")) +
                    pod("web", "priority: 9, preemptionPolicy: Never"),
                "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to "
                "preemptionPolicy=Never."},
        Message{"preemption_does_not_help_enough", 34,
                nodes(1) + pod("db", "priority: 9", "n1", cpu("3")) + pod("low", "", "n1", cpu("1")) +
                    pod("web", "priority: 9", "", cpu("2")),
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient "
                "cpu."}),
    [](const auto& each) { return each.param.name; });

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
        Placement{
            "company_of_those_that_want_it", 34,
            nodes(3) + pod("db", prefer_pods("podAffinity", "web", on_host), "n2", cpu("1m")) + pod("web", ""),
            "n2"},
        Placement{"the_first_of_a_group", 34,
                  yaml({.name = "n1"}) + yaml({.name = "n2", .zone = "b"}) +
                      pod("web", affinity("podAffinity", "web", in_zone)),
                  "n2"},
        Placement{"required_company", 34,
                  nodes(3) + pod("db", "", "n3", cpu("2")) + pod("web", affinity("podAffinity", "db", on_host)),
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
                      pod("x", "", "n2", cpu("3")) + pod("web-1", "", "n1", cpu("1m")) +
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
                      pod("a", "", "n2", cpu("3")) + pod("web", uses("data")),
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

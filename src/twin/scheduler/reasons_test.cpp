// What the scheduler says of a pod that no node takes, against what kube-scheduler's code says of such clusters.
#include "twin/scheduler/reasons.h"

#include <gtest/gtest.h>

#include "twin/scheduler/scheduler_testing.h"

namespace bulwark::twin {
namespace {

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

INSTANTIATE_TEST_SUITE_P(
    Table, Messages,
    testing::Values(
        Message{"resources", 20, nodes(2) + pod("web", "", "", asks_cpu("5")),
                "0/2 nodes are available: 2 Insufficient cpu."},
        Message{
            "resources_1_24", 24, nodes(2) + pod("web", "", "", asks_cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption "
            "victims found for incoming pod."},
        Message{
            "resources_1_26", 26, nodes(2) + pod("web", "", "", asks_cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption "
            "victims found for incoming pod.."},
        Message{
            "beyond_help", 34, nodes(2) + pod("web", "", "", asks_cpu("5")),
            "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is "
            "not helpful for scheduling."},
        Message{
            "several_reasons", 20,
            yaml({.name = "n1", .pods = "1"}) + pod("a", "", "n1", asks_cpu("1m")) +
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
                    yaml({.name = "m2", .spec = "unschedulable: true"}) + pod("web", "", "", asks_cpu("9")),
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
                yaml({.name = "n3"}) + pod("web-1", "", "n1") +
                pod("web", spread("web", in_zone), "", asks_cpu("2")),
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
                nodes(1) + priority_class("high", 9) + pod("db", "", "n1", asks_cpu("4")) +
                    pod("web", "priority: 9, preemptionPolicy: Never"),
                "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to "
                "preemptionPolicy=Never."},
        Message{"preemption_does_not_help_enough", 34,
                nodes(1) + pod("db", "priority: 9", "n1", asks_cpu("3")) + pod("low", "", "n1", asks_cpu("1")) +
                    pod("web", "priority: 9", "", asks_cpu("2")),
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient "
                "cpu."}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace bulwark::twin

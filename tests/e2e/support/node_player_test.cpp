#include "e2e/support/node_player.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "e2e/support/object_keys.h"
#include "kube/memory_cluster_testing.h"

namespace bulwark::e2e {
namespace {

using kube::MemoryCluster;
using std::chrono::milliseconds;
using std::chrono::seconds;

class NodePlayerTest : public testing::Test {
 protected:
  void start(NodePlayerOptions options) {
    player = std::make_unique<NodePlayer>(cluster, std::move(options));
    const base::Result<> started = player->start();
    ASSERT_TRUE(started) << started.error().text();
  }
  void pass(milliseconds time) { player->play_until(cluster.now() + time); }

  void make_pod(const std::string& name, const std::string& node, const std::string& annotations = "{}",
                const std::string& more = "") {
    const auto made = cluster.create(
        pod_key("shop", name),
        fmt::format(R"({{"metadata": {{"name": "{}", "annotations": {}}}, "spec": {{"nodeName": "{}"{},
                        "containers": [{{"name": "web", "image": "web:1"}}]}}, "status": {{"phase": "Pending"}}}})",
                    name, annotations, node, more),
        "", {});
    ASSERT_TRUE(made);
  }
  std::string pod(const std::string& name, std::string_view path) {
    return cluster.at(pod_key("shop", name), path);
  }
  std::string ready(const std::string& name) { return pod(name, "status.conditions.Ready.status"); }
  std::string node(const std::string& name, std::string_view path) { return cluster.at(node_key(name), path); }
  std::string renewed(const std::string& name) { return cluster.at(lease_key(name), "spec.renewTime"); }

  MemoryCluster cluster;
  std::unique_ptr<NodePlayer> player;
};

TEST_F(NodePlayerTest, ANodeIsWhatItsShapeSays) {
  NodeShape shape{.kubelet_version = "v1.19.7",
                  .os_image = "Windows Server 2019 Datacenter",
                  .operating_system = "windows",
                  .architecture = "arm64",
                  .boot_id = "boot-1",
                  .labels = {{"agentpool", "win"}},
                  .taints = {{"os", "windows", "NoSchedule"}},
                  .capacity = {{"cpu", "8"}, {"pods", "30"}}};
  start({.nodes = numbered_nodes(2, shape, "win")});
  const std::map<std::string, std::string> want = {
      {"metadata.labels.agentpool", "win"},
      {"metadata.labels.kubernetes.io/hostname", "win-0001"},
      {"metadata.labels.kubernetes.io/os", "windows"},
      {"metadata.labels.kubernetes.io/arch", "arm64"},
      {"spec.podCIDR", "10.128.1.0/24"},
      {"spec.taints.0.effect", "NoSchedule"},
      {"status.nodeInfo.kubeletVersion", "v1.19.7"},
      {"status.nodeInfo.osImage", "Windows Server 2019 Datacenter"},
      {"status.nodeInfo.operatingSystem", "windows"},
      {"status.nodeInfo.bootID", "boot-1"},
      {"status.allocatable.cpu", "8"},
      {"status.capacity.pods", "30"},
      {"status.conditions.Ready.status", "True"},
      {"status.conditions.DiskPressure.status", "False"},
      {"status.addresses.InternalIP.address", "10.0.0.2"},
  };
  for (const auto& [path, value] : want) EXPECT_EQ(node("win-0001", path), value) << path;
  EXPECT_EQ(cluster.at(lease_key("win-0001"), "metadata.ownerReferences.0.uid"), node("win-0001", "metadata.uid"));
  EXPECT_EQ(cluster.at(lease_key("win-0001"), "spec.leaseDurationSeconds"), "40");
}

TEST_F(NodePlayerTest, ANodeThatExistsIsTakenOver) {
  ASSERT_TRUE(
      cluster.create(node_key("node-0000"), R"({"metadata": {"name": "node-0000"}, "status": {}})", "", {}));
  start({.nodes = numbered_nodes(1)});
  EXPECT_EQ(node("node-0000", "status.nodeInfo.kubeletVersion"), "v1.20.2");
}

TEST_F(NodePlayerTest, LeasesAreRenewedOneAfterTheOther) {
  start({.nodes = numbered_nodes(100)});
  cluster.calls.clear();
  pass(seconds(30));
  std::map<std::string, int> count;
  std::map<kube::Time, int> at_once;
  for (const MemoryCluster::Call& call : cluster.calls) {
    if (call.verb != "patch" || !call.of.starts_with("leases/")) continue;
    ++count[call.of];
    ++at_once[call.when];
  }
  EXPECT_EQ(count.size(), 100U);
  for (const auto& [lease, times] : count) EXPECT_EQ(times, 3) << lease;
  for (const auto& [when, leases] : at_once) EXPECT_LE(leases, 2);
  EXPECT_EQ(player->tally().renewals, 300U);
}

TEST_F(NodePlayerTest, ALeaseThatIsGoneIsMadeAgain) {
  start({.nodes = numbered_nodes(1)});
  ASSERT_TRUE(cluster.remove(lease_key("node-0000"), {}));
  pass(seconds(10));
  EXPECT_NE(renewed("node-0000"), "gone");
}

TEST_F(NodePlayerTest, APodRunsAfterTheDelay) {
  start({.nodes = numbered_nodes(2), .start_delay = milliseconds(1500)});
  make_pod("a", "node-0001");
  make_pod("elsewhere", "another");
  pass(milliseconds(1400));
  EXPECT_EQ(pod("a", "status.phase"), "Pending");
  pass(milliseconds(200));
  const std::map<std::string, std::string> want = {
      {"status.phase", "Running"},
      {"status.conditions.Ready.status", "True"},
      {"status.conditions.ContainersReady.status", "True"},
      {"status.podIP", "10.128.1.2"},
      {"status.podIPs.0.ip", "10.128.1.2"},
      {"status.hostIP", "10.0.0.2"},
      {"status.containerStatuses.0.name", "web"},
      {"status.containerStatuses.0.ready", "true"},
      {"status.containerStatuses.0.restartCount", "0"},
      {"status.containerStatuses.0.state.running.startedAt", "2026-01-01T00:00:01Z"},
  };
  for (const auto& [path, value] : want) EXPECT_EQ(pod("a", path), value) << path;
  EXPECT_EQ(pod("elsewhere", "status.phase"), "Pending");
  EXPECT_EQ(player->tally().ready, 1U);
}

TEST_F(NodePlayerTest, PodsHaveAddressesOfTheirOwn) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  std::set<std::string> addresses;
  for (int i = 0; i < 253; ++i) make_pod(fmt::format("p{}", i), "node-0000");
  make_pod("host", "node-0000", "{}", R"(, "hostNetwork": true)");
  make_pod("late", "node-0000");
  pass(seconds(5));
  for (int i = 0; i < 253; ++i) addresses.insert(pod(fmt::format("p{}", i), "status.podIP"));
  EXPECT_EQ(addresses.size(), 253U);
  EXPECT_EQ(pod("host", "status.podIP"), "10.0.0.1");
  EXPECT_EQ(pod("late", "status.phase"), "Pending") << "the range is used up";
  ASSERT_TRUE(cluster.remove(pod_key("shop", "p7"), {.grace_period_seconds = 0, .propagation = {}, .uid = {}}));
  pass(seconds(2));
  EXPECT_EQ(pod("late", "status.phase"), "Running");
}

TEST_F(NodePlayerTest, ADeletedPodEndsAfterItsGracePeriod) {
  struct Case {
    const char* name;
    std::optional<milliseconds> stop_delay;
    std::vector<std::int64_t> deletions;
    milliseconds there, gone;
  };
  const std::vector<Case> cases = {
      {"its grace period", {}, {30}, seconds(29), seconds(31)},
      {"containers that stop sooner", milliseconds(2000), {30}, milliseconds(1900), milliseconds(2100)},
      {"a grace period shorter than that", milliseconds(9000), {5}, milliseconds(4900), milliseconds(5100)},
      {"deleted again, shorter", {}, {30, 3}, milliseconds(2900), milliseconds(3100)},
      {"deleted again, longer", {}, {3, 30}, milliseconds(2900), milliseconds(3100)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    cluster = {};
    start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0), .stop_delay = c.stop_delay});
    make_pod("a", "node-0000");
    pass(seconds(1));
    for (const std::int64_t grace : c.deletions) {
      ASSERT_TRUE(
          cluster.remove(pod_key("shop", "a"), {.grace_period_seconds = grace, .propagation = {}, .uid = {}}));
      pass(milliseconds(1));
    }
    pass(c.there);
    EXPECT_EQ(pod("a", "status.phase"), "Running");
    pass(c.gone - c.there);
    EXPECT_EQ(pod("a", "status.phase"), "gone");
    EXPECT_EQ(player->tally().ended, 1U);
    player.reset();
  }
}

TEST_F(NodePlayerTest, APodThatIsDeletedBeforeItStartsNeverRuns) {
  start({.nodes = numbered_nodes(1), .start_delay = seconds(5)});
  make_pod("a", "node-0000");
  pass(seconds(1));
  ASSERT_TRUE(cluster.remove(pod_key("shop", "a"), {}));
  pass(seconds(10));
  EXPECT_EQ(pod("a", "status.phase"), "Pending");
  pass(seconds(30));
  EXPECT_EQ(pod("a", "status.phase"), "gone");
}

TEST_F(NodePlayerTest, AnnotationsSayHowAPodFares) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  make_pod("slow", "node-0000", R"({"node-player/ready-after": "5"})");
  make_pod("never", "node-0000", R"({"node-player/ready-after": "never"})");
  make_pod("done", "node-0000", R"({"node-player/exits-after": "2"})");
  make_pod("failed", "node-0000", R"({"node-player/exits-after": "0.5", "node-player/exit-code": "3"})");
  pass(seconds(1));
  EXPECT_EQ(pod("slow", "status.phase") + ready("slow"), "RunningFalse");
  EXPECT_EQ(pod("done", "status.phase") + ready("done"), "RunningTrue");
  EXPECT_EQ(pod("failed", "status.phase") + ready("failed"), "FailedFalse");
  EXPECT_EQ(pod("failed", "status.containerStatuses.0.state.terminated.exitCode"), "3");
  pass(seconds(60));
  EXPECT_EQ(ready("slow"), "True");
  EXPECT_EQ(pod("never", "status.phase") + ready("never"), "RunningFalse");
  EXPECT_EQ(pod("done", "status.phase"), "Succeeded");
}

TEST_F(NodePlayerTest, AReadinessGateKeepsAPodFromBeingReady) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  make_pod("a", "node-0000", "{}", R"(, "readinessGates": [{"conditionType": "example.com/lb"}])");
  pass(seconds(1));
  EXPECT_EQ(ready("a"), "False");
  EXPECT_EQ(pod("a", "status.conditions.ContainersReady.status"), "True");
  for (const char* status : {"True", "False"}) {
    const std::string gate =
        fmt::format(R"({{"status": {{"conditions": [{{"type": "example.com/lb", "status": "{}"}}]}}}})", status);
    ASSERT_TRUE(cluster.patch(pod_key("shop", "a"), kube::PatchType::strategic_merge, gate, "status", {}));
    pass(seconds(1));
    EXPECT_EQ(ready("a"), status);
  }
}

TEST_F(NodePlayerTest, AKilledNodeIsSilentUntilItBoots) {
  start({.nodes = numbered_nodes(2), .start_delay = seconds(1)});
  make_pod("stays", "node-0000");
  make_pod("leaves", "node-0000");
  pass(seconds(2));
  player->kill("node-0000");
  pass(milliseconds(1));
  const std::string last = renewed("node-0000"), other = renewed("node-0001"),
                    boot = node("node-0000", "status.nodeInfo.bootID");
  ASSERT_TRUE(cluster.remove(pod_key("shop", "leaves"), {}));
  make_pod("waits", "node-0000");
  pass(seconds(60));
  EXPECT_EQ(renewed("node-0000"), last);
  EXPECT_NE(renewed("node-0001"), other);
  EXPECT_EQ(pod("leaves", "status.phase"), "Running");
  EXPECT_EQ(pod("waits", "status.phase"), "Pending");

  player->boot("node-0000", [](NodeShape& shape) { shape.kernel = "5.15.0-1075-azure"; });
  pass(seconds(2));
  EXPECT_NE(renewed("node-0000"), last);
  EXPECT_NE(node("node-0000", "status.nodeInfo.bootID"), boot);
  EXPECT_EQ(node("node-0000", "status.nodeInfo.kernelVersion"), "5.15.0-1075-azure");
  EXPECT_EQ(pod("leaves", "status.phase"), "gone");
  EXPECT_EQ(pod("waits", "status.phase"), "Running");
  EXPECT_EQ(pod("stays", "status.containerStatuses.0.restartCount"), "1");
  EXPECT_EQ(pod("waits", "status.containerStatuses.0.restartCount"), "0");
}

TEST_F(NodePlayerTest, NodesChangeComeAndGo) {
  start({.nodes = numbered_nodes(1)});
  player->change("node-0000", [](NodeShape& shape) { shape.kubelet_version = "v1.21.0"; });
  player->change("no-such-node", [](NodeShape&) { FAIL(); });
  player->add({.name = "late"});
  pass(seconds(15));
  EXPECT_EQ(node("node-0000", "status.nodeInfo.kubeletVersion"), "v1.21.0");
  EXPECT_EQ(node("late", "status.conditions.Ready.status"), "True");
  const std::string last = renewed("late");
  player->remove("late");
  pass(seconds(15));
  EXPECT_EQ(node("late", "status"), "gone");
  EXPECT_EQ(renewed("late"), last);
  EXPECT_EQ(player->tally().nodes, 1U);
}

TEST_F(NodePlayerTest, ANodeThatSomebodyDeletesIsPlayedNoMore) {
  start({.nodes = numbered_nodes(2)});
  ASSERT_TRUE(cluster.remove(node_key("node-0001"), {}));
  const std::string last = renewed("node-0001");
  pass(seconds(30));
  EXPECT_EQ(player->tally().nodes, 1U);
  EXPECT_EQ(renewed("node-0001"), last);
}

TEST_F(NodePlayerTest, ANodeOrPodThatWasGivenUpObjects) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  make_pod("a", "node-0000");
  pass(seconds(1));
  const std::string_view lost = R"({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}})";
  const std::string_view unready = R"({"status": {"conditions": [{"type": "Ready", "status": "False"}]}})";
  ASSERT_TRUE(cluster.patch(node_key("node-0000"), kube::PatchType::strategic_merge, lost, "status", {}));
  ASSERT_TRUE(cluster.patch(pod_key("shop", "a"), kube::PatchType::strategic_merge, unready, "status", {}));
  pass(seconds(1));
  EXPECT_EQ(node("node-0000", "status.conditions.Ready.status"), "True");
  EXPECT_EQ(ready("a"), "True");
  const std::size_t calls = cluster.calls.size();
  pass(seconds(5));
  EXPECT_LE(cluster.calls.size(), calls + 1) << "said once, but for a renewal";
}

TEST_F(NodePlayerTest, WhatFailsIsTriedAgain) {
  start({.nodes = numbered_nodes(1), .start_delay = seconds(1)});
  make_pod("a", "node-0000", R"({"node-player/exits-after": "30"})");
  make_pod("leaves", "node-0000");
  pass(seconds(2));
  ASSERT_TRUE(
      cluster.remove(pod_key("shop", "leaves"), {.grace_period_seconds = 1, .propagation = {}, .uid = {}}));
  make_pod("b", "node-0000");
  pass(milliseconds(1));
  cluster.is_down = true;
  player->add({.name = "late"});
  pass(seconds(20));
  EXPECT_EQ(pod("b", "status.phase"), "Pending");
  EXPECT_GT(player->tally().failed_calls, 10U);
  EXPECT_EQ(player->tally().last_failure.substr(0, 10), "node late:");
  const std::string last = renewed("node-0000");
  cluster.is_down = false;
  pass(seconds(2));
  EXPECT_EQ(ready("b"), "True");
  EXPECT_EQ(pod("leaves", "status.phase"), "gone");
  EXPECT_NE(renewed("node-0000"), last);
  EXPECT_EQ(node("late", "status.conditions.Ready.status"), "True");
  EXPECT_EQ(pod("a", "status.phase"), "Running");
  pass(seconds(15));
  EXPECT_EQ(pod("a", "status.phase"), "Succeeded");
}

TEST_F(NodePlayerTest, AWatchThatEndsBeginsAnew) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  make_pod("old", "node-0000");
  pass(seconds(1));
  for (const int code : {410, 0, 500}) {
    cluster.end_watches(code);
    // What happens meanwhile is told by the list.
    const std::string fresh = fmt::format("new-{}", code);
    make_pod(fresh, "node-0000");
    static_cast<void>(
        cluster.remove(pod_key("shop", "old"), {.grace_period_seconds = 0, .propagation = {}, .uid = {}}));
    pass(seconds(2));
    EXPECT_EQ(pod(fresh, "status.phase"), "Running") << code;
    make_pod(fresh + "-later", "node-0000");
    pass(seconds(1));
    EXPECT_EQ(pod(fresh + "-later", "status.phase"), "Running") << code;
  }
  EXPECT_EQ(player->tally().pods, 6U);
}

TEST_F(NodePlayerTest, APodThatTookTheNameOfAnotherIsNotMistakenForIt) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(1500)});
  make_pod("a", "node-0000", R"({"node-player/exits-after": "1"})");
  pass(seconds(1));
  // Without the watches the player does not hear of it before it speaks of the old one.
  cluster.end_watches(500);
  ASSERT_TRUE(cluster.remove(pod_key("shop", "a"), {.grace_period_seconds = 0, .propagation = {}, .uid = {}}));
  make_pod("a", "another");
  cluster.calls.clear();
  pass(milliseconds(700));
  EXPECT_TRUE(std::ranges::any_of(cluster.calls, [](const auto& call) { return call.of == "pods/shop/a"; }));
  pass(seconds(9));
  EXPECT_EQ(pod("a", "status.phase"), "Pending");
}

TEST_F(NodePlayerTest, APlayerThatIsStartedAnewGoesOn) {
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  make_pod("a", "node-0000");
  pass(seconds(1));
  player.reset();
  start({.nodes = numbered_nodes(1), .start_delay = milliseconds(0)});
  EXPECT_EQ(player->tally().ready, 1U);
  make_pod("b", "node-0000");
  pass(seconds(1));
  EXPECT_EQ(pod("b", "status.phase"), "Running");
  EXPECT_NE(pod("b", "status.podIP"), pod("a", "status.podIP"));
}

}  // namespace
}  // namespace bulwark::e2e

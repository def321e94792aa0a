// Played nodes on a real control plane: its controllers and scheduler must take them for nodes with kubelets.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "e2e/suite.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_player.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class PlayedNodes : public Suite<PlayedNodes> {
 public:
  static ControlPlaneOptions options() {
    ControlPlaneOptions options;
    options.api_server_arguments = {"--default-not-ready-toleration-seconds=2",
                                    "--default-unreachable-toleration-seconds=2"};
    options.controller_manager_arguments = {"--node-monitor-period=1s", "--node-monitor-grace-period=8s"};
    return options;
  }

 protected:
  void play(NodePlayerOptions options) {
    options.renew_interval = seconds(2);
    auto cluster = connect(plane().kubeconfig());
    ASSERT_TRUE(cluster) << cluster.error().text();
    auto started = NodePlayerThread::start(*std::move(cluster), std::move(options));
    ASSERT_TRUE(started) << started.error().text();
    nodes = *std::move(started);
  }
  void TearDown() override {
    if (plane_is_up()) {
      kubectl({"delete", "deployments,pods", "--all", "--wait=false"});
      EXPECT_TRUE(eventually([] { return words({"pods"}, "{.items[*].metadata.name}").empty(); }));
      kubectl({"delete", "nodes", "--all", "--wait=false"});
    }
    nodes.reset();
    Suite::TearDown();
  }

  static std::vector<std::string> words(std::vector<std::string> what, const std::string& jsonpath) {
    what.insert(what.begin(), "get");
    what.push_back("-o=jsonpath=" + jsonpath);
    std::istringstream in(kubectl(what).out);
    return {std::istream_iterator<std::string>(in), {}};
  }
  static std::size_t ready_nodes() {
    const auto status = words({"nodes"}, R"({.items[*].status.conditions[?(@.type=="Ready")].status})");
    return static_cast<std::size_t>(std::ranges::count(status, "True"));
  }
  static bool deploy(const std::string& name, int replicas, int grace) {
    const std::filesystem::path file = plane().folder() / (name + ".yaml");
    EXPECT_TRUE(write_file(file, fmt::format(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {0}, namespace: default}}
spec:
  replicas: {1}
  selector: {{matchLabels: {{app: {0}}}}}
  template:
    metadata: {{labels: {{app: {0}}}}}
    spec:
      terminationGracePeriodSeconds: {2}
      containers: [{{name: web, image: "registry.example/web:1.2.3"}}]
)",
                                             name, replicas, grace)));
    return kubectl({"apply", "-f", file.string()}).status == 0;
  }
  static bool rolls_out(const std::string& name, seconds patience = seconds(60)) {
    return kubectl({"rollout", "status", "deployment/" + name, fmt::format("--timeout={}s", patience.count())})
               .status == 0;
  }

  std::unique_ptr<NodePlayerThread> nodes;
};

TEST_F(PlayedNodes, ADeploymentRollsOutAndDrainMovesIt) {
  play({.nodes = numbered_nodes(3), .start_delay = milliseconds(200)});
  ASSERT_TRUE(deploy("web", 6, 2));
  EXPECT_TRUE(rolls_out("web")) << kubectl({"get", "pods", "-o", "wide"}).out;
  const auto addresses = words({"pods"}, "{.items[*].status.podIP}");
  EXPECT_EQ(std::set(addresses.begin(), addresses.end()).size(), 6U);

  const adapters::Output drained = kubectl({"drain", "node-0001", "--timeout=60s"});
  EXPECT_EQ(drained.status, 0) << drained.err;
  EXPECT_TRUE(rolls_out("web"));
  EXPECT_THAT(words({"pods"}, "{.items[*].spec.nodeName}"), testing::Not(testing::Contains("node-0001")));
}

TEST_F(PlayedNodes, AKilledNodeIsGivenUpAndItsPodsAreReplaced) {
  play({.nodes = numbered_nodes(2), .start_delay = milliseconds(200)});
  ASSERT_TRUE(deploy("web", 4, 1));
  ASSERT_TRUE(rolls_out("web"));
  nodes->player().kill("node-0000");
  EXPECT_TRUE(eventually([] { return ready_nodes() == 1; }));
  EXPECT_TRUE(eventually(
      [] {
        const auto ready = words({"deployment", "web"}, "{.status.readyReplicas}");
        const auto where =
            words({"pods"}, R"({range .items[?(@.status.phase=="Running")]}{.spec.nodeName} {end})");
        return ready == std::vector<std::string>{"4"} && std::ranges::count(where, "node-0001") == 4;
      },
      seconds(60)))
      << kubectl({"get", "pods,nodes", "-o", "wide"}).out;

  const auto boot_id = [] { return words({"node", "node-0000"}, "{.status.nodeInfo.bootID}"); };
  const auto before = boot_id();
  nodes->player().boot("node-0000");
  EXPECT_TRUE(eventually([] { return ready_nodes() == 2; }));
  EXPECT_NE(boot_id(), before);
  // Those that were deleted meanwhile go now.
  EXPECT_TRUE(eventually([] { return words({"pods"}, "{.items[*].metadata.name}").size() == 4; }));
}

TEST_F(PlayedNodes, TheyOutliveARestartOfTheApiServer) {
  play({.nodes = numbered_nodes(5), .start_delay = milliseconds(200)});
  const auto back = plane().restart_api_server();
  ASSERT_TRUE(back) << back.error().text();
  ASSERT_TRUE(deploy("after", 5, 1));
  EXPECT_TRUE(rolls_out("after"));
  // Longer than the node controller's patience: the leases are being renewed.
  std::this_thread::sleep_for(seconds(10));
  EXPECT_EQ(ready_nodes(), 5U);
}

TEST_F(PlayedNodes, AHundredNodesOfAnyKindStayReady) {
  const NodeShape windows{.kubelet_version = "v1.19.7",
                          .os_image = "Windows Server 2019 Datacenter",
                          .operating_system = "windows",
                          .taints = {{"os", "windows", "NoSchedule"}}};
  play({.nodes = numbered_nodes(100, windows, "win")});
  EXPECT_TRUE(eventually([] { return ready_nodes() == 100; }));
  std::this_thread::sleep_for(seconds(10));
  EXPECT_EQ(ready_nodes(), 100U);
  const adapters::Output table = kubectl({"get", "node", "win-0042", "-o", "wide"});
  EXPECT_THAT(table.out, HasSubstr("v1.19.7"));
  EXPECT_THAT(table.out, HasSubstr("Windows Server 2019 Datacenter"));
}

}  // namespace
}  // namespace bulwark::e2e

// The test cluster itself: what the installed kubectl says about it, and that its parts do their work.
#include "e2e/support/control_plane.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>
#include <set>
#include <sstream>

#include "e2e/suite.h"

namespace bulwark::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ControlPlane : public Suite<ControlPlane> {
 protected:
  // Writes a manifest into the cluster's folder, and returns its path.
  static std::string manifest(const std::string& name, std::string_view text) {
    const std::filesystem::path path = plane().folder() / name;
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }

  // What kubectl prints for a jsonpath of these objects.
  static std::string field(std::vector<std::string> what, const std::string& jsonpath) {
    what.insert(what.begin(), "get");
    what.push_back("-o=jsonpath=" + jsonpath);
    return kubectl(what).out;
  }
};

constexpr std::string_view ready_node = R"({
  "apiVersion": "v1", "kind": "Node", "metadata": {"name": "made-by-hand", "labels": {"disk": "fast"}},
  "status": {
    "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
    "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
    "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
  }
})";

constexpr std::string_view deployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {disk: fast}
      containers: [{name: web, image: "registry.example/web:1.2.3"}]
)";

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

TEST_F(ControlPlane, KubectlReadsTheVersion) {
  const adapters::Output version = kubectl({"version", "-o", "json"});
  EXPECT_EQ(version.status, 0) << version.err;
  const std::string git_version = fmt::format("\"gitVersion\": \"v1.{}", plane().programs().minor);
  EXPECT_THAT(version.out.substr(version.out.find("serverVersion")), HasSubstr(git_version)) << version.out;
}

TEST_F(ControlPlane, KubectlListsWhatEachClusterHas) {
  EXPECT_THAT(words(field({"namespaces"}, "{.items[*].metadata.name}")),
              testing::IsSupersetOf({"default", "kube-node-lease", "kube-public", "kube-system"}));
  EXPECT_EQ(field({"service", "kubernetes"}, "{.spec.clusterIP}"), "10.96.0.1");
  EXPECT_THAT(kubectl({"get", "nodes", "no-such-node"}).err, HasSubstr("NotFound"));
}

TEST_F(ControlPlane, RbacDecidesWhatAUserMayDo) {
  const auto alice = plane().kubeconfig("alice", {"readers"});
  ASSERT_TRUE(alice) << alice.error().text();
  EXPECT_EQ(kubectl({"auth", "can-i", "delete", "nodes"}).out, "yes\n");
  EXPECT_EQ(kubectl_as(*alice, {"auth", "can-i", "list", "pods"}).out, "no\n");
  EXPECT_THAT(kubectl_as(*alice, {"get", "pods"}).err, HasSubstr("User \"alice\" cannot list resource \"pods\""));

  EXPECT_EQ(kubectl({"create", "clusterrolebinding", "readers", "--clusterrole=view", "--group=readers"}).status,
            0);
  EXPECT_TRUE(eventually([&] { return kubectl_as(*alice, {"auth", "can-i", "list", "pods"}).out == "yes\n"; }));
  EXPECT_EQ(kubectl_as(*alice, {"auth", "can-i", "list", "secrets"}).out, "no\n");
}

TEST_F(ControlPlane, AnExpiredCertificateIsRefused) {
  const auto expired = plane().kubeconfig("late", {"system:masters"}, std::chrono::minutes(-1));
  ASSERT_TRUE(expired) << expired.error().text();
  const adapters::Output answer = kubectl_as(*expired, {"get", "namespaces"});
  EXPECT_NE(answer.status, 0);
  EXPECT_THAT(answer.err, testing::AnyOf(HasSubstr("expired"), HasSubstr("Unauthorized"), HasSubstr("logged in")));
}

TEST_F(ControlPlane, ControllersAndSchedulerTurnADeploymentIntoPodsOnANode) {
  ASSERT_EQ(kubectl({"create", "-f", manifest("node.json", ready_node)}).status, 0);
  const adapters::Output applied = kubectl({"apply", "-f", manifest("web.yaml", deployment)});
  ASSERT_EQ(applied.status, 0) << applied.err;
  EXPECT_EQ(applied.out, "deployment.apps/web created\n");
  EXPECT_EQ(kubectl({"apply", "-f", manifest("web.yaml", deployment)}).out, "deployment.apps/web unchanged\n");

  const auto nodes = [] { return words(field({"pods", "-l", "app=web"}, "{.items[*].spec.nodeName}")); };
  EXPECT_TRUE(eventually([&] { return nodes().size() == 3; })) << kubectl({"get", "pods,replicasets", "-A"}).out;
  EXPECT_THAT(nodes(), testing::Each("made-by-hand"));
  EXPECT_EQ(field({"replicasets", "-l", "app=web"}, "{.items[*].metadata.ownerReferences[*].name}"), "web");
}

TEST_F(ControlPlane, TheAuditLogTellsWhoAskedForWhat) {
  const auto bob = plane().kubeconfig("bob", {"auditors"});
  ASSERT_TRUE(bob) << bob.error().text();
  EXPECT_NE(kubectl_as(*bob, {"get", "secrets", "-n", "kube-system"}).status, 0);
  const auto line_of_bob = [&]() -> std::string {
    std::ifstream log(plane().audit_log());
    for (std::string line; std::getline(log, line);) {
      if (line.contains("\"username\":\"bob\"") && line.contains("/namespaces/kube-system/secrets")) return line;
    }
    return {};
  };
  ASSERT_TRUE(eventually([&] { return !line_of_bob().empty(); }));
  EXPECT_THAT(line_of_bob(), HasSubstr("\"verb\":\"list\""));
  EXPECT_THAT(line_of_bob(), HasSubstr("\"authorization.k8s.io/decision\":\"forbid\""));
}

TEST_F(ControlPlane, AnApiServerThatComesBackHasItsDataAndItsPort) {
  ASSERT_EQ(kubectl({"create", "configmap", "kept", "--from-literal=a=b"}).status, 0);
  const std::string server = plane().server();
  plane().stop_api_server();
  EXPECT_NE(kubectl({"get", "configmap", "kept"}).status, 0);
  const auto back = plane().start_api_server();
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(plane().server(), server);
  EXPECT_EQ(field({"configmap", "kept"}, "{.data.a}"), "b");
  // The controllers must have found their way back, too.
  ASSERT_EQ(kubectl({"create", "namespace", "after"}).status, 0);
  EXPECT_TRUE(eventually([] { return kubectl({"-n", "after", "get", "serviceaccount", "default"}).status == 0; }));
}

// "/proc/N/cmdline" of each process whose arguments name the folder.
std::set<std::string> processes_of(const std::filesystem::path& folder) {
  std::set<std::string> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    std::ifstream file(entry.path() / "cmdline");
    const std::string arguments{std::istreambuf_iterator<char>(file), {}};
    if (arguments.contains(folder.string())) found.insert(entry.path().filename().string() + " " + arguments);
  }
  return found;
}

TEST_F(ControlPlane, NothingSurvivesAProgramThatIsKilled) {
  const std::filesystem::path log = plane().folder() / "second.log";
  auto second =
      Child::start({.arguments = {BULWARK_CONTROL_PLANE_PROGRAM, "run", "--no-controllers", "--no-scheduler"},
                    .environment = {"HOME=/nonexistent", "PATH=/usr/bin:/bin",
                                    "KUBEBUILDER_ASSETS=" + plane().programs().folder.string()},
                    .log = log});
  ASSERT_TRUE(second) << second.error().text();
  const auto folder = [&]() -> std::filesystem::path {
    std::ifstream file(log);
    for (std::string line; std::getline(file, line);) {
      if (const std::size_t at = line.find("KUBECONFIG="); at != std::string::npos) {
        return std::filesystem::path(line.substr(at + 11)).parent_path();
      }
    }
    return {};
  };
  ASSERT_TRUE(eventually([&] { return !folder().empty() || !second->is_running(); }, std::chrono::seconds(90)));
  const std::filesystem::path left = folder();
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(processes_of(left).size(), 2U);  // etcd and kube-apiserver
  ::kill(second->pid(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return processes_of(left).empty(); }))
      << testing::PrintToString(processes_of(left));
  // The folder goes when the next cluster starts. A process that ends loses its command line before its files: for
  // a moment the lock on the folder may still be held by a process that is no longer seen.
  EXPECT_TRUE(eventually([&] { return ScratchFolder::create() && !std::filesystem::exists(left); }));
  EXPECT_TRUE(std::filesystem::exists(plane().folder())) << "a folder that is in use stays";
}

}  // namespace
}  // namespace bulwark::e2e

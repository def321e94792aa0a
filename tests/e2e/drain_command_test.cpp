// `bulwark drain` on a real control plane with played nodes, beside `kubectl drain`.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <sstream>

#include "adapters/os/file_text.h"
#include "e2e/suite.h"
#include "e2e/support/child.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_player.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DrainCommand : public Suite<DrainCommand> {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!plane_is_up() || IsSkipped()) return;
    NodePlayerOptions options{.nodes = numbered_nodes(3), .start_delay = milliseconds(200)};
    options.stop_delay = milliseconds(500);
    options.renew_interval = seconds(2);
    auto cluster = connect(plane().kubeconfig());
    ASSERT_TRUE(cluster) << cluster.error().text();
    auto started = NodePlayerThread::start(*std::move(cluster), std::move(options));
    ASSERT_TRUE(started) << started.error().text();
    nodes = *std::move(started);
    ASSERT_TRUE(eventually([] { return words("nodes", "{.items[*].status.conditions[-1].status}").size() == 3; }));
  }
  void TearDown() override {
    if (plane_is_up()) {
      kubectl({"delete", "deployments,daemonsets,pdb,pods", "--all", "--wait=false"});
      EXPECT_TRUE(eventually([] { return words("pods", "{.items[*].metadata.name}").empty(); }));
      kubectl({"delete", "nodes", "--all", "--wait=false"});
    }
    nodes.reset();
    Suite::TearDown();
  }

  static std::vector<std::string> words(const std::string& what, const std::string& jsonpath) {
    std::istringstream in(kubectl({"get", what, "-o=jsonpath=" + jsonpath}).out);
    return {std::istream_iterator<std::string>(in), {}};
  }
  static std::string node_of(const std::string& app) {
    const auto names =
        words("pods", fmt::format("{{.items[?(@.metadata.labels.app==\"{}\")].spec.nodeName}}", app));
    return names.empty() ? "" : names.front();
  }
  static bool is_cordoned(const std::string& node) {
    return words("node/" + node, "{.spec.unschedulable}") == std::vector<std::string>{"true"};
  }
  static adapters::Output bulwark(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BULWARK_PROGRAM);
    arguments.push_back("--kubeconfig=" + plane().kubeconfig().string());
    auto output = adapters::run_program(arguments);
    if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
    return *std::move(output);
  }
  static void apply(const std::string& name, const std::string& text) {
    const std::filesystem::path file = plane().folder() / (name + ".yaml");
    ASSERT_TRUE(write_file(file, text));
    const auto applied = kubectl({"apply", "-f", file.string()});
    ASSERT_EQ(applied.status, 0) << applied.err;
  }
  static void deploy(const std::string& name, int replicas, const std::string& pod_spec = "") {
    apply(name, fmt::format(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {0}, namespace: default}}
spec:
  replicas: {1}
  selector: {{matchLabels: {{app: {0}}}}}
  template:
    metadata: {{labels: {{app: {0}}}}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{{name: web, image: "registry.example/web:1.2.3"}}]
{2})",
                            name, replicas, pod_spec));
    EXPECT_EQ(kubectl({"rollout", "status", "deployment/" + name, "--timeout=60s"}).status, 0);
  }
  static void budget(const std::string& name, const std::string& rule) {
    apply("pdb-" + name, fmt::format(R"(
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {{name: {0}, namespace: default}}
spec:
  {1}
  selector: {{matchLabels: {{app: {0}}}}}
)",
                                     name, rule));
    EXPECT_TRUE(eventually([&] {
      return words("pdb/" + name, "{.status.observedGeneration} {.status.currentHealthy}").size() == 2;
    }));
  }

  std::unique_ptr<NodePlayerThread> nodes;
};

TEST_F(DrainCommand, MovesThePodsAndSaysSo) {
  deploy("web", 3);
  const std::string node = node_of("web");
  const auto told = bulwark({"drain", node, "--dry-run"});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("pod"));
  EXPECT_FALSE(is_cordoned(node));
  const auto drained = bulwark({"drain", node, "--timeout=60s"});
  EXPECT_EQ(drained.status, 0) << drained.err;
  EXPECT_THAT(drained.out, AllOf(HasSubstr("node/" + node + " cordoned\n"), HasSubstr("evicting pod default/web-"),
                                 HasSubstr(" evicted\n"), HasSubstr("node/" + node + " drained\n")));
  EXPECT_TRUE(is_cordoned(node));
  EXPECT_THAT(words("pods", "{.items[*].spec.nodeName}"), Not(testing::Contains(node)));
}

// What kubectl refuses is refused in its words, but the node is not cordoned for it.
TEST_F(DrainCommand, RefusesWhatKubectlRefuses) {
  deploy("cache", 1, "      volumes: [{name: data, emptyDir: {}}]\n");
  const std::string node = node_of("cache");
  kubectl({"run", "naked", "--image=registry.example/x:1",
           "--overrides=" + fmt::format(R"({{"spec":{{"nodeName":"{}"}}}})", node)});
  const auto ours = bulwark({"drain", node});
  EXPECT_EQ(ours.status, 1);
  EXPECT_FALSE(is_cordoned(node));
  const auto theirs = kubectl({"drain", node});
  EXPECT_NE(theirs.status, 0);
  std::istringstream lines(ours.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "node/" + node + ": kubectl refuses to drain it:");
  int errors = 0;
  for (; std::getline(lines, line); ++errors) {
    EXPECT_THAT(theirs.err, HasSubstr(line.substr(line.find_first_not_of(' '))));
  }
  EXPECT_EQ(errors, 2) << ours.out;
  kubectl({"uncordon", node});
  // --force=false is no --force.
  EXPECT_EQ(bulwark({"drain", node, "--force=false", "--delete-emptydir-data"}).status, 1);
  const auto forced = bulwark({"drain", node, "--force=true", "--delete-emptydir-data", "--timeout=60s"});
  EXPECT_EQ(forced.status, 0) << forced.out << forced.err;
}

TEST_F(DrainCommand, TellsABudgetThatNeverAllows) {
  deploy("cart", 1);
  budget("cart", "minAvailable: 80%");
  const std::string node = node_of("cart");
  const auto told = bulwark({"drain", node, "--dry-run"});
  EXPECT_EQ(told.status, 1) << told.err;
  EXPECT_THAT(told.out,
              AllOf(HasSubstr("the drain will not end by itself: 1 of 1 pod cannot be evicted"),
                    HasSubstr("budget default/cart allows 0, even when all are healthy: 1 of 1 pods must "
                              "stay healthy; healthy now: 1")));
  const auto drained = bulwark({"drain", node, "--timeout=7s"});
  EXPECT_EQ(drained.status, 1);
  EXPECT_THAT(drained.err, AllOf(HasSubstr("(will retry after 5s): Cannot evict pod as it would violate the pod's "
                                           "disruption budget."),
                                 HasSubstr("global timeout reached: 7s"), HasSubstr("kubectl uncordon " + node)));
  EXPECT_NE(node_of("cart"), "") << "it is still there";
  kubectl({"uncordon", node});
  const std::string words = "due to error: error when evicting pods/";
  const auto error_of = [&](const std::string& err) {
    const std::size_t at = err.find(words);
    return at == std::string::npos ? err : err.substr(at, err.find(": 7s", at) - at);
  };
  EXPECT_EQ(error_of(drained.err), error_of(kubectl({"drain", node, "--timeout=7s"}).err));
}

TEST_F(DrainCommand, TellsABudgetThatAllowsSomeAtATime) {
  nodes->player().remove("node-0001");
  nodes->player().remove("node-0002");
  ASSERT_TRUE(eventually([] { return words("nodes", "{.items[*].metadata.name}").size() == 1; }));
  deploy("web", 3);
  budget("web", "maxUnavailable: 1");
  ASSERT_TRUE(eventually([] { return words("pdb/web", "{.status.disruptionsAllowed}").front() == "1"; }));
  const auto told = bulwark({"drain", "node-0000", "--dry-run"});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out, AllOf(HasSubstr("1 of 3 pods go at once, the others when those are back"),
                              HasSubstr("a server-side dry run says yes to each of the 3")));
  // And so it does.
  const auto asked = bulwark({"drain", "node-0000", "--dry-run=server"});
  EXPECT_EQ(asked.status, 0) << asked.err;
  std::size_t evictions = 0;
  for (std::size_t at = 0; (at = asked.out.find("(server dry run)", at)) != std::string::npos; ++at) ++evictions;
  EXPECT_EQ(evictions, 5U) << asked.out << "of the node, three pods and the node again";
  EXPECT_FALSE(is_cordoned("node-0000"));
}

TEST_F(DrainCommand, AnInterruptionTellsWhatIsLeft) {
  deploy("cart", 1);
  budget("cart", "maxUnavailable: 0");
  const std::string node = node_of("cart");
  const std::filesystem::path log = plane().folder() / "drain.log";
  auto started =
      Child::start({.arguments = {BULWARK_PROGRAM, "drain", node, "--kubeconfig", plane().kubeconfig().string()},
                    .environment = {},
                    .log = log});
  ASSERT_TRUE(started) << started.error().text();
  const auto text = [&] {
    auto file = adapters::FileText::read(log.string());
    return file ? std::string(file->text()) : std::string();
  };
  ASSERT_TRUE(eventually([&] { return text().find("will retry after 5s") != std::string::npos; })) << text();
  ::kill(started->pid(), SIGINT);
  ASSERT_TRUE(eventually([&] { return !started->is_running(); })) << text();
  EXPECT_EQ(started->status(), 130);
  EXPECT_THAT(text(), AllOf(HasSubstr("interrupted; node " + node + " is cordoned: 0 of 1 pod have gone"),
                            HasSubstr("`kubectl uncordon " + node + "` lets it take pods again")));
}

TEST_F(DrainCommand, SeveralNodesByTheirLabels) {
  deploy("web", 3);
  kubectl({"label", "node", "node-0000", "node-0001", "pool=blue"});
  const auto drained = bulwark({"drain", "-l", "pool=blue", "--timeout=60s"});
  EXPECT_EQ(drained.status, 0) << drained.err;
  EXPECT_THAT(drained.out, AllOf(HasSubstr("node/node-0000 drained\n"), HasSubstr("node/node-0001 drained\n")));
  EXPECT_TRUE(is_cordoned("node-0000") && is_cordoned("node-0001") && !is_cordoned("node-0002"));
  EXPECT_EQ(bulwark({"drain", "-l", "pool=none"}).status, 2);
  const auto missing = bulwark({"drain", "node-0009"});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("nodes \"node-0009\" not found"));
}

}  // namespace
}  // namespace bulwark::e2e

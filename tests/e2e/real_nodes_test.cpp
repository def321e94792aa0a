// Real nodes, and what a real kubelet and a real runtime make of the guide's own pods.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/utsname.h>

#include <csignal>
#include <set>

#include "e2e/real_nodes_suite.h"

namespace bulwark::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RealNodes : public RealNodesSuite {};

TEST_F(RealNodes, AreReadyAndSayWhatTheyAre) {
  utsname kernel{};
  ASSERT_EQ(::uname(&kernel), 0);
  std::set<std::string> boots;
  ASSERT_EQ(nodes().names().size(), 2U);
  for (const std::string& name : nodes().names()) {
    const auto info = [&](const std::string& what) {
      return field({"node", name}, "{.status.nodeInfo." + what + "}");
    };
    EXPECT_EQ(field({"node", name}, "{.status.conditions[?(@.type=='Ready')].status}"), "True");
    EXPECT_EQ(field({"node", name}, "{.metadata.labels.nodes\\.contoso\\.example/prevent-chmod}"), "installed");
    EXPECT_THAT(info("containerRuntimeVersion"), StartsWith("containerd://1."));
    EXPECT_THAT(info("kubeletVersion"), StartsWith(fmt::format("v1.{}.", plane().programs().minor)));
    EXPECT_EQ(info("kernelVersion"), kernel.release);
    EXPECT_THAT(read("/etc/os-release"), HasSubstr(info("osImage")));
    boots.insert(info("bootID"));
  }
  EXPECT_EQ(boots.size(), 2U);
}

TEST_F(RealNodes, AreScanned) {
  const std::string kubeconfig = plane().kubeconfig().string();
  const auto output = adapters::run_program({BULWARK_PROGRAM, "scan", "--cluster", "--kubeconfig", kubeconfig,
                                             "-A", "-o", "json", "--only", "node-version-unsupported"});
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->status, 1) << output->err;
  for (const std::string& name : nodes().names()) {
    EXPECT_THAT(output->out, HasSubstr(fmt::format(R"("kind":"Node","namespace":"","name":"{}")", name)));
  }
  EXPECT_THAT(output->out, HasSubstr(fmt::format("kubelet v1.{}.", plane().programs().minor)));
}

// B1: a rule with `name` is none.
TEST_F(RealNodes, ThePrintedSeccompProfileForbidsOnlyWithNames) {
  for (const char* form : {"annotation", "field"}) {
    for (const char* node : {"node-1", "node-2"}) {
      const std::string pod = example(fmt::format("as-printed/aks-seccomp.{}.yaml", form));
      apply(replaced(pod, "\nspec:", fmt::format("\nspec:\n  nodeName: {}", node)),
            fmt::format("{}-{}", form, node));
    }
  }
  for (const char* form : {"annotation", "field"}) {
    const std::string with_name = fmt::format("{}-node-1", form), with_names = fmt::format("{}-node-2", form);
    EXPECT_EQ(phase(with_name, "chmod-prevented", "Succeeded"), "Succeeded") << events(with_name);
    EXPECT_EQ(phase(with_names, "chmod-prevented", "Failed"), "Failed") << events(with_names);
    EXPECT_THAT(log_of(with_names, "chmod-prevented"), HasSubstr("Operation not permitted"));
    EXPECT_EQ(field({"-n", with_names, "pod", "chmod-prevented"},
                    "{.status.containerStatuses[0].state.terminated.reason}"),
              "Error");
  }
}

// B9: the profile lies on one node, and the pod lands on another.
TEST_F(RealNodes, AMissingSeccompProfileKeepsThePodFromStarting) {
  const std::string pod = example("as-printed/aks-seccomp.field.yaml");
  apply(replaced(pod, "localhostProfile: prevent-chmod", "localhostProfile: elsewhere"), "missing");
  EXPECT_EQ(waits_for("missing", "chmod-prevented", "CreateContainerError"), "CreateContainerError")
      << events("missing");
  EXPECT_THAT(
      field({"-n", "missing", "pod", "chmod-prevented"}, "{.status.containerStatuses[0].state.waiting.message}"),
      AllOf(HasSubstr("/seccomp/elsewhere"), HasSubstr("no such file")));
}

TEST_F(RealNodes, TheCorrectedSeccompJobsComplete) {
  for (const char* form : {"annotation", "field"}) apply(corrected(fmt::format("aks-seccomp.{}.yaml", form)));
  for (const char* job : {"chmod-prevented", "chmod-prevented-by-field"}) {
    EXPECT_TRUE(eventually([&] {
      return field({"-n", "guide-examples", "job", job}, "{.status.succeeded}") == "1";
    })) << events("guide-examples");
  }
}

TEST_F(RealNodes, RuntimeDefaultIsAFilterAndNothingIsNone) {
  constexpr std::string_view pod = R"(apiVersion: v1
kind: Pod
metadata: {{name: {}}}
spec:
  securityContext: {{seccompProfile: {{type: {}}}}}
  containers: [{{name: shell, image: "{}", command: [cat, /proc/self/status]}}]
  restartPolicy: Never
)";
  const std::pair<const char*, const char*> cases[] = {{"RuntimeDefault", "Seccomp:\t2\n"},
                                                       {"Unconfined", "Seccomp:\t0\n"}};
  for (const auto& [type, line] : cases) {
    apply(fmt::format(pod, type[0] == 'R' ? "filtered" : "open", type, busybox), "filters");
  }
  for (const auto& [type, line] : cases) {
    const std::string name = type[0] == 'R' ? "filtered" : "open";
    EXPECT_EQ(phase("filters", name, "Succeeded"), "Succeeded") << events("filters");
    EXPECT_THAT(log_of("filters", name), HasSubstr(line));
  }
}

TEST_F(RealNodes, WithoutAppArmorTheAnnotationBlocksAndTheFieldIsLost) {
  if (has_app_armor()) GTEST_SKIP() << "this kernel has AppArmor";
  apply(example("as-printed/hello-apparmor.annotation.yaml"), "apparmor-annotation");
  EXPECT_EQ(waits_for("apparmor-annotation", "hello-apparmor", "Blocked"), "Blocked")
      << events("apparmor-annotation");
  EXPECT_THAT(field({"-n", "apparmor-annotation", "pod", "hello-apparmor"}, "{.status.message}"),
              HasSubstr("AppArmor is not enabled on the host"));
  if (plane().programs().minor >= 30) return;
  // C3: before 1.30 nobody knows the field: the pod runs, and no profile confines it.
  apply(example("as-printed/hello-apparmor.field.yaml"), "apparmor-field");
  EXPECT_EQ(phase("apparmor-field", "hello-apparmor", "Running"), "Running") << events("apparmor-field");
  EXPECT_EQ(log_of("apparmor-field", "hello-apparmor"), "Hello AppArmor!\n");
}

// C2: no node says that it has the profile, so the corrected pod does not start anywhere.
TEST_F(RealNodes, TheCorrectedAppArmorJobWaitsForANodeWithTheProfile) {
  apply(corrected("hello-apparmor.field.yaml"));
  const auto message = [] {
    return field({"-n", "guide-examples", "pods", "-l", "app.kubernetes.io/name=hello-apparmor"},
                 "{.items[*].status.conditions[?(@.type=='PodScheduled')].message}");
  };
  EXPECT_TRUE(eventually([&] { return message().starts_with("0/2 nodes are available"); })) << message();
}

// D1: what the pod adds stays within reach of whatever becomes root in it.
TEST_F(RealNodes, ThePrintedSecurityContextAddsCapabilities) {
  const std::string pod = example("as-printed/security-context-demo.yaml");
  apply(with_lines(pod, "image:", fmt::format("image: {}\n      command: [sleep, 1h]", printed_images[2])),
        "context");
  ASSERT_EQ(phase("context", "security-context-demo", "Running"), "Running") << events("context");
  const std::string status = status_in("context", "security-context-demo");
  EXPECT_THAT(status, HasSubstr("Uid:\t1000\t"));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
  EXPECT_THAT(status, HasSubstr("2000"));  // fsGroup, among Groups:
  const std::size_t at = status.find("CapBnd:\t");
  ASSERT_NE(at, std::string::npos) << status;
  const unsigned long long bounding = std::stoull(status.substr(at + 8), nullptr, 16);
  constexpr unsigned net_admin = 12, sys_time = 25;
  EXPECT_NE(bounding >> net_admin & 1U, 0U) << status;
  EXPECT_NE(bounding >> sys_time & 1U, 0U) << status;
}

TEST_F(RealNodes, TheCorrectedSecurityContextLeavesNothing) {
  ASSERT_TRUE(eventually([] {
    return field({"-n", "guide-examples", "deployment", "userns"}, "{.status.readyReplicas}") == "2";
  })) << events("guide-examples");
  const std::string status = status_in("guide-examples", "deployment/userns");
  for (const char* line : {"Uid:\t10001\t", "NoNewPrivs:\t1\n", "Seccomp:\t2\n", "CapEff:\t0000000000000000\n",
                           "CapBnd:\t0000000000000000\n"}) {
    EXPECT_THAT(status, HasSubstr(line));
  }
  const adapters::Output write =
      kubectl({"-n", "guide-examples", "exec", "deployment/userns", "--", "touch", "/tmp/x"});
  EXPECT_NE(write.status, 0);
  EXPECT_THAT(write.err, HasSubstr("Read-only file system"));
}

TEST_F(RealNodes, AnImageThatRunsAsRootIsRefused) {
  apply(fmt::format(R"(apiVersion: v1
kind: Pod
metadata: {{name: root}}
spec:
  securityContext: {{runAsNonRoot: true}}
  containers: [{{name: shell, image: "{}"}}]
)",
                    busybox),
        "root");
  EXPECT_EQ(waits_for("root", "root", "CreateContainerConfigError"), "CreateContainerConfigError")
      << events("root");
  EXPECT_THAT(field({"-n", "root", "pod", "root"}, "{.status.containerStatuses[0].state.waiting.message}"),
              HasSubstr("image will run as root"));
}

adapters::Output drain(const std::string& kubeconfig, const std::string& node, const std::string& selector,
                       int seconds) {
  const auto output =
      adapters::run_program({"kubectl", "--kubeconfig=" + kubeconfig, "drain", node, "--pod-selector=" + selector,
                             "--grace-period=1", fmt::format("--timeout={}s", seconds)});
  if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
  return *output;
}

TEST_F(RealNodes, ADrainMovesPodsWhereTheBudgetAllowsIt) {
  apply(with_budget(replaced(example("as-printed/pdb-blocks-drain.yaml"), "nginx:1\n",
                             "nginx:1\n        command: [sleep, 1h]\n")),
        "blocked");
  const auto ready = [](const std::string& name_space) {
    return field({"-n", name_space, "deployment", "pod-a"}, "{.status.availableReplicas}");
  };
  const auto budget = [](const std::string& name_space) {
    return field({"-n", name_space, "pdb", "pod-a"}, "{.status.currentHealthy}");
  };
  ASSERT_TRUE(eventually([&] {
    return ready("guide-examples") == "3" && budget("guide-examples") == "3" && budget("blocked") == "1";
  })) << events("guide-examples")
      << events("blocked");
  const std::string kubeconfig = plane().kubeconfig().string();
  const auto nodes_of = [](const std::string& name_space, const std::string& selector) {
    return field({"-n", name_space, "pods", "-l", selector, "--field-selector=status.phase=Running"},
                 "{.items[*].spec.nodeName}");
  };

  // As printed: one replica, and none may go.
  const std::string printed_on = nodes_of("blocked", "app=pod-a");
  const adapters::Output refused = drain(kubeconfig, printed_on, "app=pod-a", 3);
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err + refused.out, HasSubstr("would violate the pod's disruption budget"));
  EXPECT_EQ(nodes_of("blocked", "app=pod-a"), printed_on);
  EXPECT_EQ(kubectl({"uncordon", printed_on}).status, 0);

  // Corrected: they go and come back on the other node. From the node that has fewer of the three, to be quick.
  const std::string corrected_label = "app.kubernetes.io/name=pod-a";
  const std::string before = nodes_of("guide-examples", corrected_label);
  const bool on_both = before.contains("node-1") && before.contains("node-2");
  const bool few_on_second = before.find("node-2") == before.rfind("node-2");
  const std::string node = before.contains("node-2") && (few_on_second || !on_both) ? "node-2" : "node-1";
  const adapters::Output drained = drain(kubeconfig, node, corrected_label, 60);
  EXPECT_EQ(drained.status, 0) << drained.err;
  EXPECT_THAT(drained.out, HasSubstr("evicting pod guide-examples/pod-a-")) << drained.err;
  EXPECT_TRUE(eventually([&] { return ready("guide-examples") == "3"; })) << events("guide-examples");
  EXPECT_THAT(nodes_of("guide-examples", corrected_label), Not(HasSubstr(node)));
  EXPECT_EQ(kubectl({"uncordon", node}).status, 0);
}

TEST_F(RealNodes, ARebootHasAnotherBootIdAndStartsPodsAgain) {
  apply(fmt::format(R"(apiVersion: v1
kind: Pod
metadata: {{name: stays}}
spec:
  nodeName: node-1
  containers: [{{name: shell, image: "{}", command: [sleep, 1h]}}]
)",
                    busybox),
        "reboot");
  ASSERT_EQ(phase("reboot", "stays", "Running"), "Running") << events("reboot");
  const auto boot = [] { return field({"node", "node-1"}, "{.status.nodeInfo.bootID}"); };
  const std::string before = boot();
  nodes().cut_power("node-1");
  const auto booted = nodes().boot("node-1");
  ASSERT_TRUE(booted) << booted.error().text();
  EXPECT_TRUE(eventually([&] { return boot() != before; }));
  // The kubelet takes its time to see that the sandbox of before is gone.
  const auto restarts = [] {
    return field({"-n", "reboot", "pod", "stays"}, "{.status.containerStatuses[0].restartCount}");
  };
  EXPECT_TRUE(eventually([&] { return restarts() == "1"; }, std::chrono::seconds(90))) << events("reboot");
  EXPECT_EQ(pod_field("reboot", "stays", "{.status.containerStatuses[0].ready}", "true"), "true");
}

// What there is of a cluster outside of its processes: cgroups, and the end of a cable.
std::set<std::string> traces_of(const std::string& mark) {
  std::set<std::string> found;
  std::error_code ignored;
  for (const auto& hierarchy : std::filesystem::directory_iterator("/sys/fs/cgroup", ignored)) {
    const auto cgroup = hierarchy.path() / ("bulwark-" + mark);
    if (std::filesystem::exists(cgroup)) found.insert(cgroup.string());
  }
  const auto interface = std::filesystem::path("/sys/class/net") / ("bw-" + mark);
  if (std::filesystem::exists(interface)) found.insert(interface.string());
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    std::ifstream file(entry.path() / "environ");
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    if (environment.contains("bulwark-cluster-" + mark)) found.insert(entry.path().string());
  }
  return found;
}

TEST_F(RealNodes, NothingSurvivesAProgramThatIsKilled) {
  const std::filesystem::path log = plane().folder() / "second.log";
  auto second =
      Child::start({.arguments = {BULWARK_CONTROL_PLANE_PROGRAM, "run", "--no-scheduler", "--real-nodes=1"},
                    .environment = {"HOME=/nonexistent", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                    "KUBEBUILDER_ASSETS=" + plane().programs().folder.string()},
                    .log = log});
  ASSERT_TRUE(second) << second.error().text();
  // "export KUBECONFIG=/tmp/bulwark-cluster-AbC123/admin.kubeconfig"
  constexpr std::string_view start = "bulwark-cluster-";
  std::string mark;
  ASSERT_TRUE(eventually(
      [&] {
        const std::string said = read(log);
        if (const std::size_t at = said.find(start); at != std::string::npos) {
          mark = said.substr(at + start.size(), 6);
        }
        return !mark.empty() || !second->is_running();
      },
      std::chrono::seconds(90)));
  ASSERT_FALSE(mark.empty()) << read(log);
  EXPECT_GT(traces_of(mark).size(), 5U) << testing::PrintToString(traces_of(mark));
  ::kill(second->pid(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return traces_of(mark).empty(); })) << testing::PrintToString(traces_of(mark));
}

}  // namespace
}  // namespace bulwark::e2e

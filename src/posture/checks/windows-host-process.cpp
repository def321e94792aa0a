// Pod Security Standards, Baseline, "HostProcess": windowsOptions.hostProcess of pod and containers must be unset
// or false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const auto judge = [&](const kube::WindowsOptions* options, const auto& context) {
    if (options == nullptr || !options->host_process.value_or(false)) return;
    report.broken(context() / "windowsOptions" / "hostProcess", "a HostProcess container runs on the node itself")
        .no_fix("what the program does on the node must find another way first");
  };
  for_each_security_context(pod,
                            [&](const auto& context, const auto& path) { judge(context.windows_options, path); });
}

}  // namespace

extern const Check windows_host_process;
const Check windows_host_process{
    .about = {.id = "windows-host-process",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::critical,
              .title = "Windows containers are no HostProcess containers",
              .effect = "The container runs as a process of the Windows node with the rights of its user, outside "
                        "of any isolation.",
              .remedy = "Run the program in an ordinary Windows container, and leave HostProcess to the few node "
                        "agents that need it.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"Kubernetes: Windows containers",
                           "https://kubernetes.io/docs/concepts/windows/intro/"}},
              .mappings = {{finding::Framework::guide, "Process Windows Server node updates"},
                           {finding::Framework::pss_baseline, "HostProcess"},
                           {finding::Framework::cis_kubernetes, "5.2.11"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "windowsHostProcess"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

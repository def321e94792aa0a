// configure-runasusername: ContainerAdministrator has all rights inside of the container, and is more than most
// programs need; ContainerUser is the unprivileged account.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const auto judge = [&](const kube::WindowsOptions* options, const auto& context) {
    // A HostProcess container is the matter of windows-host-process.
    if (options == nullptr || options->host_process.value_or(false)) return;
    const std::string_view name = options->run_as_user_name;
    constexpr std::string_view administrator = "containeradministrator";
    // Windows does not look at the case.
    const bool same = std::equal(
        name.begin(), name.end(), administrator.begin(), administrator.end(),
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
    if (!same) return;
    report.broken(context() / "windowsOptions" / "runAsUserName", fmt::format("the program runs as \"{}\"", name))
        .no_fix("whether the program can do with less is known to its owner alone");
  };
  for_each_security_context(pod,
                            [&](const auto& context, const auto& path) { judge(context.windows_options, path); });
}

}  // namespace

extern const Check windows_admin_user;
const Check windows_admin_user{
    .about =
        {.id = "windows-admin-user",
         .aliases = {},
         .chapter = finding::Chapter::windows_node_updates,
         .severity = finding::Severity::medium,
         .title = "Windows containers do not run as administrator",
         .effect =
             "Who takes over the program may change everything in the container, and has more ways out of it.",
         .remedy = "Set windowsOptions.runAsUserName: ContainerUser.",
         .sources = {{"Kubernetes: RunAsUserName for Windows",
                      "https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/"},
                     {"Kubernetes: Windows containers", "https://kubernetes.io/docs/concepts/windows/intro/"}},
         .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

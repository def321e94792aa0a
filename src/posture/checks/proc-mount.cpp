// Pod Security Standards, Baseline, "/proc Mount Type": unset or Default; from v1.35 anything in pods with
// hostUsers: false.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// From policy version 1.35, a pod with a user namespace of its own may unmask its /proc.
bool pod_relaxes(const ContainerView& container) {
  return container.pod.version >= kube::MinorVersion{1, 35} && container.pod.has_own_users();
}

void run(const ContainerView& container, Reporter& report) {
  if (pod_relaxes(container)) return;
  const auto* context = container.container.security_context;
  // An empty text is a value here, and none that is allowed.
  if (context == nullptr || !kube::is_set(context->proc_mount) || context->proc_mount == "Default") return;
  const FieldPath at = container.path("securityContext") / "procMount";
  report.broken(at, fmt::format("procMount is \"{}\"", context->proc_mount)).fix([&] {
    return Edits{remove(at)};
  });
}

}  // namespace

extern const Check proc_mount;
const Check proc_mount{
    .about = {.id = "proc-mount",
              .aliases = {"KSV027"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "The paths of /proc stay masked",
              .effect = "An unmasked /proc shows and lets change settings of the node's kernel.",
              .remedy = "Remove procMount.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"Kubernetes: user namespaces",
                           "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "/proc Mount Type"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "procMount"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

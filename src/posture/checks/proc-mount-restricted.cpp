// Pod Security Standards, Restricted from v1.35, "/proc Mount Type": unset or Default, with or without a user
// namespace.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto* context = container.container.security_context;
  // An empty text is a value here, and none that is allowed.
  if (context == nullptr || !kube::is_set(context->proc_mount) || context->proc_mount == "Default") return;
  const FieldPath at = container.path("securityContext") / "procMount";
  report.broken(at, fmt::format("procMount is \"{}\"", context->proc_mount)).fix([&] {
    return Edits{remove(at)};
  });
}

}  // namespace

extern const Check proc_mount_restricted;
const Check proc_mount_restricted{
    .about = {.id = "proc-mount-restricted",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "The paths of /proc stay masked in every pod",
              .effect = "An unmasked /proc shows and lets change settings of the node's kernel.",
              .remedy = "Remove procMount.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"Kubernetes: user namespaces",
                           "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"}},
              .mappings = {{finding::Framework::pss_restricted, "/proc Mount Type"}}},
    .pss = {.level = PssLevel::restricted,
            .since = {1, 35},
            .control = "procMount_restricted",
            .replaces = "procMount"},
    .in_guide = false,
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

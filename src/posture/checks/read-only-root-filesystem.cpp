// CIS 5.7 and Microsoft Defender ask for an immutable root file system. Windows containers have none (KEP-2802).
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (container.pod.is_windows() || container.role == ContainerRole::ephemeral) return;
  const auto* context = container.container.security_context;
  if (context != nullptr && context->read_only_root_filesystem.value_or(false)) return;
  report.broken(container.path("securityContext") / "readOnlyRootFilesystem", "the root file system is writable")
      .no_fix("where the program writes must be known first, and mounted");
}

}  // namespace

extern const Check read_only_root_filesystem;
const Check read_only_root_filesystem{
    .about = {.id = "read-only-root-filesystem",
              .aliases = {"no-read-only-root-fs", "KSV014", "C-0017", "CKV_K8S_22", "notReadOnlyRootFilesystem"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers cannot write to their own file system",
              .effect = "An intruder can change programs and leave tools behind in the container.",
              .remedy = "Set readOnlyRootFilesystem: true, and mount an emptyDir where the program writes.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::nsa, "Pod security: immutable container file systems"},
                           {finding::Framework::defender,
                            "Immutable (read-only) root filesystem should be enforced for containers"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

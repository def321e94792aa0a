// Pod Security Standards, Baseline, "Host Namespaces": spec.hostIPC must be unset or false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (!pod.spec.host_ipc.value_or(false)) return;
  const FieldPath at = pod.spec_path() / "hostIPC";
  report.broken(at, "the pod shares the node's inter-process communication").fix([&] {
    return Edits{remove(at)};
  });
}

}  // namespace

extern const Check host_ipc;
const Check host_ipc{
    .about = {.id = "host-ipc",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Pods have inter-process communication of their own",
              .effect = "The pod can read and change the shared memory of other programs on the node.",
              .remedy = "Remove hostIPC.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Host Namespaces"},
                           {finding::Framework::cis_kubernetes, "5.2.4"},
                           {finding::Framework::cis_aks, "4.2.3"},
                           {finding::Framework::nsa, "Pod security: host namespaces"},
                           {finding::Framework::defender,
                            "Containers sharing sensitive host namespaces should be avoided"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "hostNamespaces"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// Pod Security Standards, Baseline, "Host Namespaces": spec.hostPID must be unset or false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (!pod.spec.host_pid.value_or(false)) return;
  const FieldPath at = pod.spec_path() / "hostPID";
  report.broken(at, "the pod shares the node's processes")
      .no_fix("why the program looks at the node's processes is known to its owner alone");
}

}  // namespace

extern const Check host_pid;
const Check host_pid{
    .about = {.id = "host-pid",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Pods have process ids of their own",
              .effect = "The pod sees and can signal every process of the node, and reads their environments with "
                        "the secrets in them.",
              .remedy = "Remove hostPID.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Host Namespaces"},
                           {finding::Framework::cis_kubernetes, "5.2.3"},
                           {finding::Framework::cis_aks, "4.2.2"},
                           {finding::Framework::nsa, "Pod security: host namespaces"},
                           {finding::Framework::defender,
                            "Containers sharing sensitive host namespaces should be avoided"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "hostNamespaces"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

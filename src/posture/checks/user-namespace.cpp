// The guide's newest text asks for user namespaces: hostUsers: false, on by default from Kubernetes 1.33
// (KEP-127).
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() || pod.has_own_users()) return;
  // The API server refuses a user namespace together with the node's own namespaces.
  if (pod.spec.host_network.value_or(false) || pod.spec.host_pid.value_or(false) ||
      pod.spec.host_ipc.value_or(false)) {
    return;
  }
  report.broken(pod.spec_path() / "hostUsers", "the pod shares the node's users")
      .no_fix("volumes without idmapped mounts, and nodes before Linux 6.3, stop such a pod");
}

}  // namespace

extern const Check user_namespace;
const Check user_namespace{
    .about =
        {.id = "user-namespace",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Pods run in a user namespace of their own",
         .effect = "A process that breaks out of the container keeps its user id on the node; with hostUsers: "
                   "false even root becomes a user without rights.",
         .remedy =
             "Set hostUsers: false on the pod (Kubernetes 1.33, Linux nodes with Azure Linux 3 or Ubuntu 24.04).",
         .sources = {{"AKS: secure container access to resources",
                      "https://learn.microsoft.com/azure/aks/secure-container-access"},
                     {"Kubernetes: user namespaces",
                      "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"}},
         .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 33},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// Pod Security Standards, Baseline, "Host Namespaces": spec.hostNetwork, spec.hostPID, spec.hostIPC; allowed:
// unset or false. This check has the first; host-pid and host-ipc have the others.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (!pod.spec.host_network.value_or(false)) return;
  const FieldPath at = pod.spec_path() / "hostNetwork";
  report.broken(at, "the pod shares the node's network")
      .no_fix("what the program does on the node's network must find another way first");
}

}  // namespace

extern const Check host_network;
const Check host_network{
    .about = {.id = "host-network",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Pods have a network of their own",
              .effect = "The pod sees the node's interfaces and loopback services, is out of reach of every "
                        "NetworkPolicy, and can call the Instance Metadata Service as the node.",
              .remedy = "Remove hostNetwork, and publish ports through a Service.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Host Namespaces"},
                           {finding::Framework::cis_kubernetes, "5.2.5"},
                           {finding::Framework::cis_aks, "4.2.4"},
                           {finding::Framework::nsa, "Pod security: host namespaces"},
                           {finding::Framework::defender,
                            "Usage of host networking and ports should be restricted"}}},
    .pss = {.level = PssLevel::baseline, .control = "hostNamespaces"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// The guide: add a network policy in all user namespaces to block pod egress to the metadata endpoint. The union
// of all policies of the namespace is what counts.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view space : inventory.namespaces()) {
    if (is_system_namespace(space)) continue;
    const auto workloads = inventory.workloads(space);
    const kube::Object* declared = inventory.find(kube::ResourceKind::name_space, "", space);
    bool open = false;
    for (const kube::Object* object : workloads) {
      const kube::PodLocation pod = kube::pod_of(*object);
      // A pod on the node's network is past every policy: the matter of host-network.
      if (pod.spec->host_network.value_or(false)) continue;
      report.judged(*object);
      const EgressVerdict verdict = egress_to(inventory, space, pod.metadata->labels, metadata_address, 80);
      if (!verdict.allowed) continue;
      if (verdict.isolated) {
        report
            .broken(*object, {},
                    fmt::format("the policy {} lets the pod reach the metadata service (egress rule {})",
                                verdict.by->metadata.name, verdict.rule))
            .no_fix("what else the rule is for is known to its owner alone");
      } else {
        open = true;
        if (declared == nullptr) declared = object;
      }
    }
    if (open) {
      report
          .broken(
              *declared, {},
              fmt::format("pods of the namespace {} reach the metadata service: no policy restricts their egress",
                          space))
          .no_fix("a new policy must know what else the pods call");
    }
  }
}

}  // namespace

extern const Check metadata_egress;
const Check metadata_egress{
    .about = {.id = "metadata-egress",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::high,
              .title = "Pods cannot reach the Instance Metadata Service",
              .effect = "A pod that reaches 169.254.169.254 gets tokens of the node's managed identity, and with "
                        "them what Azure grants to the node.",
              .remedy = "Add a NetworkPolicy to the namespace that allows 0.0.0.0/0 except 169.254.169.254/32, or "
                        "what the pods need.",
              .sources = {{"AKS: cluster security and upgrades",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"Azure Instance Metadata Service",
                           "https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service"},
                          {"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"},
                           {finding::Framework::nsa, "Network separation"},
                           {finding::Framework::mitre, "T1552.005"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

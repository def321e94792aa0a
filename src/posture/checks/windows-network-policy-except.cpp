// Azure NPM for Windows: ErrUnsupportedExceptCIDR; its support ends on 2026-09-30.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*object)->spec;
    for (std::size_t r = 0; r < policy.egress.size(); ++r) {
      for (std::size_t p = 0; p < policy.egress[r].peers.size(); ++p) {
        const kube::IpBlock* block = policy.egress[r].peers[p].ip_block;
        if (block == nullptr || block->except.empty()) continue;
        for (const kube::Object* workload : inventory.workloads(object->namespace_or_default())) {
          const kube::PodLocation pod = kube::pod_of(*workload);
          const bool windows = (pod.spec->os != nullptr && pod.spec->os->name == "windows") ||
                               kube::find_label(pod.spec->node_selector, "kubernetes.io/os") == "windows";
          if (!windows || !policy.pod_selector.matches(pod.metadata->labels)) continue;
          report.judged(*object);
          report.unknown(
              *object, FieldPath("spec") / "egress" / r / "to" / p / "ipBlock" / "except",
              fmt::format("the policy selects the Windows workload {} and uses except", workload->metadata.name),
              "the network policy engine of the cluster");
          break;
        }
      }
    }
  }
}

}  // namespace

extern const Check windows_network_policy_except;
const Check windows_network_policy_except{
    .about = {.id = "windows-network-policy-except",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::low,
              .title = "Policies for Windows pods use no except",
              .effect = "Azure NPM on Windows does not translate policies with except, and leaves the pods open.",
              .remedy = "Allow the address blocks that are needed, without except.",
              .sources = {{"AKS: network policies", "https://learn.microsoft.com/azure/aks/use-network-policies"}},
              .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

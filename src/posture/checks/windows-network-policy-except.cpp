// Azure NPM for Windows: ErrUnsupportedExceptCIDR, the policy is not translated. Calico does.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_engine.h"
#include "posture/network_policy.h"
#include "posture/windows_pods.h"

namespace bulwark::posture {

namespace {

bool is_windows(const kube::PodSpec& pod) {
  return (pod.os != nullptr && pod.os->name == "windows") || selects_windows(pod);
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const NetworkEngine engine = find_network_engine(inventory, true).engine;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*object)->spec;
    const kube::Object* windows = nullptr;
    for (const kube::Object* workload : inventory.workloads(object->namespace_or_default())) {
      const kube::PodLocation pod = kube::pod_of(*workload);
      if (!is_windows(*pod.spec) || !kube::matches(policy.pod_selector, pod.metadata->labels)) continue;
      windows = workload;
      break;
    }
    if (windows == nullptr) continue;
    report.judged(*object);
    if (engine != NetworkEngine::unknown && engine != NetworkEngine::azure_npm) continue;
    for_each_block(policy, [&](const kube::IpBlock& block, const FieldPath& path, bool) {
      if (block.except.empty()) return;
      const FieldPath at = path / "except";
      if (engine == NetworkEngine::azure_npm) {
        report
            .broken(
                *object, at,
                fmt::format("Azure NPM drops the policy for its except, and Windows workload \"{}\" stays open",
                            windows->metadata.name))
            .severity(finding::Severity::high)
            .no_fix("which addresses the pods need is known to their owner alone");
      } else {
        report.unknown(
            *object, at,
            fmt::format("the policy selects Windows workload \"{}\" and has an except", windows->metadata.name),
            "the network policy engine of the Windows nodes");
      }
    });
  }
}

}  // namespace

extern const Check windows_network_policy_except;
const Check windows_network_policy_except{
    .about =
        {.id = "windows-network-policy-except",
         .aliases = {},
         .chapter = finding::Chapter::windows_node_updates,
         .severity = finding::Severity::low,
         .title = "Policies for Windows pods use no except",
         .effect = "Azure NPM on Windows does not translate policies with except, and leaves the pods open.",
         .remedy =
             "Allow the address blocks that are needed, without except; move to another engine, such as Calico.",
         .sources = {{"AKS: network policies", "https://learn.microsoft.com/azure/aks/use-network-policies"}},
         .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

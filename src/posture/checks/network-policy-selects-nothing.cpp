// Judged where the input has workloads of the policy's namespace.
#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const auto workloads = inventory.workloads(object->namespace_or_default());
    if (workloads.empty()) continue;
    report.judged(*object);
    const kube::LabelSelector& selector = kube::as<kube::NetworkPolicy>(*object)->spec.pod_selector;
    const auto selected = [&](const kube::Object* workload) {
      return selector.matches(kube::pod_of(*workload).metadata->labels);
    };
    if (std::any_of(workloads.begin(), workloads.end(), selected)) continue;
    report.broken(*object, FieldPath("spec") / "podSelector", "the policy selects no pod of its namespace here");
  }
}

}  // namespace

extern const Check network_policy_selects_nothing;
const Check network_policy_selects_nothing{
    .about = {.id = "network-policy-selects-nothing",
              .aliases = {"dangling-networkpolicy"},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::low,
              .title = "Policies select pods",
              .effect = "The policy guards nothing, and whoever reads it believes that it does.",
              .remedy = "Correct podSelector, or remove the policy.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

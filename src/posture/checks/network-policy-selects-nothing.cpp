// Judged where the input has workloads of the policy's namespace: broken when it is a whole cluster, unknown
// otherwise, for the pods may come from elsewhere.
#include <algorithm>

#include "posture/check.h"
#include "posture/system_namespaces.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const std::string_view space = object->namespace_or_default();
    const auto workloads = inventory.workloads(space);
    if (workloads.empty() || is_system_namespace(space)) continue;
    report.judged(*object);
    const kube::LabelSelector& selector = kube::as<kube::NetworkPolicy>(*object)->spec.pod_selector;
    if (std::any_of(workloads.begin(), workloads.end(), [&](const kube::Object* workload) {
          return kube::matches(selector, kube::pod_of(*workload).metadata->labels);
        })) {
      continue;
    }
    const FieldPath at = FieldPath("spec") / "podSelector";
    if (is_whole_cluster(inventory)) {
      report.broken(*object, at, "the policy selects no pod of its namespace")
          .no_fix("which pods are meant is known to the policy's owner alone");
    } else {
      report.unknown(*object, at, "the policy selects no workload of its namespace in the input",
                     "the namespace's other workloads");
    }
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

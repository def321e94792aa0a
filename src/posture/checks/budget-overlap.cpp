// Eviction API (pkg/registry/core/pod/storage/eviction.go): "This pod has more than one PodDisruptionBudget, which
// the eviction subresource does not support", an error 500 that kubectl drain does not try again.
#include <fmt/format.h>

#include <vector>

#include "posture/budgets.h"
#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    std::vector<const kube::Object*> budgets;
    for (const kube::Object* budget : inventory.of(kube::ResourceKind::pod_disruption_budget, name_space)) {
      // Of two with the same name only the later one ends up in the cluster.
      if (inventory.find(budget->kind, name_space, budget->metadata.name) == budget) budgets.push_back(budget);
    }
    if (budgets.empty()) continue;
    for (const kube::Object* budget : budgets) report.judged(*budget);
    if (budgets.size() < 2) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    std::vector<const kube::Object*> first(workloads.all().size());  // budget of each workload
    for (const kube::Object* budget : budgets) {
      bool told = false;
      for_each_covered(*budget, workloads, [&](const Workload& workload, std::size_t place) {
        // A drain leaves the pods of DaemonSets alone.
        if (workload.object->kind == kube::ResourceKind::daemon_set) return;
        if (first[place] == nullptr) first[place] = budget;
        if (first[place] == budget || told) return;
        told = true;
        report
            .broken(*budget, FieldPath("spec") / "selector",
                    fmt::format("{} is covered by \"{}\" as well: with two budgets a pod cannot be evicted",
                                describe(*workload.object), first[place]->metadata.name))
            .no_fix("which of the two is meant is known to their owner alone");
      });
    }
  }
}

}  // namespace

extern const Check budget_overlap;
const Check budget_overlap{
    .about = {.id = "budget-overlap",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "No pod is covered by two disruption budgets",
              .effect = "Every eviction of the pod fails with an error that drains do not retry: the upgrade of "
                        "the node pool fails.",
              .remedy = "Leave one budget for each workload, and make their selectors disjoint.",
              .sources = {{"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                          {"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// operator-best-practices-scheduler: "Pod disruption budgets ensure that a minimum number of pods remain
// available" when nodes are drained; without one an upgrade may evict all replicas at once.
#include <fmt/format.h>

#include <vector>

#include "posture/budgets.h"
#include "posture/check.h"
#include "posture/system_namespaces.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    if (is_system_namespace(name_space)) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    std::vector<bool> covered(workloads.all().size());
    for (const kube::Object* budget : inventory.of(kube::ResourceKind::pod_disruption_budget, name_space)) {
      for_each_covered(*budget, workloads, [&](const Workload&, std::size_t place) { covered[place] = true; });
    }
    for (std::size_t i = 0; i < covered.size(); ++i) {
      const kube::Object& object = *workloads.all()[i].object;
      if (object.kind == kube::ResourceKind::pod) continue;
      const auto scale = scale_of(inventory, object);
      if (!scale || scale->low < 2) continue;
      report.judged(object);
      if (covered[i]) continue;
      report
          .broken(object, FieldPath("spec") / "replicas",
                  fmt::format("no PodDisruptionBudget covers the {} of {}", count_of(scale->low, "replica"),
                              describe(object)))
          .no_fix("a budget is an object of its own");
    }
  }
}

}  // namespace

extern const Check budget_missing;
const Check budget_missing{
    .about =
        {.id = "budget-missing",
         .aliases = {"missingPodDisruptionBudget"},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::medium,
         .title = "Workloads with replicas have a disruption budget",
         .effect =
             "A drain may evict all replicas at the same time, and the service is gone until new ones are ready.",
         .remedy = "Add a PodDisruptionBudget with maxUnavailable: 1 that selects its pods.",
         .sources = {{"Kubernetes: disruptions",
                      "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                     {"AKS: how cluster upgrades work",
                      "https://learn.microsoft.com/azure/aks/upgrade-conceptual"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// policy/v1, PodDisruptionBudget.spec.selector: "A null selector will match no pods, while an empty ({}) selector
// will select all pods within the namespace". A budget for pods that do not exist protects nothing.
#include <fmt/format.h>

#include "posture/budgets.h"
#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    const auto budgets = inventory.of(kube::ResourceKind::pod_disruption_budget, name_space);
    if (budgets.empty()) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    for (const kube::Object* budget : budgets) {
      const FieldPath at = FieldPath("spec") / "selector";
      const auto* selector = kube::as<kube::PodDisruptionBudget>(*budget)->spec.selector;
      if (selector == nullptr) {
        report.judged(*budget);
        report.broken(*budget, at, "the budget has no selector, so it covers no pod")
            .no_fix("which pods are meant is known to its owner alone");
        continue;
      }
      if (workloads.all().empty()) {
        // Without any workload here, only a living cluster knows.
        if (verdict_of(*budget).what != Verdict::What::judged) continue;
        report.judged(*budget);
        const auto& status = kube::as<kube::PodDisruptionBudget>(*budget)->status;
        if (status.expected_pods.value_or(0) > 0 || status.current_healthy.value_or(0) > 0) continue;
        report
            .broken(*budget, at,
                    fmt::format("no pod in namespace \"{}\" is covered, as its status says", name_space))
            .no_fix("which pods are meant is known to its owner alone");
        continue;
      }
      report.judged(*budget);
      bool covers_any = false;
      for_each_covered(*budget, workloads, [&](const Workload&, std::size_t) { covers_any = true; });
      if (covers_any) continue;
      report
          .broken(*budget, at,
                  nothing_matches(
                      workloads.all().size(), name_space,
                      selector->empty() ? "{}, which in policy/v1beta1 selects nothing" : kube::text(*selector)))
          .no_fix("which pods are meant is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check budget_selects_nothing;
const Check budget_selects_nothing{
    .about = {.id = "budget-selects-nothing",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Disruption budgets cover pods that exist",
              .effect = "The pods that the budget was written for are evicted all at once, and nothing says so.",
              .remedy = "Make the selector match the labels of the pod template.",
              .sources = {{"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                          {"Kubernetes: specifying a disruption budget",
                           "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// policy/v1: an empty selector selects all pods within the namespace; in policy/v1beta1 it selected none, so a
// changed apiVersion changes what it means.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& budget, Reporter& report) {
  const auto* selector = kube::as<kube::PodDisruptionBudget>(budget)->spec.selector;
  if (selector == nullptr || !selector->empty() || budget.version() == "v1beta1") return;
  report
      .broken(
          FieldPath("spec") / "selector",
          fmt::format("the empty selector covers every pod of namespace \"{}\"", budget.namespace_or_default()))
      .no_fix("which pods are meant is known to its owner alone");
}

}  // namespace

extern const Check budget_selects_everything;
const Check budget_selects_everything{
    .about = {.id = "budget-selects-everything",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Disruption budgets name the pods that they cover",
              .effect = "Pods of all workloads draw on one budget: one that is unhealthy stops the eviction of "
                        "all others, and a second budget in the namespace makes evictions fail.",
              .remedy = "Select the pods of one workload by their labels.",
              .sources = {{"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                          {"Kubernetes: specifying a disruption budget",
                           "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::pod_disruption_budget}, run},
};

}  // namespace bulwark::posture

// ValidatePodDisruptionBudgetSpec: minAvailable and maxUnavailable cannot be both set; a text must be a percentage
// of at most 100%, a number not negative. With neither set the API server takes the budget, and the disruption
// controller then expects no pods at all and allows no eviction.
#include <fmt/format.h>

#include "posture/budgets.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& spec = kube::as<kube::PodDisruptionBudget>(object)->spec;
  const bool min_set = spec.min_available.set();
  const bool max_set = spec.max_unavailable.set();
  if (min_set && max_set) {
    report.broken(FieldPath("spec") / "maxUnavailable", "minAvailable and maxUnavailable are both set")
        .no_fix("which of the two is meant is known to their owner alone");
  } else if (!min_set && !max_set) {
    report.broken(FieldPath("spec"), "neither minAvailable nor maxUnavailable is set: no pod may ever be evicted")
        .fix([] { return Edits{set(FieldPath("spec") / "maxUnavailable", document::Literal::integer(1))}; });
  }
  const auto judge = [&](const kube::IntOrString& value, const char* name) {
    if (!value.set()) return;
    const std::string_view problem = invalid_amount(value);
    if (problem.empty()) return;
    report.broken(FieldPath("spec") / name, fmt::format("{} \"{}\": {}", name, value.text, problem))
        .no_fix("what is meant is known to its owner alone");
  };
  judge(spec.min_available, "minAvailable");
  judge(spec.max_unavailable, "maxUnavailable");
}

}  // namespace

extern const Check budget_invalid;
const Check budget_invalid{
    .about =
        {.id = "budget-invalid",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::high,
         .title = "Disruption budgets are ones that the API server takes and the controller can count",
         .effect = "The budget is refused and its pods go unprotected, or it is taken and stops every drain.",
         .remedy =
             "Set exactly one of minAvailable and maxUnavailable, to a number or a percentage of at most 100%.",
         .sources = {{"Kubernetes: specifying a disruption budget",
                      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"},
                     {"Kubernetes: disruptions",
                      "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::pod_disruption_budget}, run},
};

}  // namespace bulwark::posture

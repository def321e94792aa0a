// The status of a budget, as pkg/controller/disruption writes it: disruptionsAllowed is currentHealthy -
// desiredHealthy. Where that could be more than 0 and is not, pods are not well. (Where it can never be, see
// budget-never-allows.)
#include <fmt/format.h>

#include "posture/budgets.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (verdict_of(object).what != Verdict::What::judged) return;
  const auto& status = kube::as<kube::PodDisruptionBudget>(object)->status;
  const std::int64_t expected = status.expected_pods.value_or(0), desired = status.desired_healthy.value_or(0),
                     healthy = status.current_healthy.value_or(0);
  if (status.disruptions_allowed.value_or(0) > 0 || expected <= 0 || desired >= expected) return;
  report
      .broken(FieldPath("status") / "currentHealthy",
              fmt::format("{} of {} pods are healthy, and {} must be: none may be evicted now", healthy, expected,
                          desired))
      .severity(healthy < desired ? finding::Severity::high : finding::Severity::medium)
      .no_fix("the pods that are not ready must be mended");
}

}  // namespace

extern const Check budget_exhausted;
const Check budget_exhausted{
    .about = {.id = "budget-exhausted",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Disruption budgets have healthy pods to spare",
              .effect =
                  "Until the other pods are healthy the drain of a node waits, and the upgrade of its pool fails "
                  "after the drain timeout.",
              .remedy =
                  "Find out why the pods are not ready, and set unhealthyPodEvictionPolicy: AlwaysAllow so that "
                  "they do not block a drain themselves.",
              .sources = {{"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                          {"Kubernetes: unhealthy pod eviction policy",
                           "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"
                           "#unhealthy-pod-eviction-policy"},
                          {"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::pod_disruption_budget}, run},
};

}  // namespace bulwark::posture

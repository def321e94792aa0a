// KEP-3017: with IfHealthyBudget, the default, a pod that is not ready can be evicted only while the budget is
// met; a pod that crashes in a loop then blocks the drain of its node for ever. Beta and on from 1.27.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  // Those belong to AKS, which sets them back.
  if (is_system_namespace(object.namespace_or_default()) || object.version() == "v1beta1") return;
  const std::string_view policy = kube::as<kube::PodDisruptionBudget>(object)->spec.unhealthy_pod_eviction_policy;
  if (policy == "AlwaysAllow") return;
  const FieldPath at = FieldPath("spec") / "unhealthyPodEvictionPolicy";
  report
      .broken(at,
              kube::is_set(policy)
                  ? fmt::format("unhealthyPodEvictionPolicy \"{}\" keeps pods that crash in a loop on their node",
                                policy)
                  : "unhealthyPodEvictionPolicy is not set: pods that crash in a loop stay on their node")
      .fix([&] { return Edits{set(at, document::Literal::string("AlwaysAllow"))}; });
}

}  // namespace

extern const Check budget_unhealthy_policy;
const Check budget_unhealthy_policy{
    .about = {.id = "budget-unhealthy-policy",
              .aliases = {"pdb-unhealthy-pod-eviction-policy"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Pods that are unhealthy may always be evicted",
              .effect = "One pod that never becomes ready stops the drain of its node, and with it the upgrade.",
              .remedy = "Set unhealthyPodEvictionPolicy: AlwaysAllow.",
              .sources = {{"Kubernetes: specifying a disruption budget",
                           "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"},
                          {"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .from = {1, 27},
    .rule = ObjectRule{{kube::ResourceKind::pod_disruption_budget}, run},
};

}  // namespace bulwark::posture

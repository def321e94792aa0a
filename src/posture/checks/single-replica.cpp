// upgrade-conceptual: each node is cordoned, drained and reimaged in turn; a pod that runs once is gone from its
// eviction until its successor is ready.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    if (is_system_namespace(name_space)) continue;
    const bool by_keda = is_scaled_by_keda(inventory, name_space);
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      const kube::Object& object = *workload.object;
      if (object.kind == kube::ResourceKind::pod) continue;
      const auto scale = scale_of(inventory, object);
      if (!scale || scale->high == 0) continue;
      report.judged(object);
      if (scale->low != 1 || (by_keda && scale->by == Scale::By::defaults)) continue;
      const std::string_view why = scale->by == Scale::By::number     ? "one replica"
                                   : scale->by == Scale::By::defaults ? "replicas is not set, so there is one"
                                                                      : "its autoscaler may leave it one replica";
      report
          .broken(object, FieldPath("spec") / "replicas",
                  fmt::format("{}: every drain of its node interrupts {}", why, describe(object)))
          .no_fix("whether the program may run twice is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check single_replica;
const Check single_replica{
    .about = {.id = "single-replica",
              .aliases = {"deploymentMissingReplicas", "minimum-three-replicas"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Workloads run more than once",
              .effect = "Each upgrade of its node interrupts the service until a new pod is ready.",
              .remedy = "Run at least two replicas, on different nodes and under a disruption budget.",
              .sources = {{"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"},
                          {"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

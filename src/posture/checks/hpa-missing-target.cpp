// A HorizontalPodAutoscaler whose scaleTargetRef names nothing scales nothing (FailedGetScale).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  using kube::ResourceKind;
  constexpr std::array kinds{
      std::pair{std::string_view("Deployment"), ResourceKind::deployment},
      std::pair{std::string_view("StatefulSet"), ResourceKind::stateful_set},
      std::pair{std::string_view("ReplicaSet"), ResourceKind::replica_set},
      std::pair{std::string_view("ReplicationController"), ResourceKind::replication_controller}};
  for (const kube::Object* object : inventory.of(ResourceKind::horizontal_pod_autoscaler)) {
    const kube::ScaleTargetRef& target = kube::as<kube::HorizontalPodAutoscaler>(*object)->spec.scale_target_ref;
    const std::string_view name_space = object->namespace_or_default();
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& each) { return each.first == target.kind; });
    // Without any workload here, and for custom kinds, the target is somewhere else.
    if (kind == kinds.end() || inventory.workloads(name_space).empty()) continue;
    report.judged(*object);
    if (inventory.find(kind->second, name_space, target.name) != nullptr) continue;
    report
        .broken(*object, FieldPath("spec") / "scaleTargetRef" / "name",
                fmt::format("namespace \"{}\" has no {} \"{}\"", name_space, target.kind, target.name))
        .no_fix("which workload is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check hpa_missing_target;
const Check hpa_missing_target{
    .about = {.id = "hpa-missing-target",
              .aliases = {"dangling-horizontalpodautoscaler"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Autoscalers scale workloads that exist",
              .effect = "Nothing is scaled: the workload keeps its replicas whatever the load.",
              .remedy = "Correct the name or kind of the scaleTargetRef.",
              .sources = {{"Kubernetes: horizontal pod autoscaling",
                           "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// system-node-critical and system-cluster-critical are for what the cluster itself needs; until Kubernetes 1.17
// the API server took them in kube-system alone.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const std::string_view name = pod.spec.priority_class_name;
  if (name != "system-node-critical" && name != "system-cluster-critical") return;
  const std::string_view name_space = pod.object.metadata.name_space;
  if (is_system_namespace(name_space) || name_space.ends_with("-system")) return;
  const FieldPath at = pod.spec_path() / "priorityClassName";
  const std::string message = fmt::format("the priority class {} is the cluster's own", name);
  if (name_space.empty()) {
    report.unknown(at, message, "the namespace that it is applied to");
    return;
  }
  report.broken(at, message).no_fix("which priority the workload has among others is known to its owner alone");
}

}  // namespace

extern const Check system_priority;
const Check system_priority{
    .about = {.id = "system-priority",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Only system pods have the system's priority",
              .effect = "The pod displaces others, the cluster's own services among them, when a node is full.",
              .remedy = "Use a PriorityClass of your own.",
              .sources = {{"Kubernetes: assigning pods to nodes",
                           "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

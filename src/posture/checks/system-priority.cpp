// system-node-critical and system-cluster-critical are meant for kube-system.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const std::string_view name = pod.spec.priority_class_name;
  if (name != "system-node-critical" && name != "system-cluster-critical") return;
  if (is_system_namespace(pod.object.namespace_or_default())) return;
  report
      .broken(pod.spec_path() / "priorityClassName",
              fmt::format("the priority class {} is the cluster's own", name))
      .no_fix("which priority the workload has among others is known to its owner alone");
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

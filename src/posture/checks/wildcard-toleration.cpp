// A toleration with operator Exists and no key matches all taints, node.kubernetes.io/unschedulable among them.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// Agents belong on every node: DaemonSets, their pods, and static pods, which the node itself owns.
bool belongs_everywhere(const PodView& pod) {
  if (pod.object.kind == kube::ResourceKind::daemon_set) return true;
  const kube::OwnerReference* owner = pod.metadata.controller();
  return owner != nullptr && (owner->kind == "DaemonSet" || owner->kind == "Node");
}

void run(const PodView& pod, Reporter& report) {
  if (pod.spec.tolerations.empty() || belongs_everywhere(pod)) return;
  for (std::size_t i = 0; i < pod.spec.tolerations.size(); ++i) {
    const kube::Toleration& toleration = pod.spec.tolerations[i];
    if (!toleration.key.empty() || toleration.op != "Exists") continue;
    // PreferNoSchedule keeps nothing away; with a time, NoExecute is only delayed.
    if (toleration.effect == "PreferNoSchedule" || toleration.toleration_seconds) continue;
    report
        .broken(pod.spec_path() / "tolerations" / i,
                toleration.effect.empty() ? std::string("the pod tolerates every taint")
                                          : fmt::format("the pod tolerates every {} taint", toleration.effect))
        .no_fix("which taints are meant is known to its owner alone");
  }
}

}  // namespace

extern const Check wildcard_toleration;
const Check wildcard_toleration{
    .about = {.id = "wildcard-toleration",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Only node agents tolerate every taint",
              .effect =
                  "The pod is placed on nodes that are being drained, are not ready, or are kept for others.",
              .remedy = "Tolerate the taints that are meant, by key.",
              .sources = {{"Kubernetes: assigning pods to nodes",
                           "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

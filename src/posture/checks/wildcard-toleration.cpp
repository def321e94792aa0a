// A toleration with operator Exists and no key matches all taints, node.kubernetes.io/unschedulable among them.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.object.kind == kube::ResourceKind::daemon_set) return;
  for (std::size_t i = 0; i < pod.spec.tolerations.size(); ++i) {
    const kube::Toleration& toleration = pod.spec.tolerations[i];
    if (!toleration.key.empty() || toleration.op != "Exists") continue;
    if (toleration.effect == "PreferNoSchedule") continue;
    report.broken(pod.spec_path() / "tolerations" / i, "the pod tolerates every taint");
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

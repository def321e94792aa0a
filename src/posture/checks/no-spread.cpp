// The scheduler spreads pods by its own weak preferences only: without topologySpreadConstraints or pod
// anti-affinity all replicas may stand on one node, and its drain takes them all.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.object.kind == kube::ResourceKind::pod || is_system_namespace(pod.object.namespace_or_default())) return;
  if (pod.object.metadata.controller() != nullptr) return;
  const kube::OptionalInt replicas = kube::replicas_of(pod.object);
  if (!replicas || *replicas < 2) return;
  if (!pod.spec.topology_spread_constraints.empty()) return;
  const kube::Affinity* affinity = pod.spec.affinity;
  if (affinity != nullptr && affinity->pod_anti_affinity != nullptr) {
    const kube::PodAffinity& apart = *affinity->pod_anti_affinity;
    if (!apart.required.empty() || !apart.preferred.empty()) return;
  }
  report
      .broken(pod.spec_path() / "topologySpreadConstraints",
              fmt::format("nothing keeps the {} replicas on different nodes", *replicas))
      .no_fix("which topology they should spread over is known to their owner alone");
}

}  // namespace

extern const Check no_spread;
const Check no_spread{
    .about =
        {.id = "no-spread",
         .aliases = {"no-anti-affinity", "topologySpreadConstraint"},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::low,
         .title = "Replicas are spread over nodes",
         .effect = "All replicas may stand on one node, and its drain or its failure takes them all.",
         .remedy = "Add topologySpreadConstraints over kubernetes.io/hostname and topology.kubernetes.io/zone.",
         .sources = {{"Kubernetes: pod topology spread constraints",
                      "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

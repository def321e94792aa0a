// spec.nodeName in a manifest bypasses the scheduler and its checks.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.spec.node_name.empty() || pod.metadata.controller() != nullptr) return;
  // What is read from a living cluster has its node, and a status.
  const auto* live = kube::as<kube::Pod>(pod.object);
  if (live != nullptr && !live->status.phase.empty()) return;
  report
      .broken(pod.spec_path() / "nodeName",
              fmt::format("the pod is pinned to the node \"{}\"", pod.spec.node_name))
      .no_fix("which nodes are meant is known to its owner alone");
}

}  // namespace

extern const Check pinned_node;
const Check pinned_node{
    .about = {.id = "pinned-node",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "No manifest pins its pod to one node",
              .effect = "When the node is upgraded or replaced the pod goes away and comes back nowhere else.",
              .remedy = "Use a nodeSelector or an affinity.",
              .sources = {{"Kubernetes: assigning pods to nodes",
                           "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

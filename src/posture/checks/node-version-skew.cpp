// version-skew-policy: "kubelet may be up to three minor versions older than kube-apiserver" (two before 1.25),
// and never newer; so the control plane is at least as new as the newest kubelet.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/nodes.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const kube::Object* newest = nullptr;
  kube::Minor ahead;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const auto version = NodeView(*object).kubelet();
    if (!version || (newest != nullptr && version->minor() <= ahead)) continue;
    newest = object;
    ahead = version->minor();
  }
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const NodeView node(*object);
    const auto version = node.kubelet();
    if (!version) continue;
    report.judged(*object);
    const int behind = ahead.number - version->minor().number;
    const int allowed = version->minor() < kube::Minor{1, 25} ? 2 : 3;
    if (behind <= allowed) continue;
    report
        .broken(
            *object, FieldPath("status") / "nodeInfo" / "kubeletVersion",
            fmt::format("kubelet {} is {} minor versions behind {} of node \"{}\", and {} are allowed",
                        node.node.status.node_info.kubelet_version, behind,
                        NodeView(*newest).node.status.node_info.kubelet_version, newest->metadata.name, allowed))
        .no_fix("a node pool is upgraded through AKS");
  }
}

}  // namespace

extern const Check node_version_skew;
const Check node_version_skew{
    .about = {.id = "node-version-skew",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Nodes are within the version skew that Kubernetes supports",
              .effect = "The kubelet may not understand the API server any more, and AKS refuses the next upgrade "
                        "of the control plane.",
              .remedy = "Upgrade the node pool before the next upgrade of the control plane.",
              .sources = {{"Kubernetes: version skew policy",
                           "https://kubernetes.io/releases/version-skew-policy/"},
                          {"AKS: supported Kubernetes versions",
                           "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// version-skew-policy: "kubelet may be up to three minor versions older than kube-apiserver" (two before 1.25),
// and never newer. When the API server's version is not told, it is at least that of the newest kubelet.
#include <fmt/format.h>

#include "kube/version_skew.h"
#include "posture/check.h"
#include "posture/living.h"
#include "posture/nodes.h"

namespace bulwark::posture {

namespace {

void say(const NodeView& node, ClusterReporter& report, std::string_view what) {
  report.broken(node.object, FieldPath("status") / "nodeInfo" / "kubeletVersion", what)
      .no_fix("a node pool is upgraded through AKS");
}

void judge_by_server(const kube::Inventory& inventory, const kube::Version& server, ClusterReporter& report) {
  const std::string_view server_text = facts_of(inventory)->server_version;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const NodeView node(*object);
    const auto version = node.kubelet();
    if (!version) continue;
    report.judged(*object);
    const std::string_view text = node.node.status.node_info.kubelet_version;
    const int behind = server.minor().number - version->minor().number;
    const int allowed = kube::allowed_skew(version->minor());
    if (behind < 0) {
      say(node, report,
          fmt::format("kubelet {} is newer than the API server, which is {}: no kubelet may be", text,
                      server_text));
    } else if (behind > allowed) {
      say(node, report,
          fmt::format("kubelet {} is {} minor versions behind {} of the API server, and {} are allowed", text,
                      behind, server_text, allowed));
    }
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  if (const auto server = server_version(inventory); server && server->major == 1) {
    judge_by_server(inventory, *server, report);
    return;
  }
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
    const int allowed = kube::allowed_skew(version->minor());
    if (behind <= allowed) continue;
    say(node, report,
        fmt::format("kubelet {} is {} minor versions behind {} of node \"{}\", and {} are allowed",
                    node.node.status.node_info.kubelet_version, behind,
                    NodeView(*newest).node.status.node_info.kubelet_version, newest->metadata.name, allowed));
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

// supported-kubernetes-versions: AKS supports three GA minor versions, each for 12 months, and one more year with
// long-term support, which no Node tells of. By its release calendar of 2026-08-05.
#include <fmt/format.h>

#include "posture/aks_versions.h"
#include "posture/check.h"
#include "posture/nodes.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const NodeView node(object);
  const auto version = node.kubelet();
  if (!version) return;
  const std::string_view kubelet = node.node.status.node_info.kubelet_version;
  const FieldPath at = FieldPath("status") / "nodeInfo" / "kubeletVersion";
  const std::string fault = support_fault(fmt::format("kubelet {}", kubelet), version->minor());
  if (fault.empty()) return;
  if (aks_state(version->minor()).support == AksSupport::lts) {
    report.unknown(at, fault, "the support plan of the cluster").severity(finding::Severity::medium);
  } else {
    report.broken(at, fault).no_fix("a node pool is upgraded through AKS");
  }
}

}  // namespace

extern const Check node_version_unsupported;
const Check node_version_unsupported{
    .about = {.id = "node-version-unsupported",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Nodes run a Kubernetes version that AKS supports",
              .effect =
                  "Security fixes for the node do not come any more, and AKS may upgrade the cluster by itself.",
              .remedy = "Upgrade the cluster and its node pools to one of the three newest minor versions.",
              .sources = {{"AKS: supported Kubernetes versions",
                           "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

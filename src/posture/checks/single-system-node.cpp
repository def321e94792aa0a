// use-system-pools: CoreDNS and metrics-server run on the system node pool; at least two nodes are recommended,
// three where it is the only pool.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  constexpr std::string_view mode = "kubernetes.azure.com/mode";
  const kube::Object* first = nullptr;
  std::size_t count = 0;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    if (kube::find_label(object->metadata.labels, mode) != "system") continue;
    if (count++ == 0) first = object;
  }
  if (first == nullptr) return;
  report.judged(*first);
  if (count > 1) return;
  report
      .broken(*first, FieldPath("metadata") / "labels" / mode,
              fmt::format("\"{}\" is the only system node: its drain takes CoreDNS along", first->metadata.name))
      .no_fix("a node pool is scaled through AKS");
}

}  // namespace

extern const Check single_system_node;
const Check single_system_node{
    .about = {.id = "single-system-node",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "System node pools have more than one node",
              .effect = "When the node is drained or fails, names are not resolved anywhere in the cluster until "
                        "its pods run elsewhere.",
              .remedy = "Scale the system node pool to two nodes at least, or three.",
              .sources = {{"AKS: manage system node pools",
                           "https://learn.microsoft.com/azure/aks/use-system-pools"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

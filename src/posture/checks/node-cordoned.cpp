// upgrade-conceptual: an upgrade cordons each node, and leaves those that it could not drain behind, cordoned and
// with the label kubernetes.azure.com/upgrade-status=Quarantined.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr std::string_view status = "kubernetes.azure.com/upgrade-status";
  if (kube::find_label(object.metadata.labels, status) == "Quarantined") {
    report
        .broken(FieldPath("metadata") / "labels" / status,
                "an upgrade could not drain the node and left it behind, on its old version")
        .severity(finding::Severity::high)
        .no_fix("what blocked the drain must be found first");
  } else if (kube::as<kube::Node>(object)->spec.unschedulable.value_or(false)) {
    report.broken(FieldPath("spec") / "unschedulable", "the node is cordoned: it takes no new pods")
        .no_fix("kubectl uncordon ends it, when the work on the node is done");
  }
}

}  // namespace

extern const Check node_cordoned;
const Check node_cordoned{
    .about = {.id = "node-cordoned",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::low,
              .title = "No node is left cordoned",
              .effect = "An upgrade or a reboot did not end: the node misses its fixes, and its room is missing "
                        "when others are drained.",
              .remedy = "Find what stopped the drain, and uncordon or remove the node.",
              .sources = {{"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"},
                          {"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

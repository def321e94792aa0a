// upgrade-conceptual: an upgrade cordons each node, and leaves those that it could not drain behind, cordoned and
// with the label kubernetes.azure.com/upgrade-status=Quarantined.
#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/rfc3339.h"
#include "posture/check.h"
#include "posture/living.h"

namespace bulwark::posture {

namespace {

// When the node controller put the taint of a cordoned node on it.
std::string_view cordoned_since(const kube::NodeSpec& spec) {
  for (const kube::Taint& taint : spec.taints) {
    if (taint.key == "node.kubernetes.io/unschedulable") return taint.time_added;
  }
  return {};
}

void judge(const kube::Object& object, const std::optional<std::chrono::sys_seconds>& now,
           ClusterReporter& report) {
  constexpr std::string_view status = "kubernetes.azure.com/upgrade-status";
  report.judged(object);
  const kube::NodeSpec& spec = kube::as<kube::Node>(object)->spec;
  if (kube::find_label(object.metadata.labels, status) == "Quarantined") {
    report
        .broken(object, FieldPath("metadata") / "labels" / status,
                "an upgrade could not drain the node and left it behind, on its old version")
        .severity(finding::Severity::high)
        .no_fix("what blocked the drain must be found first");
  } else if (spec.unschedulable.value_or(false)) {
    // A drain and a soak together take no longer: drain timeout and soak are 30 minutes each.
    const auto since = base::parse_rfc3339(cordoned_since(spec));
    const bool forgotten = now && since && *now - *since > std::chrono::hours(24);
    report
        .broken(object, FieldPath("spec") / "unschedulable",
                forgotten
                    ? fmt::format("the node is cordoned since {}: it takes no new pods", base::rfc3339(*since))
                    : "the node is cordoned: it takes no new pods")
        .severity(forgotten ? finding::Severity::medium : finding::Severity::low)
        .no_fix("kubectl uncordon ends it, when the work on the node is done");
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto now = read_at(inventory);
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) judge(*object, now, report);
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
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

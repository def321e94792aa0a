// Node, condition Ready: anything but "True" means that the kubelet does not answer or is not well. AKS upgrades
// only what is healthy.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto conditions = kube::as<kube::Node>(object)->status.conditions;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].type != "Ready" || conditions[i].status == "True") continue;
    const std::string_view reason = conditions[i].reason;
    report
        .broken(FieldPath("status") / "conditions" / i / "status",
                fmt::format("the node is not ready: status \"{}\"{}", conditions[i].status,
                            reason.empty() ? std::string() : fmt::format(", reason \"{}\"", reason)))
        .no_fix("the node must be repaired");
  }
}

}  // namespace

extern const Check node_not_ready;
const Check node_not_ready{
    .about = {.id = "node-not-ready",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::medium,
              .title = "All nodes are ready",
              .effect = "Its pods move elsewhere or hang, and an upgrade of its pool fails or waits.",
              .remedy = "Repair the node, or reimage it through AKS.",
              .sources = {{"Kubernetes: nodes", "https://kubernetes.io/docs/concepts/architecture/nodes/"},
                          {"AKS: upgrade an AKS cluster",
                           "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

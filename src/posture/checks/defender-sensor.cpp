// The guide: you can enable Defender for Containers. Its sensor is the DaemonSet
// microsoft-defender-collector-ds in kube-system (in namespace mdc by Helm). An input with nodes and workloads
// of kube-system shows it when it is there.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

// The input shows an AKS cluster: nodes, and none of another cloud. nullptr when it does not.
const kube::Object* find_node(const kube::Inventory& inventory) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  for (const kube::Object* node : nodes) {
    const std::string_view provider = kube::as<kube::Node>(*node)->spec.provider_id;
    if (!provider.empty() && !provider.starts_with("azure://")) return nullptr;
  }
  return nodes.empty() ? nullptr : nodes.front();
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const kube::Object* node = find_node(inventory);
  if (node == nullptr) return;
  report.judged(*node);
  for (const kube::Object* object : inventory.workloads()) {
    if (object->metadata.name.starts_with("microsoft-defender-")) return;
  }
  const kube::Object* system = inventory.find(kube::ResourceKind::name_space, "", "kube-system");
  const kube::Object& anchor = system != nullptr ? *system : *node;
  const FieldPath at = FieldPath("metadata") / "name";
  if (inventory.workloads("kube-system").empty()) {
    report.unknown(anchor, at, "whether the Defender sensor runs cannot be told", "the workloads of kube-system");
  } else {
    report.broken(anchor, at, "the Defender sensor does not run in the cluster")
        .no_fix("it is enabled in Azure, not by a manifest");
  }
}

}  // namespace

extern const Check defender_sensor;
const Check defender_sensor{
    .about =
        {.id = "defender-sensor",
         .aliases = {},
         .chapter = finding::Chapter::threat_protection,
         .severity = finding::Severity::medium,
         .title = "Defender for Containers watches the nodes",
         .effect = "Nobody is told when a container does what attackers do.",
         .remedy = "Enable Defender for Containers on the cluster: `az aks update --enable-defender`.",
         .sources = {{"Defender for Containers",
                      "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"},
                     {"AKS: cluster security",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"}},
         .mappings = {{finding::Framework::guide, "Enable threat protection"},
                      {finding::Framework::defender,
                       "Azure Kubernetes Service clusters should have Defender profile enabled"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// Defender recommendation: Azure Policy add-on for Kubernetes should be installed and enabled on clusters. It
// is the Deployment azure-policy in kube-system, with Gatekeeper beside it.
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
    if (object->metadata.name.starts_with("azure-policy")) return;
  }
  const kube::Object* system = inventory.find(kube::ResourceKind::name_space, "", "kube-system");
  const kube::Object& anchor = system != nullptr ? *system : *node;
  const FieldPath at = FieldPath("metadata") / "name";
  if (inventory.workloads("kube-system").empty()) {
    report.unknown(anchor, at, "whether the Azure Policy add-on runs cannot be told",
                   "the workloads of kube-system");
  } else {
    report.broken(anchor, at, "the Azure Policy add-on does not run in the cluster")
        .no_fix("it is enabled in Azure, not by a manifest");
  }
}

}  // namespace

extern const Check azure_policy_add_on;
const Check azure_policy_add_on{
    .about =
        {.id = "azure-policy-add-on",
         .aliases = {},
         .chapter = finding::Chapter::threat_protection,
         .severity = finding::Severity::medium,
         .title = "Azure Policy audits the cluster",
         .effect =
             "Defender for Cloud sees no workloads' configuration, and nothing denies those that break the rules.",
         .remedy = "Enable the add-on: `az aks enable-addons --addons azure-policy`.",
         .sources =
             {{"AKS: Azure Policy", "https://learn.microsoft.com/azure/aks/use-azure-policy"},
              {"Defender for Containers",
               "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
         .mappings =
             {{finding::Framework::guide, "Enable threat protection"},
              {finding::Framework::defender,
               "Azure Kubernetes Service clusters should have the Azure Policy add-on for Kubernetes installed"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// Defender recommendation: Azure Policy add-on for Kubernetes should be installed and enabled on clusters. It
// is the Deployment azure-policy in kube-system, with Gatekeeper beside it.
#include "posture/aks_cluster.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_missing_add_on(inventory, {.name = "the Azure Policy add-on", .workload = "azure-policy", .instead = {}},
                        report);
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

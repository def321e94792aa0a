// workload-identity-overview.md: label on the pod, client-id annotation on the service account.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.workloads()) {
    const kube::PodLocation pod = kube::pod_of(*object);
    if (kube::find_label(pod.metadata->labels, "azure.workload.identity/use") != "true") continue;
    report.judged(*object);
    const std::string_view name =
        pod.spec->service_account().empty() ? std::string_view("default") : pod.spec->service_account();
    const kube::Object* account =
        inventory.find(kube::ResourceKind::service_account, object->namespace_or_default(), name);
    FieldPath at;
    for (const std::string_view key : pod.path) at = std::move(at) / key;
    at = std::move(at) / "spec" / "serviceAccountName";
    if (account == nullptr) {
      report.unknown(*object, at, fmt::format("the service account {} is not here", name),
                     "the ServiceAccount with its annotations");
    } else if (kube::find_label(account->metadata.annotations, "azure.workload.identity/client-id").data() ==
               nullptr) {
      report
          .broken(*object, at,
                  fmt::format("the service account {} has no azure.workload.identity/client-id", name))
          .no_fix("the client id must be asked of Azure");
    }
  }
}

}  // namespace

extern const Check workload_identity_account;
const Check workload_identity_account{
    .about =
        {.id = "workload-identity-account",
         .aliases = {},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::medium,
         .title = "Workload identity has its service account",
         .effect =
             "The pod gets no token: without the annotation the webhook does not know which identity is meant.",
         .remedy = "Annotate the ServiceAccount with azure.workload.identity/client-id.",
         .sources = {{"AKS: workload identity",
                      "https://learn.microsoft.com/azure/aks/workload-identity-overview"}},
         .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

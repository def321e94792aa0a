// workload-identity-overview: the label is the pod's, the annotation with the client id the service account's.
// Judged when the service account is in the input. A container that sets AZURE_CLIENT_ID needs no annotation.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

bool names_client(const kube::PodSpec& pod) {
  return std::any_of(pod.containers.begin(), pod.containers.end(), [](const kube::Container& each) {
    return std::any_of(each.env.begin(), each.env.end(),
                       [](const kube::EnvVar& env) { return env.name == "AZURE_CLIENT_ID"; });
  });
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  constexpr std::string_view client_id = "azure.workload.identity/client-id";
  for (const kube::Object* object : inventory.workloads()) {
    const kube::PodLocation pod = kube::pod_of(*object);
    if (kube::find_label(pod.metadata->labels, "azure.workload.identity/use") != "true") continue;
    if (is_made_by_workload(inventory, *object)) continue;
    const std::string_view named = pod.spec->service_account();
    const std::string_view name = named.empty() ? std::string_view("default") : named;
    const kube::Object* account =
        inventory.find(kube::ResourceKind::service_account, object->namespace_or_default(), name);
    if (account == nullptr) continue;
    report.judged(*object);
    if (!kube::find_label(account->metadata.annotations, client_id).empty() || names_client(*pod.spec)) continue;
    FieldPath at;
    for (const std::string_view key : pod.path) at = std::move(at) / key;
    report
        .broken(*object, std::move(at) / "spec" / "serviceAccountName",
                fmt::format("service account \"{}\" has no annotation {}", name, client_id))
        .no_fix("the client id must be asked of Azure");
  }
}

}  // namespace

extern const Check workload_identity_account;
const Check workload_identity_account{
    .about = {.id = "workload-identity-account",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Workload identity has its service account",
              .effect = "The pod does not know its identity, and its SDK falls back on others, such as that of "
                        "the node at the metadata service.",
              .remedy = "Annotate the ServiceAccount with azure.workload.identity/client-id.",
              .sources = {{"AKS: Microsoft Entra Workload ID",
                           "https://learn.microsoft.com/azure/aks/workload-identity-overview"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

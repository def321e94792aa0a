// CIS 5.1.6: ensure that service account tokens are only mounted where necessary. A pod whose account is bound to
// a role in the input is taken to need it.
#include <set>
#include <utility>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// Accounts that some role is bound to, as namespace and name.
std::set<std::pair<std::string_view, std::string_view>> bound_accounts(const kube::Inventory& inventory) {
  std::set<std::pair<std::string_view, std::string_view>> bound;
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}) {
    for (const kube::Object* object : inventory.of(kind)) {
      for (const kube::Subject& subject : kube::as<kube::RoleBinding>(*object)->subjects) {
        if (subject.kind != "ServiceAccount") continue;
        bound.emplace(subject.name_space.empty() ? object->namespace_or_default() : subject.name_space,
                      subject.name);
      }
    }
  }
  return bound;
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto bound = bound_accounts(inventory);
  for (const kube::Object* object : inventory.workloads()) {
    const kube::PodLocation pod = kube::pod_of(*object);
    report.judged(*object);
    const kube::OptionalBool own = pod.spec->automount_service_account_token;
    if (own && !*own) continue;
    const std::string_view name =
        pod.spec->service_account().empty() ? std::string_view("default") : pod.spec->service_account();
    const std::string_view space = object->namespace_or_default();
    const kube::Object* account = inventory.find(kube::ResourceKind::service_account, space, name);
    if (!own && account != nullptr &&
        !kube::as<kube::ServiceAccount>(*account)->automount_service_account_token.value_or(true))
      continue;
    // A workload whose account is bound to a role calls the API server.
    if (bound.contains({space, name})) continue;
    FieldPath at;
    for (const std::string_view key : pod.path) at = std::move(at) / key;
    at = std::move(at) / "spec" / "automountServiceAccountToken";
    auto finding = report.broken(*object, at,
                                 own ? "the pod asks for a service account token"
                                     : "the pod gets a service account token that nothing here needs");
    // An account of its own was made for something, and its bindings may stand in files that are not here.
    if (own || name != "default") {
      finding.no_fix("a role may be bound to its service account elsewhere");
    } else {
      finding.fix([&] { return Edits{set(at, document::Literal::boolean(false))}; });
    }
    // A missing field is shown at what should hold it, which is known without reading the document again.
    if (!own) finding.at(pod.spec->key_at);
  }
}

}  // namespace

extern const Check service_account_token;
const Check service_account_token{
    .about = {.id = "service-account-token",
              .aliases = {"KSV036", "C-0034"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Pods that do not call the API server carry no token for it",
              .effect = "Who breaks into the pod has an identity on the API server.",
              .remedy = "Set automountServiceAccountToken: false on the pod, or on its ServiceAccount.",
              .sources = {{"Kubernetes: configure service accounts for pods",
                           "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.6"},
                           {finding::Framework::cis_aks, "4.1.6"},
                           {finding::Framework::nsa, "Pod security: service account tokens"},
                           {finding::Framework::defender,
                            "Kubernetes clusters should disable automounting API credentials"},
                           {finding::Framework::mitre, "T1528"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

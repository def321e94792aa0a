// The guide: "use groups to provide access to files and folders instead of individual identities ... use a
// Microsoft Entra ID group membership to bind users to Kubernetes roles rather than individual users".
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto* binding = kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding->subjects.size(); ++i) {
    const kube::Subject& subject = binding->subjects[i];
    if (!is_kind(subject, "User") || subject.name.starts_with("system:")) continue;
    report.broken(FieldPath("subjects") / i / "name", fmt::format("the user {} is bound directly", subject.name))
        .no_fix("which group stands for the person is known to its owner alone");
  }
}

}  // namespace

extern const Check binding_to_individual;
const Check binding_to_individual{
    .about = {.id = "binding-to-individual",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Rights are granted to groups and not to individuals",
              .effect =
                  "When the person changes jobs, their groups change in Microsoft Entra ID, and this right stays.",
              .remedy = "Bind the group (by its object id in Entra ID) and put the person into it.",
              .sources = {{"AKS: cluster security and upgrades",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"AKS: authentication and authorization",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-identity"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.1"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

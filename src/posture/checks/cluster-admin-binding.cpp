// CIS 5.1.1: ensure that the cluster-admin role is only used where required. Kubernetes itself binds it to the
// group system:masters, which system-masters-binding looks at.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  if (binding.role_ref.name != "cluster-admin" || binding.role_ref.kind != "ClusterRole") return;
  const bool cluster = object.kind == kube::ResourceKind::cluster_role_binding;
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const kube::Subject& subject = binding.subjects[i];
    if (subject.name == "system:masters") continue;
    // A group of administrators is how the role is meant to be used; a pod's token is what attackers find first.
    const bool group = is_kind(subject, "Group") && !subject.name.starts_with("system:");
    report
        .broken(FieldPath("subjects") / i / "name",
                fmt::format("{} is cluster-admin{}", subject_name(subject, object.metadata.name_space),
                            cluster ? "" : " of the namespace"))
        .severity(!cluster ? finding::Severity::medium
                  : group  ? finding::Severity::high
                           : finding::Severity::critical)
        .no_fix("the rights that are really used must be known first");
  }
}

}  // namespace

extern const Check cluster_admin_binding;
const Check cluster_admin_binding{
    .about = {.id = "cluster-admin-binding",
              .aliases = {"cluster-admin-role-binding", "KSV111", "C-0035"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Nobody is bound to cluster-admin",
              .effect = "Whoever has it owns the cluster: every secret, every node, every right.",
              .remedy = "Bind a role with the rights that are needed, in the namespaces where they are needed.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"AKS: authentication and authorization",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-identity"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.1"},
                           {finding::Framework::cis_aks, "4.1.1"},
                           {finding::Framework::defender,
                            "Role-Based Access Control (RBAC) should be used on Kubernetes Services"},
                           {finding::Framework::nsa, "Authentication and authorization"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

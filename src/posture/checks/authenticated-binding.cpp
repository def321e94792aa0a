// system:authenticated holds all users and service accounts, system:serviceaccounts all service accounts of the
// cluster. By default they have the roles for discovery and for facts about oneself.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

bool is_for_all(std::string_view role) {
  return role == "system:discovery" || role == "system:basic-user" || role == "system:public-info-viewer" ||
         role == "system:service-account-issuer-discovery";
}

void run(const kube::Object& object, Reporter& report) {
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  const std::string_view role = binding.role_ref.name;
  if (is_system_rbac(object) || is_for_all(role)) return;
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const std::string_view name = binding.subjects[i].name;
    if (name != "system:authenticated" && name != "system:serviceaccounts") continue;
    const std::string_view who =
        name == "system:authenticated" ? "everybody who can log in" : "the service account of every pod";
    const bool powerful = role == "cluster-admin" || role == "admin" || role == "edit";
    report
        .broken(FieldPath("subjects") / i / "name",
                fmt::format("\"{}\", which is {}, has role \"{}\"", name, who, role))
        .severity(powerful ? finding::Severity::critical : finding::Severity::high)
        .no_fix("who is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check authenticated_binding;
const Check authenticated_binding{
    .about = {.id = "authenticated-binding",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Nothing is granted to everybody who can log in",
              .effect = "Every service account of every namespace, and every user of the tenant that can get a "
                        "token, has the right.",
              .remedy = "Bind the group that is meant.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
                          {"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

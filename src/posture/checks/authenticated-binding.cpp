// system:authenticated holds all users and service accounts, system:serviceaccounts all service accounts of the
// cluster.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto* binding = kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding->subjects.size(); ++i) {
    const std::string_view name = binding->subjects[i].name;
    if (name != "system:authenticated" && name != "system:serviceaccounts") continue;
    report
        .broken(FieldPath("subjects") / i / "name",
                fmt::format("{} is granted the role {}", name, binding->role_ref.name))
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
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

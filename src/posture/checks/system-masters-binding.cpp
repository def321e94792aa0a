// CIS 5.1.7: avoid use of the system:masters group.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto* binding = kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding->subjects.size(); ++i) {
    if (binding->subjects[i].name == "system:masters") {
      report.broken(FieldPath("subjects") / i / "name", "the group system:masters is bound");
    }
  }
}

}  // namespace

extern const Check system_masters_binding;
const Check system_masters_binding{
    .about = {.id = "system-masters-binding",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "No binding names system:masters",
              .effect = "Members of system:masters pass every check of the authorizer, and the right cannot be "
                        "taken away from them.",
              .remedy = "Bind a group of your own.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.7"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

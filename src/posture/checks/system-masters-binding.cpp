// CIS 5.1.7: avoid use of the system:masters group. The API server lets its members pass before it asks any
// authorizer.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  // The binding that Kubernetes makes, in a manifest without its label.
  if (object.metadata.name == "cluster-admin" && binding.role_ref.name == "cluster-admin") return;
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    if (!is_kind(binding.subjects[i], "Group") || binding.subjects[i].name != "system:masters") continue;
    report
        .broken(FieldPath("subjects") / i / "name",
                "group \"system:masters\" is bound, which is past authorization")
        .no_fix("another group must be made at the identity provider first");
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

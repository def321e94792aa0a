// Stale subjects; judged where the input has ServiceAccounts of the namespace.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}) {
    for (const kube::Object* object : inventory.of(kind)) {
      if (is_system_rbac(*object)) continue;
      report.judged(*object);
      const auto subjects = kube::as<kube::RoleBinding>(*object)->subjects;
      for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (!is_kind(subjects[i], "ServiceAccount") || subjects[i].name == "default") continue;
        const std::string_view space =
            subjects[i].name_space.empty() ? object->namespace_or_default() : subjects[i].name_space;
        // Only where the input evidently holds the accounts of the namespace.
        if (inventory.of(kube::ResourceKind::service_account, space).empty()) continue;
        if (inventory.find(kube::ResourceKind::service_account, space, subjects[i].name) != nullptr) continue;
        report.broken(*object, FieldPath("subjects") / i / "name",
                      fmt::format("{} does not exist here", subject_name(subjects[i], space)));
      }
    }
  }
}

}  // namespace

extern const Check missing_binding_subject;
const Check missing_binding_subject{
    .about = {.id = "missing-binding-subject",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Bindings name service accounts that exist",
              .effect = "Whoever can make an account of that name gets the rights.",
              .remedy = "Correct the name, or remove the subject.",
              .sources = {{"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

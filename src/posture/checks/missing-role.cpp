// A binding to a role that does not exist is accepted by the API server and waits for the role. Broken when the
// input has roles, unknown when it has none.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto roles_known = [&](std::string_view space) {
    return inventory.has(kube::ResourceKind::cluster_role) ||
           !inventory.of(kube::ResourceKind::role, space).empty();
  };
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}) {
    for (const kube::Object* object : inventory.of(kind)) {
      const kube::RoleRef& ref = kube::as<kube::RoleBinding>(*object)->role_ref;
      if (is_system_rbac(*object) || ref.name.empty()) continue;
      report.judged(*object);
      const std::string_view space = object->namespace_or_default();
      if (ref.kind == "ClusterRole") {
        if (is_built_in_role(ref.name) ||
            inventory.find(kube::ResourceKind::cluster_role, "", ref.name) != nullptr)
          continue;
      } else if (inventory.find(kube::ResourceKind::role, space, ref.name) != nullptr) {
        continue;
      }
      const FieldPath at = FieldPath("roleRef") / "name";
      const std::string message = fmt::format("the {} \"{}\" does not exist here", ref.kind, ref.name);
      if (roles_known(space)) {
        report.broken(*object, at, message);
      } else {
        report.unknown(*object, at, message, "the roles of the cluster");
      }
    }
  }
}

}  // namespace

extern const Check missing_role;
const Check missing_role{
    .about = {.id = "missing-role",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Bindings name roles that exist",
              .effect =
                  "The binding grants nothing; whoever later makes a role of that name decides what it grants.",
              .remedy = "Correct the name, or remove the binding.",
              .sources = {{"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

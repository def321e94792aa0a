// The API server takes a binding to a role that does not exist, and the binding waits for it. Roles may come
// from elsewhere: broken when the input is a whole cluster, or when it shows what was meant; unknown otherwise.
#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "posture/check.h"
#include "posture/rbac.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

std::string_view nearest_name(std::string_view name, std::span<const kube::Object* const> objects) {
  std::vector<std::string_view> names;
  for (const kube::Object* object : objects) names.push_back(object->metadata.name);
  return base::nearest(name, names);
}

void judge(const kube::Inventory& inventory, const kube::Object& object, ClusterReporter& report) {
  const kube::RoleRef& ref = kube::as<kube::RoleBinding>(object)->role_ref;
  const bool cluster_role = ref.kind == "ClusterRole";
  // Another kind, or a Role in a ClusterRoleBinding, is refused: the business of invalid-binding.
  if (is_system_rbac(object) || ref.name.empty()) return;
  if (!cluster_role && (ref.kind != "Role" || object.kind == kube::ResourceKind::cluster_role_binding)) return;
  report.judged(object);
  const std::string_view space = object.namespace_or_default();
  const auto cluster_roles = inventory.of(kube::ResourceKind::cluster_role);
  const auto roles = inventory.of(kube::ResourceKind::role, space);
  const kube::Object* as_cluster_role = inventory.find(kube::ResourceKind::cluster_role, "", ref.name);
  const kube::Object* as_role = inventory.find(kube::ResourceKind::role, space, ref.name);
  if (cluster_role ? is_built_in_role(ref.name) || as_cluster_role != nullptr : as_role != nullptr) return;

  const FieldPath at = FieldPath("roleRef") / "name";
  std::string message = fmt::format("there is no {} \"{}\"", ref.kind, ref.name);
  if (cluster_role && as_role != nullptr) {
    report.broken(object, at, message + ", but a Role of that name")
        .no_fix("roleRef cannot be changed: the binding must be made anew");
    return;
  }
  if (!cluster_role && (as_cluster_role != nullptr || is_built_in_role(ref.name))) {
    report.broken(object, at, fmt::format("{} in the namespace, but a ClusterRole of that name", message))
        .no_fix("roleRef cannot be changed: the binding must be made anew");
    return;
  }
  const std::string_view near = nearest_name(ref.name, cluster_role ? cluster_roles : roles);
  if (!near.empty()) message += fmt::format("; \"{}\" may be meant", near);
  const bool whole = is_whole_cluster(inventory) && inventory.has(kube::ResourceKind::cluster_role);
  if (whole || !near.empty()) {
    report.broken(object, at, message).no_fix("which role is meant is known to the binding's owner alone");
  } else {
    report.unknown(object, at, message + " in the input",
                   cluster_role ? "the ClusterRoles of the cluster" : "the Roles of the namespace");
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}) {
    for (const kube::Object* object : inventory.of(kind)) judge(inventory, *object, report);
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
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// Stale subjects. Judged where the input has ServiceAccounts of the namespace: broken when it is a whole
// cluster or shows what was meant, unknown otherwise.
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
  if (is_system_rbac(object)) return;
  report.judged(object);
  const auto& subjects = kube::as<kube::RoleBinding>(object)->subjects;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    // "default" is there with the namespace.
    if (!is_kind(subjects[i], "ServiceAccount") || subjects[i].name == "default") continue;
    const std::string_view space =
        subjects[i].name_space.empty() ? object.namespace_or_default() : subjects[i].name_space;
    const auto accounts = inventory.of(kube::ResourceKind::service_account, space);
    if (accounts.empty() ||
        inventory.find(kube::ResourceKind::service_account, space, subjects[i].name) != nullptr) {
      continue;
    }
    const FieldPath at = FieldPath("subjects") / i / "name";
    std::string message = fmt::format("there is no {}", subject_name(subjects[i], space));
    const std::string_view near = nearest_name(subjects[i].name, accounts);
    if (!near.empty()) message += fmt::format("; \"{}\" may be meant", near);
    if (!near.empty() || is_whole_cluster(inventory)) {
      report.broken(object, at, message).no_fix("which account is meant is known to the binding's owner alone");
    } else {
      report.unknown(object, at, message + " in the input", "all ServiceAccounts of the namespace");
    }
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}) {
    for (const kube::Object* object : inventory.of(kind)) judge(inventory, *object, report);
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
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

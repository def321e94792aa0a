// kubernetes-rbac-entra-id: AKS knows groups of Microsoft Entra ID by their object id; a display name never
// matches. Other identity providers, and Kubernetes' own groups (system:...), have names.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

bool is_object_id(std::string_view name) {
  if (name.size() != 36) return false;
  for (const std::size_t dash : {8, 13, 18, 23}) {
    if (name[dash] != '-') return false;
  }
  return name.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto& subjects = kube::as<kube::RoleBinding>(object)->subjects;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const kube::Subject& subject = subjects[i];
    if (!is_kind(subject, "Group") || subject.name.empty()) continue;
    // A prefix tells of another identity provider (--oidc-groups-prefix, aks:jwt:).
    if (subject.name.find(':') != std::string_view::npos || is_object_id(subject.name)) continue;
    report.unknown(
        FieldPath("subjects") / i / "name",
        fmt::format("group \"{}\" is not named by an object id, as Microsoft Entra ID has it", subject.name),
        "the identity provider of the cluster");
  }
}

}  // namespace

extern const Check group_object_id;
const Check group_object_id{
    .about = {.id = "group-object-id",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Groups of Microsoft Entra ID are named by their object id",
              .effect = "A display name matches nobody: the team does not get the right, and somebody grants it "
                        "to its members one by one.",
              .remedy = "Name the group by its object id: `az ad group show --group NAME --query id`.",
              .sources = {{"AKS: Kubernetes RBAC with Microsoft Entra ID",
                           "https://learn.microsoft.com/azure/aks/kubernetes-rbac-entra-id"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .in_guide = false,
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

// operator-best-practices-identity: use groups instead of individuals to give users Kubernetes roles. Names
// that start with system: are components. An object id of Microsoft Entra ID as the name of a User may be a
// person's or a service principal's.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

bool is_object_id(std::string_view name) {
  if (name.size() != 36) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? name[i] != '-'
             : std::string_view("0123456789abcdefABCDEF").find(name[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const kube::Subject& subject = binding.subjects[i];
    if (!is_kind(subject, "User") || subject.name.empty() || subject.name.starts_with("system:")) continue;
    const FieldPath at = FieldPath("subjects") / i / "name";
    const std::string message =
        fmt::format("user \"{}\" has role \"{}\" as an individual", subject.name, binding.role_ref.name);
    if (is_object_id(subject.name)) {
      report.unknown(at, message, "whether the object id is a person's or a service principal's");
    } else {
      report.broken(at, message).no_fix("which group stands for the person is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check binding_to_individual;
const Check binding_to_individual{
    .about = {.id = "binding-to-individual",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Rights are granted to groups and not to individuals",
              .effect =
                  "When the person changes jobs, their groups change in Microsoft Entra ID, and this right stays.",
              .remedy = "Bind the group (by its object id in Entra ID) and put the person into it.",
              .sources = {{"AKS: authentication and authorization",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-identity"},
                          {"AKS: Kubernetes RBAC with Microsoft Entra ID",
                           "https://learn.microsoft.com/azure/aks/kubernetes-rbac-entra-id"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

// CIS 5.1.5: default service accounts are not actively used: they have no bindings apart from the defaults.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const kube::Subject& subject = binding.subjects[i];
    if (!is_kind(subject, "ServiceAccount") || subject.name != "default") continue;
    report
        .broken(FieldPath("subjects") / i / "name",
                fmt::format("{} has role \"{}\"", subject_name(subject, object.metadata.name_space),
                            binding.role_ref.name))
        .no_fix("which workload needs the right is known to its owner alone");
  }
}

}  // namespace

extern const Check default_account_binding;
const Check default_account_binding{
    .about = {.id = "default-account-binding",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Nothing is granted to a default service account",
              .effect = "Every pod of the namespace that names no account has the right.",
              .remedy = "Make a ServiceAccount for the workload that needs the right, and bind that.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.5"},
                           {finding::Framework::cis_aks, "4.1.5"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

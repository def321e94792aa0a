// ValidateRoleBindingSubject of the API server: a ClusterRoleBinding must name the namespace of a
// ServiceAccount. In a RoleBinding its own is meant when there is none.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const kube::Subject& subject = binding.subjects[i];
    if (!is_kind(subject, "ServiceAccount") || !subject.name_space.empty()) continue;
    report
        .broken(FieldPath("subjects") / i / "namespace",
                fmt::format("service account \"{}\" has no namespace; the binding is refused", subject.name))
        .no_fix("where the account lives is known to its owner alone");
  }
}

}  // namespace

extern const Check service_account_subject_namespace;
const Check service_account_subject_namespace{
    .about = {.id = "service-account-subject-namespace",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Service accounts in bindings have their namespace",
              .effect = "The API server refuses the binding: the right that it was to give is not there.",
              .remedy = "Set namespace on the subject.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

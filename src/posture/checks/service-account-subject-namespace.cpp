// ValidateRoleBindingSubject of the API server: namespace is required for ServiceAccount subjects.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  const auto* binding = kube::as<kube::RoleBinding>(object);
  for (std::size_t i = 0; i < binding->subjects.size(); ++i) {
    const kube::Subject& subject = binding->subjects[i];
    if (!is_kind(subject, "ServiceAccount") || !subject.name_space.empty()) continue;
    const FieldPath at = FieldPath("subjects") / i / "namespace";
    auto finding = report.broken(at, fmt::format("the service account {} has no namespace", subject.name));
    if (object.kind == kube::ResourceKind::role_binding && !object.metadata.name_space.empty()) {
      finding.fix([&] { return Edits{set(at, document::Literal::string(object.metadata.name_space))}; });
    }
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
              .sources = {{"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

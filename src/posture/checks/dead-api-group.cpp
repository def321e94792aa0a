// extensions/v1beta1 served its last kind, Ingress, until Kubernetes 1.21.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    for (std::size_t i = 0; i < rule.api_groups.size(); ++i) {
      if (rule.api_groups[i] != "extensions" || report.version() < kube::MinorVersion{1, 22}) continue;
      const FieldPath group = at / "apiGroups" / i;
      auto finding = report.broken(group, "the API group extensions is empty since Kubernetes 1.22");
      if (rule.api_groups.size() > 1) finding.fix([&] { return Edits{remove(group)}; });
    }
  });
}

}  // namespace

extern const Check dead_api_group;
const Check dead_api_group{
    .about = {.id = "dead-api-group",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Roles name API groups that exist",
              .effect = "The rule grants nothing today, and whoever reads the role believes that it does.",
              .remedy = "Remove the group, or name the one that took its place.",
              .sources = {{"Kubernetes: deprecated API migration guide",
                           "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"},
                          {"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

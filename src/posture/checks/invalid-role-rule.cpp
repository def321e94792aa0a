// ValidatePolicyRule of the API server: a rule has verbs, and either API groups with resources or, in a
// ClusterRole, URLs.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& rules = kube::as<kube::Role>(object)->rules;
  const auto refuse = [&](const FieldPath& at, std::string_view what) {
    report.broken(at, fmt::format("{}; the role is refused", what))
        .no_fix("what is to be allowed is known to the role's owner alone");
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const kube::PolicyRule& rule = rules[i];
    const FieldPath at = FieldPath("rules") / i;
    if (rule.verbs.empty()) refuse(at / "verbs", "the rule has no verbs");
    if (!rule.non_resource_urls.empty()) {
      const FieldPath urls = at / "nonResourceURLs";
      if (object.kind == kube::ResourceKind::role) refuse(urls, "URLs cannot stand in the Role of a namespace");
      if (!rule.api_groups.empty() || !rule.resources.empty() || !rule.resource_names.empty()) {
        refuse(urls, "the rule has both resources and URLs");
      }
      continue;
    }
    if (rule.api_groups.empty()) refuse(at / "apiGroups", "the rule has no API groups (\"\" is the core group)");
    if (rule.resources.empty()) refuse(at / "resources", "the rule has no resources");
  }
}

}  // namespace

extern const Check invalid_role_rule;
const Check invalid_role_rule{
    .about = {.id = "invalid-role-rule",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Rules of roles are such as the API server takes",
              .effect = "The API server refuses the role: the rights that it was to give are not there, or the "
                        "old, wider role stays.",
              .remedy = "Give the rule verbs, API groups and resources.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

// ClusterRoles with an aggregate-to label become part of the default user-facing roles. view is made not to
// show secrets (and so not to lead to more rights), and neither of the three to change rights.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view to_view = "rbac.authorization.k8s.io/aggregate-to-view";
constexpr std::string_view to_edit = "rbac.authorization.k8s.io/aggregate-to-edit";
constexpr std::string_view to_admin = "rbac.authorization.k8s.io/aggregate-to-admin";

// What the rule adds that the default role is made not to have; empty: nothing.
std::string_view harm(const kube::PolicyRule& rule, bool view) {
  const bool core = contains(rule.api_groups, "") || contains(rule.api_groups, "*");
  if (contains(rule.resources, "*") && core) return "all resources";
  if (contains(rule.verbs, "escalate") || contains(rule.verbs, "bind")) return "the right to take more rights";
  if (contains(rule.verbs, "impersonate") && !view) return {};  // edit impersonates service accounts by default
  if (contains(rule.verbs, "impersonate")) return "impersonation";
  if (find_resource(rule, {"", "nodes/proxy"})) return "nodes/proxy";
  if (!view) return {};
  if (find_resource(rule, {"", "secrets"}) && !granted_verbs(rule, {"get", "list", "watch"}).empty())
    return "secrets";
  if (find_resource(rule, {"", "pods/exec"}) || find_resource(rule, {"", "pods/attach"}))
    return "commands in pods";
  return {};
}

void run(const kube::Object& object, Reporter& report) {
  for (const std::string_view label : {to_view, to_edit, to_admin}) {
    if (kube::find_label(object.metadata.labels, label) != "true") continue;
    bool found = false;
    for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath&) {
      const std::string_view what = harm(rule, label == to_view);
      if (found || what.empty()) return;
      found = true;
      report
          .broken(FieldPath("metadata") / "labels" / label,
                  fmt::format("{} become part of the role \"{}\"", what, label.substr(label.rfind('-') + 1)))
          .no_fix("who needs the right is known to its owner alone");
    });
    if (found) return;
  }
}

}  // namespace

extern const Check aggregated_role;
const Check aggregated_role{
    .about = {.id = "aggregated-role",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Nothing dangerous is added to the roles view, edit and admin",
              .effect =
                  "Everybody who has the default role gains the right, in namespaces that nobody thought of.",
              .remedy = "Remove the aggregation label, or take the rule out.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

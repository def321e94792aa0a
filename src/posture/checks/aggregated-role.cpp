// ClusterRoles with an aggregate-to label become part of the default user-facing roles.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (is_system_rbac(object)) return;
  for (const std::string_view to : {"view", "edit", "admin"}) {
    const std::string label = fmt::format("rbac.authorization.k8s.io/aggregate-to-{}", to);
    if (kube::find_label(object.metadata.labels, label) != "true") continue;
    for (const kube::PolicyRule& rule : kube::as<kube::Role>(object)->rules) {
      const bool secrets = grants(rule, "get", "", "secrets") || grants(rule, "list", "", "secrets");
      if (!contains(rule.verbs, "*") && !contains(rule.resources, "*") &&
          !(secrets && to == std::string_view("view")))
        continue;
      report.broken(FieldPath("metadata") / "labels",
                    fmt::format("rules with wildcards or secrets are added to the role {}", to));
      return;
    }
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
              .sources = {{"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

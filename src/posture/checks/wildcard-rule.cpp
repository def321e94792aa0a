// CIS 5.1.3: minimize wildcard use in Roles and ClusterRoles. "*" also covers what comes later, subresources,
// and the verbs escalate, bind and impersonate.
#include <fmt/format.h>

#include <array>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

using finding::Severity;

Severity weigh(const kube::PolicyRule& rule, bool cluster) {
  const bool core = contains(rule.api_groups, "") || contains(rule.api_groups, "*");
  if (contains(rule.resources, "*")) {
    if (cluster && core && contains(rule.verbs, "*")) return Severity::critical;
    return core ? Severity::high : Severity::medium;
  }
  return contains(rule.verbs, "*") ? Severity::medium : Severity::low;
}

void run(const kube::Object& object, Reporter& report) {
  const bool cluster = object.kind == kube::ResourceKind::cluster_role;
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    const bool verbs = contains(rule.verbs, "*"), resources = contains(rule.resources, "*"),
               groups = contains(rule.api_groups, "*");
    // A rule for URLs, such as /metrics, has nothing but its verb to name.
    if ((!verbs && !resources && !groups) || !rule.non_resource_urls.empty()) return;
    std::array<std::string_view, 3> where;
    std::size_t count = 0;
    if (verbs) where[count++] = "verbs";
    if (resources) where[count++] = "resources";
    if (groups) where[count++] = "API groups";
    std::string message;
    if (count == where.size()) {
      message = cluster ? "the rule allows everything, as cluster-admin does"
                        : "the rule allows everything in its namespace";
    } else {
      message = fmt::format("the rule has \"*\" for {}", join(std::span(where).first(count)));
      if (resources && (groups || contains(rule.api_groups, ""))) {
        message += verbs ? ", which includes secrets, pods/exec and impersonation" : ", which includes secrets";
      }
    }
    report.broken(at, message)
        .severity(weigh(rule, cluster))
        .no_fix("the rights that are really used must be known first");
  });
}

}  // namespace

extern const Check wildcard_rule;
const Check wildcard_rule{
    .about = {.id = "wildcard-rule",
              .aliases = {"wildcard-in-rules", "KSV044", "KSV045", "KSV046", "C-0187"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Roles name what they allow",
              .effect = "The rule also allows what nobody thought of, and what a later version adds: secrets, "
                        "exec, impersonation.",
              .remedy = "Name the verbs, resources and API groups that are needed.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"AKS: Kubernetes RBAC with Microsoft Entra ID",
                           "https://learn.microsoft.com/azure/aks/kubernetes-rbac-entra-id"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.3"},
                           {finding::Framework::cis_aks, "4.1.3"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

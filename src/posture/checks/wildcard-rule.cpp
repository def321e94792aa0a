// CIS 5.1.3: minimize wildcard use in Roles and ClusterRoles.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    const bool verbs = contains(rule.verbs, "*"), resources = contains(rule.resources, "*");
    if (!verbs && !resources) return;
    const bool all = verbs && resources;
    report
        .broken(at,
                all ? "the rule allows every verb on every resource of its groups"
                    : (verbs ? "the rule allows every verb" : "the rule is about every resource of its groups"))
        .severity(all ? finding::Severity::high : finding::Severity::medium)
        .no_fix("the rights that are really used must be known first");
  });
}

}  // namespace

extern const Check wildcard_rule;
const Check wildcard_rule{
    .about = {.id = "wildcard-rule",
              .aliases = {"wildcard-in-rules", "KSV046", "C-0035"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Roles name what they allow",
              .effect = "The rule also allows what nobody thought of, and what a later version adds: secrets, "
                        "exec, impersonation.",
              .remedy = "Name the verbs, resources and API groups that are needed.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"AKS: authentication and authorization",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-identity"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.3"},
                           {finding::Framework::cis_aks, "4.1.3"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

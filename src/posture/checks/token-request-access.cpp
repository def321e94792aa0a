// CIS 5.1.13: minimize access to the service account token creation.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (contains(rule.resources, "*") || !rule.resource_names.empty()) return;
    if (!covers(rule, "", "serviceaccounts/token") || !grants_verb(rule, "create")) return;
    report.broken(at, "tokens of any service account can be made");
  });
}

}  // namespace

extern const Check token_request_access;
const Check token_request_access{
    .about =
        {.id = "token-request-access",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::high,
         .title = "Nobody may make tokens of other service accounts",
         .effect =
             "Who can create serviceaccounts/token is every service account of the namespace, or of the cluster.",
         .remedy = "Name the accounts in resourceNames, or take the rule out.",
         .sources = {{"Kubernetes: RBAC good practices",
                      "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                      {finding::Framework::cis_kubernetes, "5.1.13"},
                      {finding::Framework::mitre, "T1528"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

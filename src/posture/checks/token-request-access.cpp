// CIS 5.1.13: minimize access to the service account token creation.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_grant(
      object, {{"", "serviceaccounts/token"}}, {"create"},
      [&](const FieldPath& at, const kube::PolicyRule& rule, Right, std::string_view) {
        if (!rule.resource_names.empty()) return;
        report
            .broken(at, object.kind == kube::ResourceKind::cluster_role
                            ? "the rule allows to make tokens of every service account, wherever the role is bound"
                            : "the rule allows to make tokens of every service account of the namespace")
            .no_fix("which accounts are needed is known to its owner alone");
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

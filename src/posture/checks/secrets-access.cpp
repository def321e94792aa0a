// CIS 5.1.2: minimize access to secrets. Wildcards are the matter of wildcard-rule.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (!covers(rule, "", "secrets") || contains(rule.resources, "*") || !rule.resource_names.empty()) return;
    const bool reads = grants_verb(rule, "get") || grants_verb(rule, "list") || grants_verb(rule, "watch");
    if (!reads) return;
    const bool everywhere = object.kind == kube::ResourceKind::cluster_role;
    report
        .broken(at,
                everywhere ? "all secrets of the cluster can be read" : "all secrets of the namespace can be read")
        .severity(everywhere ? finding::Severity::high : finding::Severity::medium)
        .no_fix("which secrets are needed is known to its owner alone");
  });
}

}  // namespace

extern const Check secrets_access;
const Check secrets_access{
    .about = {.id = "secrets-access",
              .aliases = {"access-to-secrets", "KSV041", "C-0015"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Few may read secrets",
              .effect = "Who can read or list Secrets has every credential of the namespace, or of the cluster.",
              .remedy = "Name the Secrets in resourceNames with the verb get, or take the rule out.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.2"},
                           {finding::Framework::cis_aks, "4.1.2"},
                           {finding::Framework::mitre, "T1552"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

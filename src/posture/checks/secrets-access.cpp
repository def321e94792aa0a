// CIS 5.1.2: minimize access to secrets. list and watch return the values, as get does. Wildcards for resources
// are the business of wildcard-rule.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_grant(
      object, {{"", "secrets"}}, {"get", "list", "watch"},
      [&](const FieldPath& at, const kube::PolicyRule& rule, Right, std::string_view verbs) {
        // Named ones are what the remedy asks for.
        if (!rule.resource_names.empty()) return;
        const bool everywhere = object.kind == kube::ResourceKind::cluster_role;
        report
            .broken(at, fmt::format("the rule allows to {} all secrets of {}", verbs,
                                    everywhere ? "every namespace that the role is bound for" : "the namespace"))
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

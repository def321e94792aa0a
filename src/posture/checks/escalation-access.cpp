// CIS 5.1.8: limit use of the bind, impersonate and escalate permissions.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (contains(rule.verbs, "*") || !rule.resource_names.empty()) return;
    for (const std::string_view verb : {"escalate", "bind", "impersonate"}) {
      if (!contains(rule.verbs, verb)) continue;
      report.broken(at, fmt::format("the rule allows {}", verb))
          .no_fix("the rights that are really used must be known first");
    }
  });
}

}  // namespace

extern const Check escalation_access;
const Check escalation_access{
    .about = {.id = "escalation-access",
              .aliases = {"KSV050"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Nobody may give themselves more rights",
              .effect = "With escalate, bind or impersonate a caller takes any right of the cluster.",
              .remedy = "Take the verb out; impersonate only named users or groups through resourceNames.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"Kubernetes: using RBAC authorization",
                           "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.8"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

// CIS 5.1.8: limit use of the bind, impersonate and escalate permissions. escalate and bind are verbs on roles;
// impersonate is one on users, groups, service accounts, uids and userextras. "*" for verbs includes them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

constexpr Right roles[] = {{"rbac.authorization.k8s.io", "clusterroles"}, {"rbac.authorization.k8s.io", "roles"}};
constexpr Right identities[] = {{"", "users"},
                                {"", "groups"},
                                {"", "serviceaccounts"},
                                {"authentication.k8s.io", "uids"},
                                {"authentication.k8s.io", "userextras"}};

// By name where "*" stands for verbs: a rule with "*" for resources, too, is the business of wildcard-rule.
bool allows(const kube::PolicyRule& rule, std::string_view verb, std::span<const Right> on) {
  const bool named = contains(rule.verbs, verb);
  if (!named && !contains(rule.verbs, "*")) return false;
  return std::any_of(on.begin(), on.end(), [&](const Right& right) {
    if (named) return covers(rule, right.group, right.resource);
    // Whoever may do everything with service accounts, as operators do, is not out for impersonation.
    return right.group == "rbac.authorization.k8s.io" && find_resource(rule, right).has_value();
  });
}

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    // Named roles or users are what the remedy asks for.
    if (!rule.resource_names.empty()) return;
    std::array<std::string_view, 3> found;
    std::size_t count = 0;
    if (allows(rule, "escalate", roles)) found[count++] = "escalate";
    if (allows(rule, "bind", roles)) found[count++] = "bind";
    if (allows(rule, "impersonate", identities)) found[count++] = "impersonate";
    if (count == 0) return;
    report
        .broken(at / "verbs", fmt::format("the rule allows to {} any of {}", join(std::span(found).first(count)),
                                          join(rule.resources)))
        .no_fix("the rights that are really used must be known first");
  });
}

}  // namespace

extern const Check escalation_access;
const Check escalation_access{
    .about = {.id = "escalation-access",
              .aliases = {"KSV050", "C-0191"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Nobody may give themselves more rights",
              .effect = "With escalate, bind or impersonate a caller takes any right of the cluster.",
              .remedy = "Take the verb out, or name the roles, users or groups in resourceNames.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.8"},
                           {finding::Framework::mitre, "T1078"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

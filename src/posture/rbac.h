// What rules of RBAC allow, as the API server's authorizer reads them (pkg/apis/rbac/v1/evaluation_helpers.go:
// VerbMatches, APIGroupMatches, ResourceMatches).
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kube/object.h"
#include "posture/reporter.h"

namespace bulwark::posture {

bool contains(std::span<const std::string_view> list, std::string_view value);

// Whether a rule grants the verb, by name or by *.
bool grants_verb(const kube::PolicyRule& rule, std::string_view verb);
// Those of the verbs that the rule grants, for a message: "get, list and watch"; empty when it grants none.
std::string granted_verbs(const kube::PolicyRule& rule, std::initializer_list<std::string_view> verbs);

// Access to a resource of an API group, with its subresource if it is one: {"", "pods/exec"}.
struct Right {
  std::string_view group, resource;
};
// Where the rule names the resource: as such, or its subresource as */exec. "*" alone is no name (what it does is
// the business of wildcard-rule), and pods/* is one that the API server does not know.
std::optional<std::size_t> find_resource(const kube::PolicyRule& rule, Right right);
// Whether a rule is about the resource of the group, by name or by *.
bool covers(const kube::PolicyRule& rule, std::string_view group, std::string_view resource);
// Both at once, for a rule that names no single objects.
bool grants(const kube::PolicyRule& rule, std::string_view verb, std::string_view group,
            std::string_view resource);

// Roles that Kubernetes makes itself: cluster-admin, admin, edit, view and everything below system:.
bool is_built_in_role(std::string_view name);
// Roles and bindings of Kubernetes, of AKS and of its add-ons, which are not the user's to change.
bool is_system_rbac(const kube::Object& object);

bool is_kind(const kube::Subject& subject, std::string_view kind);
// `group "platform-team"`, `service account "ci/deployer"`
std::string subject_name(const kube::Subject& subject, std::string_view binding_namespace);

// "a, b and c"
std::string join(std::span<const std::string_view> words);

// Calls visit(rule, path) for each rule of a role that is the user's own, and written there: a controller fills in
// the rules of an aggregated role from others.
template <class Visit>
void for_each_rule(const kube::Object& object, Visit&& visit) {
  const auto* role = kube::as<kube::Role>(object);
  if (role == nullptr || role->rules.empty() || role->aggregation_rule != nullptr || is_system_rbac(object))
    return;
  for (std::size_t i = 0; i < role->rules.size(); ++i) visit(role->rules[i], FieldPath("rules") / i);
}

// Calls visit(path of the resource, rule, right, granted verbs) for each rule that names one of the rights with
// one of the verbs: once for a rule, with the first of them.
template <class Visit>
void for_each_grant(const kube::Object& object, std::initializer_list<Right> rights,
                    std::initializer_list<std::string_view> verbs, Visit&& visit) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    for (const Right& right : rights) {
      const auto resource = find_resource(rule, right);
      if (!resource) continue;
      const std::string granted = granted_verbs(rule, verbs);
      if (granted.empty()) continue;
      visit(at / "resources" / *resource, rule, right, granted);
      return;
    }
  });
}

}  // namespace bulwark::posture

#pragma once

#include <span>
#include <string_view>

#include "kube/object.h"
#include "posture/reporter.h"

namespace bulwark::posture {

bool contains(std::span<const std::string_view> list, std::string_view value);

// Whether a rule grants the verb, by name or by *.
bool grants_verb(const kube::PolicyRule& rule, std::string_view verb);
// Whether a rule is about the resource of the group, by name or by *: "pods/exec" is covered by pods/exec, pods/*,
// */exec and *; "pods" is not covered by pods/exec.
bool covers(const kube::PolicyRule& rule, std::string_view group, std::string_view resource);
// Both at once, for a rule that names no single objects.
bool grants(const kube::PolicyRule& rule, std::string_view verb, std::string_view group,
            std::string_view resource);

// Roles that Kubernetes makes itself: cluster-admin, admin, edit, view and everything below system:.
bool is_built_in_role(std::string_view name);
// Roles and bindings of Kubernetes, of AKS and of its add-ons, which are not the user's to change.
bool is_system_rbac(const kube::Object& object);

bool is_kind(const kube::Subject& subject, std::string_view kind);
// "group platform-team", "service account ci/deployer"
std::string subject_name(const kube::Subject& subject, std::string_view binding_namespace);

// Calls visit(rule, path) for each rule of a role that is the user's own.
template <class Visit>
void for_each_rule(const kube::Object& object, Visit&& visit) {
  const auto* role = kube::as<kube::Role>(object);
  if (role == nullptr || is_system_rbac(object)) return;
  for (std::size_t i = 0; i < role->rules.size(); ++i) visit(role->rules[i], FieldPath("rules") / i);
}

}  // namespace bulwark::posture

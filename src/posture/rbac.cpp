#include "posture/rbac.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/system_namespaces.h"

namespace bulwark::posture {

bool contains(std::span<const std::string_view> list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool grants_verb(const kube::PolicyRule& rule, std::string_view verb) {
  return contains(rule.verbs, "*") || contains(rule.verbs, verb);
}

bool covers(const kube::PolicyRule& rule, std::string_view group, std::string_view resource) {
  if (!contains(rule.api_groups, "*") && !contains(rule.api_groups, group)) return false;
  const std::size_t slash = resource.find('/');
  for (const std::string_view each : rule.resources) {
    if (each == "*" || each == resource) return true;
    if (slash == std::string_view::npos) continue;
    // rbac.ResourceMatches knows */subresource; pods/* is taken as what its author means.
    if (each.starts_with("*/") && each.substr(1) == resource.substr(slash)) return true;
    if (each.ends_with("/*") && each.substr(0, each.size() - 2) == resource.substr(0, slash)) return true;
  }
  return false;
}

bool grants(const kube::PolicyRule& rule, std::string_view verb, std::string_view group,
            std::string_view resource) {
  return rule.resource_names.empty() && grants_verb(rule, verb) && covers(rule, group, resource);
}

bool is_built_in_role(std::string_view name) {
  return name == "cluster-admin" || name == "admin" || name == "edit" || name == "view" ||
         name.starts_with("system:");
}

bool is_system_rbac(const kube::Object& object) {
  const std::string_view name = object.metadata.name;
  if (is_built_in_role(name) || is_system_namespace(object.metadata.name_space)) return true;
  return kube::find_label(object.metadata.labels, "kubernetes.io/bootstrapping") == "rbac-defaults" ||
         kube::find_label(object.metadata.labels, "addonmanager.kubernetes.io/mode").data() != nullptr;
}

bool is_kind(const kube::Subject& subject, std::string_view kind) { return subject.kind == kind; }

std::string subject_name(const kube::Subject& subject, std::string_view binding_namespace) {
  if (subject.kind == "ServiceAccount") {
    const std::string_view space = subject.name_space.empty() ? binding_namespace : subject.name_space;
    return fmt::format("service account {}/{}", space, subject.name);
  }
  return fmt::format("{} {}", subject.kind == "Group" ? "group" : "user", subject.name);
}

}  // namespace bulwark::posture

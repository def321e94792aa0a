#include "posture/rbac.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/system_namespaces.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

bool contains(std::span<const std::string_view> list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool grants_verb(const kube::PolicyRule& rule, std::string_view verb) {
  return contains(rule.verbs, "*") || contains(rule.verbs, verb);
}

std::string granted_verbs(const kube::PolicyRule& rule, std::initializer_list<std::string_view> verbs) {
  std::array<std::string_view, 8> found;
  std::size_t count = 0;
  for (const std::string_view verb : verbs) {
    if (count < found.size() && grants_verb(rule, verb)) found[count++] = verb;
  }
  return count == 0 ? std::string() : join(std::span(found).first(count));
}

std::optional<std::size_t> find_resource(const kube::PolicyRule& rule, Right right) {
  if (!contains(rule.api_groups, "*") && !contains(rule.api_groups, right.group)) return std::nullopt;
  const std::size_t slash = right.resource.find('/');
  for (std::size_t i = 0; i < rule.resources.size(); ++i) {
    const std::string_view each = rule.resources[i];
    if (each == right.resource) return i;
    if (slash == std::string_view::npos) continue;
    if (each.starts_with("*/") && each.substr(1) == right.resource.substr(slash)) return i;
  }
  return std::nullopt;
}

bool covers(const kube::PolicyRule& rule, std::string_view group, std::string_view resource) {
  if (find_resource(rule, {group, resource})) return true;
  return contains(rule.resources, "*") && (contains(rule.api_groups, "*") || contains(rule.api_groups, group));
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
  if (name.starts_with("system:") || is_managed(object) || is_system_namespace(object.metadata.name_space)) {
    return true;
  }
  // Anybody may call a binding, or a Role of a namespace, "admin".
  return object.kind == kube::ResourceKind::cluster_role && is_built_in_role(name);
}

bool is_kind(const kube::Subject& subject, std::string_view kind) { return subject.kind == kind; }

std::string subject_name(const kube::Subject& subject, std::string_view binding_namespace) {
  if (subject.kind != "ServiceAccount") {
    return fmt::format("{} \"{}\"", subject.kind == "Group" ? "group" : "user", subject.name);
  }
  const std::string_view space = subject.name_space.empty() ? binding_namespace : subject.name_space;
  if (space.empty()) return fmt::format("service account \"{}\"", subject.name);
  return fmt::format("service account \"{}/{}\"", space, subject.name);
}

std::string join(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace bulwark::posture

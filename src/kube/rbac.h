#pragma once

#include "kube/meta.h"

namespace bulwark::kube {

struct PolicyRule {
  std::span<const std::string_view> verbs, api_groups, resources, resource_names, non_resource_urls;
};

struct AggregationRule {
  std::span<const LabelSelector> cluster_role_selectors;
};

// Role and ClusterRole; a Role has no aggregation rule.
struct Role {
  std::span<const PolicyRule> rules;
  const AggregationRule* aggregation_rule = nullptr;
};

struct RoleRef {
  std::string_view api_group, kind, name;
};

struct Subject {
  std::string_view kind, api_group, name, name_space;
};

// RoleBinding and ClusterRoleBinding.
struct RoleBinding {
  RoleRef role_ref;
  std::span<const Subject> subjects;
};

struct ServiceAccount {
  OptionalBool automount_service_account_token;
  std::span<const NameReference> secrets, image_pull_secrets;
};

}  // namespace bulwark::kube

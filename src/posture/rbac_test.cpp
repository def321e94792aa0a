#include "posture/rbac.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

TEST(Rbac, Covers) {
  struct Case {
    std::string_view group, resource;  // of the rule
    std::string_view asked_group, asked;
    bool want, named;
  };
  for (const Case& c : {
           Case{"", "pods", "", "pods", true, true},
           Case{"", "pods", "", "pods/exec", false, false},
           Case{"", "pods/exec", "", "pods", false, false},
           Case{"", "pods/exec", "", "pods/exec", true, true},
           // Not so: ResourceMatches knows */subresource alone.
           Case{"", "pods/*", "", "pods/exec", false, false},
           Case{"", "*/exec", "", "pods/exec", true, true},
           Case{"", "*/exec", "", "pods", false, false},
           Case{"", "*/exec", "", "pods/attach", false, false},
           Case{"", "*", "", "pods/exec", true, false},
           Case{"*", "*", "apps", "deployments", true, false},
           Case{"*", "deployments", "apps", "deployments", true, true},
           Case{"apps", "*", "", "pods", false, false},
       }) {
    const std::array groups{c.group}, resources{c.resource};
    const kube::PolicyRule rule{.api_groups = groups, .resources = resources};
    EXPECT_EQ(covers(rule, c.asked_group, c.asked), c.want) << c.group << " " << c.resource << " for " << c.asked;
    EXPECT_EQ(find_resource(rule, {c.asked_group, c.asked}).has_value(), c.named)
        << c.group << " " << c.resource << " for " << c.asked;
  }
}

TEST(Rbac, GrantedVerbs) {
  const std::array get_and_watch{std::string_view("watch"), std::string_view("get")};
  const std::array all{std::string_view("*")};
  EXPECT_EQ(granted_verbs({.verbs = get_and_watch}, {"get", "list", "watch"}), "get and watch");
  EXPECT_EQ(granted_verbs({.verbs = all}, {"get", "list", "watch"}), "get, list and watch");
  EXPECT_EQ(granted_verbs({.verbs = get_and_watch}, {"create"}), "");
  EXPECT_EQ(granted_verbs({}, {"create"}), "");
}

TEST(Rbac, WhatIsNotTheUsers) {
  using enum kube::ResourceKind;
  struct Case {
    kube::ResourceKind kind;
    std::string_view name_space, name;
    kube::Label label;
    bool want;
  };
  for (const Case& c : {
           Case{cluster_role, "", "admin", {}, true},
           Case{cluster_role, "", "system:node", {}, true},
           Case{cluster_role, "", "operator", {}, false},
           Case{cluster_role, "", "operator", {"kubernetes.azure.com/managedby", "aks"}, true},
           Case{cluster_role, "", "operator", {"addonmanager.kubernetes.io/mode", "Reconcile"}, true},
           Case{cluster_role, "", "operator", {"kubernetes.io/bootstrapping", "rbac-defaults"}, true},
           Case{cluster_role, "", "operator", {"kubernetes.io/cluster-service", "false"}, false},
           Case{cluster_role_binding, "", "admin", {}, false},
           Case{cluster_role_binding, "", "system:basic-user", {}, true},
           Case{role, "shop", "admin", {}, false},
           Case{role, "kube-system", "addon", {}, true},
       }) {
    kube::Object object{.kind = c.kind};
    object.metadata.name = c.name;
    object.metadata.name_space = c.name_space;
    if (!c.label.key.empty()) object.metadata.labels = std::span(&c.label, 1);
    EXPECT_EQ(is_system_rbac(object), c.want) << c.name_space << "/" << c.name << " " << c.label.key;
  }
}

TEST(Rbac, SubjectName) {
  EXPECT_EQ(subject_name({.kind = "User", .name = "jane"}, ""), "user \"jane\"");
  EXPECT_EQ(subject_name({.kind = "Group", .name = "ops"}, "shop"), "group \"ops\"");
  EXPECT_EQ(subject_name({.kind = "ServiceAccount", .name = "ci"}, "shop"), "service account \"shop/ci\"");
  EXPECT_EQ(subject_name({.kind = "ServiceAccount", .name = "ci", .name_space = "a"}, "shop"),
            "service account \"a/ci\"");
  EXPECT_EQ(subject_name({.kind = "ServiceAccount", .name = "ci"}, ""), "service account \"ci\"");
}

}  // namespace
}  // namespace bulwark::posture

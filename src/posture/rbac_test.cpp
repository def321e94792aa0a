#include "posture/rbac.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

TEST(Rbac, Covers) {
  struct Case {
    std::string_view group, resource;  // of the rule
    std::string_view asked_group, asked;
    bool want;
  };
  for (const Case& c : {
           Case{"", "pods", "", "pods", true},
           Case{"", "pods", "", "pods/exec", false},
           Case{"", "pods/exec", "", "pods", false},
           Case{"", "pods/*", "", "pods/exec", true},
           Case{"", "*/exec", "", "pods/exec", true},
           Case{"", "*", "", "pods/exec", true},
           Case{"*", "*", "apps", "deployments", true},
           Case{"apps", "*", "", "pods", false},
       }) {
    const std::array groups{c.group}, resources{c.resource};
    const kube::PolicyRule rule{.api_groups = groups, .resources = resources};
    EXPECT_EQ(covers(rule, c.asked_group, c.asked), c.want) << c.group << " " << c.resource << " for " << c.asked;
  }
}

}  // namespace
}  // namespace bulwark::posture

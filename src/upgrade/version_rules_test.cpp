#include "upgrade/version_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bulwark::upgrade {
namespace {

struct Case {
  std::string name;
  std::optional<kube::Minor> server;
  std::vector<std::string> pools;  // their versions
  std::string target;
  std::vector<std::string> problems;  // "pool?: a part of the message"; "?": not certain
};

class VersionRules : public testing::TestWithParam<Case> {};

TEST_P(VersionRules, OfTheControlPlane) {
  const Case& c = GetParam();
  std::vector<NodePool> pools;
  for (const std::string& version : c.pools) {
    NodePool& pool = pools.emplace_back();
    pool.name = "p" + std::to_string(pools.size());
    pool.version = version;
  }
  RolloutOptions options;
  options.version = c.target;
  options.control_plane = true;
  const auto problems = version_problems(c.server, pools, options);
  ASSERT_EQ(problems.size(), c.problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::string text = problems[i].pool + (problems[i].is_certain ? ": " : "?: ") + problems[i].message;
    EXPECT_THAT(text, testing::StartsWith(c.problems[i]));
  }
  // Nodes alone get what the control plane has.
  options.control_plane = false;
  EXPECT_THAT(version_problems(c.server, pools, options), testing::IsEmpty());
}

constexpr kube::Minor v36{1, 36};

INSTANTIATE_TEST_SUITE_P(
    Table, VersionRules,
    testing::Values(
        Case{"next_minor", v36, {"1.36.2", "v1.35.1"}, "1.37", {}}, Case{"patch", v36, {"1.36.2"}, "1.36.4", {}},
        Case{"back", v36, {"1.35.4"}, "1.35", {": the control plane runs 1.36, and is not taken back to 1.35"}},
        Case{"two_minors", kube::Minor{1, 33}, {"1.33.0"}, "1.35.1", {"?: from 1.33 to 1.35"}},
        Case{"two_minors_by_the_nodes", {}, {"1.33.0", "1.32.0"}, "1.35", {"?: from 1.33 to 1.35"}},
        Case{"a_pool_stays_behind", v36, {"1.33.6", "1.34.0"}, "1.37", {"p1: its nodes run 1.33: with an API"}},
        Case{"old_kubelets_two", kube::Minor{1, 26}, {"1.24.9"}, "1.27", {"p1: its nodes run 1.24: with an API"}},
        Case{"old_kubelets_in_reach", kube::Minor{1, 25}, {"1.24.9"}, "1.26", {}},
        Case{"newer_nodes", {}, {"1.36.0"}, "1.35", {"p1: its nodes run 1.36, and no kubelet"}},
        Case{"nothing_known", {}, {"", "nonsense"}, "1.37", {}}, Case{"no_version", v36, {"1.20.0"}, "", {}}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace bulwark::upgrade

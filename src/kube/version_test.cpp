#include "kube/version.h"

#include <gtest/gtest.h>

#include <array>
#include <type_traits>

namespace bulwark::kube {
namespace {

static_assert(std::is_trivially_destructible_v<Version> && std::is_trivially_destructible_v<GroupVersion>);
static_assert(Minor{1, 9} < Minor{1, 10} && kLatest == Minor{1, 37});

TEST(Version, Parses) {
  struct Case {
    const char *text, *want;  // nullptr: refused
    Minor minor;
  };
  for (const Case& c : {
           Case{"1.34", "1.34", {1, 34}},
           Case{"v1.34", "1.34", {1, 34}},
           Case{"v1.34.2", "1.34.2", {1, 34}},
           Case{"1.34.2-alpha.1+build", "1.34.2-alpha.1+build", {1, 34}},
           Case{"v1.29.0-eks-abc", "1.29.0-eks-abc", {1, 29}},
           Case{"v1.27.3-gke.100", "1.27.3-gke.100", {1, 27}},
           Case{"v1.27.16+IKS", "1.27.16+IKS", {1, 27}},
           Case{"v1.30.0+k3s1", "1.30.0+k3s1", {1, 30}},
           Case{"v1.36.0-rc.0.12+0abcdef-dirty", "1.36.0-rc.0.12+0abcdef-dirty", {1, 36}},
           Case{"1.0", "1.0", {1, 0}},
           Case{"", nullptr, {}},
           Case{"1", nullptr, {}},
           Case{"v", nullptr, {}},
           Case{"V1.34", nullptr, {}},
           Case{"1.", nullptr, {}},
           Case{".34", nullptr, {}},
           Case{"1.034", nullptr, {}},
           Case{"1.34.", nullptr, {}},
           Case{"1.34.2.3", nullptr, {}},
           Case{"1.34.2-", nullptr, {}},
           Case{"1.34.2+", nullptr, {}},
           Case{"1.34.2-a..b", nullptr, {}},
           Case{"1.34.2-01", nullptr, {}},
           Case{"1.34.2-a_b", nullptr, {}},
           Case{"1.34+2+3", nullptr, {}},
           Case{"1.34 ", nullptr, {}},
           Case{"-1.34", nullptr, {}},
           Case{"1.99999999999", nullptr, {}},
           Case{"1.70000", nullptr, {}},
           Case{"latest", nullptr, {}},
       }) {
    const auto version = Version::parse(c.text);
    ASSERT_EQ(version.has_value(), c.want != nullptr) << c.text;
    if (!version) continue;
    EXPECT_EQ(version->text(), c.want);
    EXPECT_EQ(version->minor(), c.minor) << c.text;
  }
}

TEST(Version, HasThePrecedenceOfSemver) {
  // Ascending; the middle is the example of semver.org, section 11.
  constexpr std::array sorted{"0.9.1",          "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                              "1.0.0-beta",     "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                              "1.0.0",          "1.2.0",        "1.10.0",        "1.29.0-eks-abc",
                              "1.29",           "1.29.1",       "1.29.10",       "1.30.0-alpha.2",
                              "1.30.0-alpha.10"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_TRUE((*Version::parse(sorted[i]) <=> *Version::parse(sorted[j])) == (i <=> j))
          << sorted[i] << " " << sorted[j];
    }
  }
  EXPECT_EQ(*Version::parse("1.34"), *Version::parse("v1.34.0+build.1"));
}

TEST(Version, MinorParses) {
  EXPECT_EQ(Minor::parse("1.34").value(), (Minor{1, 34}));
  EXPECT_EQ(Minor::parse("v1.0").value(), (Minor{1, 0}));
  EXPECT_EQ(Minor::parse("latest").value(), kLatest);
  EXPECT_EQ(Minor::parse("1.34").value().text(), "1.34");
  for (const char* bad :
       {"", "1", "v1", "1.", "1.01", "1.34.2", "Latest", "1.x", "1.34-alpha", " 1.34", "1.99999"}) {
    EXPECT_FALSE(Minor::parse(bad)) << bad;
  }
}

TEST(Version, GroupVersions) {
  EXPECT_EQ(GroupVersion::parse("apps/v1").value(), (GroupVersion{"apps", "v1"}));
  EXPECT_EQ(GroupVersion::parse("v1").value(), (GroupVersion{"", "v1"}));
  EXPECT_EQ(GroupVersion::parse("").value(), (GroupVersion{"", ""}));
  EXPECT_FALSE(GroupVersion::parse("a/b/c"));
  EXPECT_EQ(GroupVersion::parse("apps/v1").value().text(), "apps/v1");
  EXPECT_EQ(GroupVersion::parse("v1").value().text(), "v1");
}

TEST(Version, ApiVersionsHaveAnOrder) {
  // The example of the documentation of CustomResourceDefinition versions, best first.
  constexpr std::array best_first{"v10",     "v2",      "v1",      "v11beta2",  "v10beta3",
                                  "v3beta1", "v1beta2", "v1beta1", "v12alpha1", "v11alpha2",
                                  "foo1",    "foo10",   "v",       "v1gamma1",  "vbeta1"};
  for (std::size_t i = 0; i < best_first.size(); ++i) {
    for (std::size_t j = 0; j < best_first.size(); ++j) {
      EXPECT_EQ(compare_api_versions(best_first[i], best_first[j]), j <=> i)
          << best_first[i] << " " << best_first[j];
    }
  }
}

}  // namespace
}  // namespace bulwark::kube

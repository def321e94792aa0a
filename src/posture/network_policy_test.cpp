#include "posture/network_policy.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

using base::IpAddress;

TEST(NetworkPolicy, Holds) {
  struct Case {
    std::string_view cidr;
    std::vector<std::string_view> except;
    bool want;
  };
  for (const Case& c : {
           Case{"0.0.0.0/0", {}, true},
           Case{"0.0.0.0/0", {"169.254.169.254/32"}, false},
           Case{"0.0.0.0/0", {"168.63.129.16/32", "169.254.0.0/16"}, false},
           Case{"0.0.0.0/0", {"169.254.169.253/32"}, true},
           Case{"10.10.0.0/0", {}, true},
           Case{"10.10.0.0/16", {}, false},
           Case{"169.254.169.254/32", {}, true},
           Case{"::/0", {}, false},
           Case{"10.10.0.0/0#example", {"169.254.169.254/32"}, false},
       }) {
    EXPECT_EQ(holds({c.cidr, c.except}, instance_metadata.address), c.want) << c.cidr;
  }
}

TEST(NetworkPolicy, FindOpening) {
  const kube::IpBlock all{.cidr = "0.0.0.0/0"};
  const kube::IpBlock inside{.cidr = "10.0.0.0/8"};
  const kube::LabelSelector any;
  const kube::NetworkPolicyPeer to_all{.ip_block = &all}, to_inside{.ip_block = &inside};
  const kube::NetworkPolicyPeer to_pods{.pod_selector = &any, .namespace_selector = &any};
  const auto number = [](std::string_view text) { return kube::IntOrString{text, false}; };
  struct Case {
    const char* what;
    std::vector<kube::NetworkPolicyPeer> peers;
    std::vector<kube::NetworkPolicyPort> ports;
    std::optional<Opening> want;
  };
  for (const Case& c : {
           Case{"everything", {}, {}, Opening{3, std::nullopt}},
           Case{"all addresses", {to_all}, {}, Opening{3, 0}},
           Case{"the second peer", {to_inside, to_all}, {}, Opening{3, 1}},
           Case{"other addresses", {to_inside}, {}, std::nullopt},
           Case{"pods", {to_pods}, {}, std::nullopt},
           Case{"the port", {to_all}, {{.port = number("80")}}, Opening{3, 0}},
           Case{"the port of TCP by name", {to_all}, {{.protocol = "TCP", .port = number("80")}}, Opening{3, 0}},
           Case{"another port", {to_all}, {{.protocol = "TCP", .port = number("443")}}, std::nullopt},
           Case{
               "one port of two", {}, {{.port = number("443")}, {.port = number("80")}}, Opening{3, std::nullopt}},
           Case{"a range", {to_all}, {{.port = number("1"), .end_port = 1024}}, Opening{3, 0}},
           Case{"a range beyond", {to_all}, {{.port = number("81"), .end_port = 1024}}, std::nullopt},
           Case{"UDP", {to_all}, {{.protocol = "UDP"}}, std::nullopt},
           Case{"all of TCP", {to_all}, {{.protocol = "TCP"}}, Opening{3, 0}},
           Case{"a port of pods", {to_all}, {{.port = {"http", true}}}, std::nullopt},
       }) {
    EXPECT_EQ(find_opening({c.peers, c.ports}, 3, instance_metadata), c.want) << c.what;
  }
}

TEST(NetworkPolicy, Faults) {
  const kube::LabelSelector any;
  struct Case {
    std::string_view cidr;
    std::vector<std::string_view> except;
    bool selector;
    std::string_view at, reason;
  };
  for (const Case& c : {
           Case{"10.10.0.0/0", {"169.254.169.254/32"}, false, "", ""},
           Case{"10.10.0.0/16",
                {"169.254.169.254/32"},
                false,
                "spec.egress[0].to[0].ipBlock.except[0]",
                "except \"169.254.169.254/32\" is no strict subset of cidr \"10.10.0.0/16\""},
           Case{"10.0.0.0/8",
                {"10.0.0.0/8"},
                false,
                "spec.egress[0].to[0].ipBlock.except[0]",
                "except \"10.0.0.0/8\" is no strict subset of cidr \"10.0.0.0/8\""},
           Case{"10.0.0.0/8", {}, true, "spec.egress[0].to[0]", "the peer has an ipBlock beside a selector"},
           Case{"10.0.0.0",
                {},
                false,
                "spec.egress[0].to[0].ipBlock.cidr",
                "\"10.0.0.0\" is no CIDR: a CIDR needs a slash and a prefix length, as in 10.9.8.0/24"},
       }) {
    const kube::IpBlock block{c.cidr, c.except};
    const std::array peers{
        kube::NetworkPolicyPeer{.pod_selector = c.selector ? &any : nullptr, .ip_block = &block}};
    const std::array rules{kube::NetworkPolicyRule{.peers = peers}};
    const auto faults = policy_faults({.egress = rules});
    ASSERT_EQ(faults.size(), c.at.empty() ? 0U : 1U) << c.cidr;
    if (c.at.empty()) continue;
    EXPECT_EQ(faults[0].at.text(), c.at);
    EXPECT_EQ(faults[0].reason, c.reason);
  }
  const std::array nobody{kube::NetworkPolicyPeer{}};
  const std::array from_nobody{kube::NetworkPolicyRule{.peers = nobody}};
  const auto faults = policy_faults({.ingress = from_nobody});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].at.text(), "spec.ingress[0].from[0]");
}

TEST(NetworkPolicy, RefusedByVersion) {
  struct Case {
    std::string_view cidr, uid;
    std::uint16_t minor;
    bool want;
  };
  for (const Case& c : {
           Case{"10.10.0.0/0", "", 35, false},
           Case{"10.10.0.0/0", "", 36, true},
           Case{"10.10.0.0/0", "0a1b", 36, false},
           Case{"010.0.0.0/8", "", 36, true},
           Case{"0.0.0.0/0", "", 36, false},
           Case{"10.10.0.0/0#example", "0a1b", 30, true},
       }) {
    const kube::IpBlock block{.cidr = c.cidr};
    const std::array peers{kube::NetworkPolicyPeer{.ip_block = &block}};
    const std::array rules{kube::NetworkPolicyRule{.peers = peers}};
    const kube::NetworkPolicy policy{{.egress = rules}};
    kube::Object object{.kind = kube::ResourceKind::network_policy, .body = &policy};
    object.metadata.uid = c.uid;
    EXPECT_EQ(is_refused(object, {1, c.minor}), c.want) << c.cidr << " in 1." << c.minor;
  }
}

TEST(NetworkPolicy, EgressPolicies) {
  const kube::IpBlock all{.cidr = "0.0.0.0/0"}, bad{.cidr = "0.0.0.0/0#"};
  const std::array to_all{kube::NetworkPolicyPeer{.ip_block = &all}},
      to_bad{kube::NetworkPolicyPeer{.ip_block = &bad}};
  const std::array open{kube::NetworkPolicyRule{}, kube::NetworkPolicyRule{.peers = to_all}};
  const std::array refused{kube::NetworkPolicyRule{.peers = to_bad}};
  const std::array egress{std::string_view("Egress")};
  const std::array web{kube::Label{"app", "web"}}, db{kube::Label{"app", "db"}};
  const kube::NetworkPolicy deny{{.policy_types = egress}};
  const kube::NetworkPolicy allow{{.pod_selector = {.match_labels = web}, .egress = open}};
  const kube::NetworkPolicy invalid{{.policy_types = egress, .egress = refused}};
  const kube::NetworkPolicy ingress_only{};
  std::vector<kube::Object> objects;
  for (const kube::NetworkPolicy* body : {&deny, &allow, &invalid, &ingress_only}) {
    objects.push_back({.kind = kube::ResourceKind::network_policy, .body = body});
    objects.back().metadata.name_space = "shop";
  }
  kube::Inventory inventory;
  for (const kube::Object& object : objects) inventory.add(object);

  EXPECT_TRUE(egress_policies(inventory, "other", instance_metadata, kube::latest_version).empty());
  const auto policies = egress_policies(inventory, "shop", instance_metadata, kube::latest_version);
  ASSERT_EQ(policies.size(), 3U);
  EXPECT_TRUE(policies[0].selects(db));
  EXPECT_TRUE(policies[0].openings.empty());
  EXPECT_TRUE(policies[1].selects(web));
  EXPECT_FALSE(policies[1].selects(db));
  EXPECT_EQ(policies[1].openings, (std::vector<Opening>{{0, std::nullopt}, {1, 0}}));
  EXPECT_TRUE(policies[2].refused);
  EXPECT_TRUE(policies[2].openings.empty());
}

}  // namespace
}  // namespace bulwark::posture

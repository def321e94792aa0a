// A NetworkPolicy of type Egress that has only IPv4 peers allows no IPv6 traffic at all.
#include <algorithm>

#include "base/cidr.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool is_version(std::string_view cidr, bool six) {
  const auto prefix = base::IpPrefix::parse(cidr, base::IpReading::lenient);
  return prefix && prefix->address().is_v6() == six;
}

bool allows_ipv6(const kube::NetworkPolicySpec& policy) {
  for (const kube::NetworkPolicyRule& rule : policy.egress) {
    if (rule.peers.empty()) return true;
    for (const kube::NetworkPolicyPeer& peer : rule.peers) {
      if (peer.ip_block != nullptr && is_version(peer.ip_block->cidr, true)) return true;
    }
  }
  return false;
}

enum class Families : std::uint8_t { unknown, ipv4, dual };

// By the address families of the Services: the API server fills them in.
Families families(const kube::Inventory& inventory) {
  Families found = Families::unknown;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::service)) {
    for (const std::string_view family : kube::as<kube::Service>(*object)->spec.ip_families) {
      if (family == "IPv6") return Families::dual;
      // Of a manifest that asks for IPv4 alone, nothing follows for the cluster.
      if (!object->metadata.uid.empty()) found = Families::ipv4;
    }
  }
  return found;
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const Families known = families(inventory);
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*object)->spec;
    if (!policy.is_egress()) continue;
    report.judged(*object);
    // Policies add up: another one of the namespace may allow IPv6.
    const auto others = inventory.of(kube::ResourceKind::network_policy, object->namespace_or_default());
    if (std::any_of(others.begin(), others.end(), [](const kube::Object* other) {
          return allows_ipv6(kube::as<kube::NetworkPolicy>(*other)->spec);
        })) {
      continue;
    }
    for (std::size_t r = 0; r < policy.egress.size(); ++r) {
      for (std::size_t p = 0; p < policy.egress[r].peers.size(); ++p) {
        const kube::IpBlock* block = policy.egress[r].peers[p].ip_block;
        if (block == nullptr || !is_version(block->cidr, false) || !block->cidr.ends_with("/0")) continue;
        const FieldPath at = FieldPath("spec") / "egress" / r / "to" / p / "ipBlock" / "cidr";
        constexpr std::string_view message = "all IPv4 addresses are allowed and no IPv6 address";
        if (known == Families::dual) {
          report.broken(*object, at, message)
              .no_fix("which IPv6 addresses the pods need is known to their owner alone");
        } else if (known == Families::unknown) {
          report.unknown(*object, at, message, "whether the cluster has IPv6 (ipFamilies of its Services)");
        }
      }
    }
  }
}

}  // namespace

extern const Check network_policy_no_ipv6;
const Check network_policy_no_ipv6{
    .about = {.id = "network-policy-no-ipv6",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::low,
              .title = "Policies that allow by address know IPv6, too",
              .effect = "On a dual-stack cluster the policy drops all IPv6 egress, IPv6 DNS included.",
              .remedy =
                  "Add an ipBlock with cidr ::/0 and the IPv6 metadata addresses as except, or run IPv4 only.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

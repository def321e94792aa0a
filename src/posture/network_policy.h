// What NetworkPolicies let through, by the semantics of networking.k8s.io/v1: a pod that some policy selects for
// egress reaches what the union of the rules of all such policies allows, and nothing else; a pod that none
// selects reaches everything. A policy that the API server refuses is not there at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cidr.h"
#include "document/field_path.h"
#include "kube/inventory.h"
#include "kube/minor_version.h"

namespace bulwark::posture {

// A port of an address outside of the cluster.
struct Destination {
  base::IpAddress address;
  std::uint16_t port = 80;
  std::string_view protocol = "TCP";
};

// The metadata service of Azure and most other clouds, and the WireServer of Azure.
inline constexpr Destination instance_metadata{base::IpAddress::v4(0xA9FEA9FE)};  // 169.254.169.254
inline constexpr Destination wire_server{base::IpAddress::v4(0xA83F8110)};        // 168.63.129.16

// Why the API server refuses a policy, and with it all of its rules (ValidateNetworkPolicyPeer, ValidateIPBlock).
struct PolicyFault {
  enum class What : std::uint8_t { cidr, except, except_outside, empty_peer, mixed_peer };
  What what = What::cidr;
  document::FieldPath at;
  std::string reason;
  const kube::IpBlock* block = nullptr;  // unset for peers
};
std::vector<PolicyFault> policy_faults(const kube::NetworkPolicySpec& policy);
// Cidr and except of the block are such as the API server takes.
bool is_valid(const kube::IpBlock& block);

// The API server does not take the policy: it has faults, or from Kubernetes 1.36 (KEP-4858,
// StrictIPCIDRValidation) CIDRs with host bits, leading zeros or IPv4-mapped addresses, unless it is in a cluster
// already (metadata.uid).
bool is_refused(const kube::Object& policy, kube::MinorVersion version);
// What StrictIPCIDRValidation refuses, of a text that can be read.
bool is_sloppy(std::string_view cidr);

// The block holds the address, and none of its exceptions does. False for blocks that cannot be read.
bool holds(const kube::IpBlock& block, const base::IpAddress& address);

// Part of a policy that lets egress to a destination through.
struct Opening {
  std::uint32_t rule = 0;
  std::optional<std::uint32_t> peer;  // unset: the rule has no peers, which are all

  friend bool operator==(const Opening&, const Opening&) = default;
};
// The peers that are selectors are pods, and never such an address; named ports are those of pods, too.
std::optional<Opening> find_opening(const kube::NetworkPolicyRule& rule, std::uint32_t index,
                                    const Destination& destination);

// A policy of type Egress, seen with one destination in mind.
struct EgressPolicy {
  const kube::Object* object = nullptr;
  const kube::NetworkPolicySpec* spec = nullptr;
  bool refused = false;
  std::vector<Opening> openings;

  bool selects(kube::Labels pod) const { return kube::matches(spec->pod_selector, pod); }
};
std::vector<EgressPolicy> egress_policies(const kube::Inventory& inventory, std::string_view name_space,
                                          const Destination& destination, kube::MinorVersion version);

// Some rule allows everything: no peers and no ports.
bool allows_all(std::span<const kube::NetworkPolicyRule> rules);

// A policy of a kind that Bulwark does not read (Cilium's, Calico's, or for the whole cluster) that may rule pods
// of the namespace; nullptr when there is none.
const kube::Object* find_foreign_policy(const kube::Inventory& inventory, std::string_view name_space);

// Calls visit(block, path of the ipBlock, whether of an ingress rule) for each ipBlock of the policy.
template <class Visit>
void for_each_block(const kube::NetworkPolicySpec& policy, Visit&& visit) {
  for (const bool ingress : {true, false}) {
    const auto rules = ingress ? policy.ingress : policy.egress;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      for (std::size_t p = 0; p < rules[r].peers.size(); ++p) {
        const kube::IpBlock* block = rules[r].peers[p].ip_block;
        if (block == nullptr) continue;
        visit(*block,
              document::FieldPath("spec") / (ingress ? "ingress" : "egress") / r / (ingress ? "from" : "to") / p /
                  "ipBlock",
              ingress);
      }
    }
  }
}

}  // namespace bulwark::posture

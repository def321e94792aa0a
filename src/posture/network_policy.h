#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cidr.h"
#include "document/scalar.h"
#include "kube/inventory.h"

namespace bulwark::posture {

// Why a policy as a whole is refused by the API server: an ipBlock that cannot be read or an except outside of its
// cidr. Empty when it is taken. A refused policy is not applied at all, which leaves its pods open.
struct PolicyFault {
  bool ingress = false;
  std::uint32_t rule = 0, peer = 0;
  std::uint32_t except = no_except;  // index, or that the fault lies in the cidr
  std::string reason;

  static constexpr std::uint32_t no_except = ~0U;
};
std::vector<PolicyFault> policy_faults(const kube::NetworkPolicySpec& policy);

// What the policies of a namespace together say of traffic from a pod to an address outside of the cluster.
struct EgressVerdict {
  bool isolated = false;  // some policy with type Egress selects the pod
  bool allowed = true;
  const kube::Object* by = nullptr;  // the policy that allows it
  std::uint32_t rule = 0;            // of that policy's egress rules
};

// Policies that the API server refuses do not count. A peer by ipBlock allows what is in cidr and not in except;
// peers by selector are pods and never such an address; no peers are all peers. The union of all policies counts
// (networking.k8s.io/v1). Ports: TCP `port`; named ports are taken not to match.
EgressVerdict egress_to(const kube::Inventory& inventory, std::string_view name_space, kube::Labels pod_labels,
                        const base::IpAddress& address, std::uint16_t port);

// The metadata service of Azure and most other clouds, and the WireServer of Azure.
inline constexpr base::IpAddress metadata_address = base::IpAddress::v4(0xA9FEA9FE);     // 169.254.169.254
inline constexpr base::IpAddress wire_server_address = base::IpAddress::v4(0xA83F8110);  // 168.63.129.16

}  // namespace bulwark::posture

#include "posture/network_policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

namespace {

using base::IpAddress;
using base::IpPrefix;
using base::IpReading;

void find_faults(std::span<const kube::NetworkPolicyRule> rules, bool ingress, std::vector<PolicyFault>& faults) {
  for (std::uint32_t r = 0; r < rules.size(); ++r) {
    for (std::uint32_t p = 0; p < rules[r].peers.size(); ++p) {
      const kube::IpBlock* block = rules[r].peers[p].ip_block;
      if (block == nullptr) continue;
      const auto cidr = IpPrefix::parse(block->cidr, IpReading::lenient);
      if (!cidr) {
        faults.push_back({ingress, r, p, PolicyFault::no_except,
                          fmt::format("\"{}\" is no CIDR: {}", block->cidr, cidr.error().reason)});
        continue;
      }
      for (std::uint32_t e = 0; e < block->except.size(); ++e) {
        const auto except = IpPrefix::parse(block->except[e], IpReading::lenient);
        if (!except) {
          faults.push_back(
              {ingress, r, p, e, fmt::format("\"{}\" is no CIDR: {}", block->except[e], except.error().reason)});
        } else if (!base::is_valid_except(*cidr, *except)) {
          faults.push_back({ingress, r, p, e,
                            fmt::format("except {} is no strict subset of {}", block->except[e], block->cidr)});
        }
      }
    }
  }
}

bool port_matches(const kube::NetworkPolicyRule& rule, std::uint16_t port) {
  if (rule.ports.empty()) return true;
  return std::any_of(rule.ports.begin(), rule.ports.end(), [&](const kube::NetworkPolicyPort& each) {
    if (!each.protocol.empty() && each.protocol != "TCP") return false;
    if (!each.port.set()) return true;
    std::int64_t first = 0;
    if (each.port.is_string || !document::integer_value(each.port.text, first)) return false;
    return port >= first && port <= each.end_port.value_or(first);
  });
}

bool peer_matches(const kube::NetworkPolicyPeer& peer, const IpAddress& address) {
  if (peer.ip_block == nullptr) return false;
  const auto cidr = IpPrefix::parse(peer.ip_block->cidr, IpReading::lenient);
  if (!cidr || !cidr->contains(address)) return false;
  return std::none_of(peer.ip_block->except.begin(), peer.ip_block->except.end(), [&](std::string_view text) {
    const auto except = IpPrefix::parse(text, IpReading::lenient);
    return except && except->contains(address);
  });
}

}  // namespace

std::vector<PolicyFault> policy_faults(const kube::NetworkPolicySpec& policy) {
  std::vector<PolicyFault> faults;
  find_faults(policy.ingress, true, faults);
  find_faults(policy.egress, false, faults);
  return faults;
}

EgressVerdict egress_to(const kube::Inventory& inventory, std::string_view name_space, kube::Labels pod_labels,
                        const IpAddress& address, std::uint16_t port) {
  EgressVerdict verdict;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy, name_space)) {
    const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*object)->spec;
    if (!policy.is_egress() || !policy.pod_selector.matches(pod_labels) || !policy_faults(policy).empty())
      continue;
    if (!verdict.isolated) {
      verdict.isolated = true;
      verdict.allowed = false;
    }
    for (std::uint32_t r = 0; r < policy.egress.size() && !verdict.allowed; ++r) {
      const kube::NetworkPolicyRule& rule = policy.egress[r];
      const bool to_address =
          rule.peers.empty() || std::any_of(rule.peers.begin(), rule.peers.end(),
                                            [&](const auto& peer) { return peer_matches(peer, address); });
      if (to_address && port_matches(rule, port)) {
        verdict.allowed = true;
        verdict.by = object;
        verdict.rule = r;
      }
    }
  }
  return verdict;
}

}  // namespace bulwark::posture

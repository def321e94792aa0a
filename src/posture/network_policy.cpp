#include "posture/network_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/scalar.h"

namespace bulwark::posture {

namespace {

using base::IpPrefix;
using base::IpReading;
using document::FieldPath;

void find_faults(const kube::IpBlock& block, const FieldPath& at, std::vector<PolicyFault>& faults) {
  using enum PolicyFault::What;
  const auto whole = IpPrefix::parse(block.cidr, IpReading::lenient);
  if (!whole) {
    faults.push_back(
        {cidr, at / "cidr", fmt::format("\"{}\" is no CIDR: {}", block.cidr, whole.error().reason), &block});
    return;
  }
  for (std::size_t i = 0; i < block.except.size(); ++i) {
    const FieldPath path = at / "except" / i;
    const auto part = IpPrefix::parse(block.except[i], IpReading::lenient);
    if (!part) {
      faults.push_back(
          {except, path, fmt::format("\"{}\" is no CIDR: {}", block.except[i], part.error().reason), &block});
    } else if (!base::is_valid_except(*whole, *part)) {
      faults.push_back(
          {except_outside, path,
           fmt::format("except \"{}\" is no strict subset of cidr \"{}\"", block.except[i], block.cidr), &block});
    }
  }
}

void find_faults(std::span<const kube::NetworkPolicyRule> rules, bool ingress, std::vector<PolicyFault>& faults) {
  using enum PolicyFault::What;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    for (std::size_t p = 0; p < rules[r].peers.size(); ++p) {
      const kube::NetworkPolicyPeer& peer = rules[r].peers[p];
      const bool by_label = peer.pod_selector != nullptr || peer.namespace_selector != nullptr;
      if (peer.ip_block != nullptr && !by_label && peer.ip_block->except.empty() &&
          IpPrefix::parse(peer.ip_block->cidr, IpReading::lenient)) {
        continue;
      }
      if (peer.ip_block == nullptr && by_label) continue;
      const FieldPath at =
          FieldPath("spec") / (ingress ? "ingress" : "egress") / r / (ingress ? "from" : "to") / p;
      if (peer.ip_block == nullptr) {
        faults.push_back({empty_peer, at, "the peer has no selector and no ipBlock", nullptr});
      } else {
        if (by_label) faults.push_back({mixed_peer, at, "the peer has an ipBlock beside a selector", nullptr});
        find_faults(*peer.ip_block, at / "ipBlock", faults);
      }
    }
  }
}

bool allows_port(const kube::NetworkPolicyPort& port, const Destination& destination) {
  if ((port.protocol.empty() ? "TCP" : port.protocol) != destination.protocol) return false;
  if (!port.port.set()) return true;
  std::int64_t first = 0;
  if (port.port.is_string || !document::integer_value(port.port.text, first)) return false;
  return first <= destination.port && destination.port <= port.end_port.value_or(first);
}

}  // namespace

std::vector<PolicyFault> policy_faults(const kube::NetworkPolicySpec& policy) {
  std::vector<PolicyFault> faults;
  find_faults(policy.ingress, true, faults);
  find_faults(policy.egress, false, faults);
  return faults;
}

bool is_valid(const kube::IpBlock& block) {
  std::vector<PolicyFault> faults;
  find_faults(block, {}, faults);
  return faults.empty();
}

bool is_sloppy(std::string_view cidr) {
  const auto prefix = IpPrefix::parse(cidr, IpReading::lenient);
  if (!prefix) return false;
  const base::CidrSpelling spelling = base::cidr_spelling(cidr, *prefix);
  return spelling.leading_zeros || spelling.v4_mapped || spelling.host_bits;
}

bool is_refused(const kube::Object& policy, kube::MinorVersion version) {
  const auto* body = kube::as<kube::NetworkPolicy>(policy);
  if (body == nullptr) return false;
  if (!policy_faults(body->spec).empty()) return true;
  if (version < kube::MinorVersion{1, 36} || !policy.metadata.uid.empty()) return false;
  bool sloppy = false;
  for_each_block(body->spec, [&](const kube::IpBlock& block, const FieldPath&, bool) {
    sloppy = sloppy || is_sloppy(block.cidr) || std::any_of(block.except.begin(), block.except.end(), is_sloppy);
  });
  return sloppy;
}

bool holds(const kube::IpBlock& block, const base::IpAddress& address) {
  const auto cidr = IpPrefix::parse(block.cidr, IpReading::lenient);
  if (!cidr || !cidr->contains(address)) return false;
  return std::none_of(block.except.begin(), block.except.end(), [&](std::string_view text) {
    const auto except = IpPrefix::parse(text, IpReading::lenient);
    return except && except->contains(address);
  });
}

std::optional<Opening> find_opening(const kube::NetworkPolicyRule& rule, std::uint32_t index,
                                    const Destination& destination) {
  if (!rule.ports.empty() && std::none_of(rule.ports.begin(), rule.ports.end(),
                                          [&](const auto& port) { return allows_port(port, destination); })) {
    return std::nullopt;
  }
  if (rule.peers.empty()) return Opening{index, std::nullopt};
  for (std::uint32_t i = 0; i < rule.peers.size(); ++i) {
    const kube::IpBlock* block = rule.peers[i].ip_block;
    if (block != nullptr && holds(*block, destination.address)) return Opening{index, i};
  }
  return std::nullopt;
}

std::vector<EgressPolicy> egress_policies(const kube::Inventory& inventory, std::string_view name_space,
                                          const Destination& destination, kube::MinorVersion version) {
  std::vector<EgressPolicy> policies;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy, name_space)) {
    const kube::NetworkPolicySpec& spec = kube::as<kube::NetworkPolicy>(*object)->spec;
    // A refused policy tells by its faults; that it is of type Egress may be what it was to say.
    if (!spec.is_egress()) continue;
    EgressPolicy& policy = policies.emplace_back(EgressPolicy{object, &spec, is_refused(*object, version), {}});
    if (policy.refused) continue;
    for (std::uint32_t i = 0; i < spec.egress.size(); ++i) {
      if (const auto opening = find_opening(spec.egress[i], i, destination)) policy.openings.push_back(*opening);
    }
  }
  return policies;
}

bool allows_all(std::span<const kube::NetworkPolicyRule> rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const auto& rule) { return rule.peers.empty() && rule.ports.empty(); });
}

const kube::Object* find_foreign_policy(const kube::Inventory& inventory, std::string_view name_space) {
  static constexpr std::array<std::string_view, 5> everywhere{
      "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy",
      "ClusterNetworkPolicy"};
  for (const kube::Object* object : inventory.of(kube::ResourceKind::unknown)) {
    const std::string_view kind = object->kind_name;
    if (std::find(everywhere.begin(), everywhere.end(), kind) != everywhere.end()) return object;
    // NetworkPolicy of projectcalico.org.
    if (kind != "CiliumNetworkPolicy" && kind != "NetworkPolicy") continue;
    const std::string_view home = object->metadata.name_space.empty() ? "default" : object->metadata.name_space;
    if (home == name_space) return object;
  }
  return nullptr;
}

}  // namespace bulwark::posture

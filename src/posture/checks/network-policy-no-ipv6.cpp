// A NetworkPolicy of type Egress that has only IPv4 peers allows no IPv6 traffic at all.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

// Calls visit(block, path) for each ipBlock of the policy.
template <class Visit>
void for_each_block(const kube::NetworkPolicySpec& policy, Visit&& visit) {
  for (const bool ingress : {true, false}) {
    const auto rules = ingress ? policy.ingress : policy.egress;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      for (std::size_t p = 0; p < rules[r].peers.size(); ++p) {
        const kube::IpBlock* block = rules[r].peers[p].ip_block;
        if (block == nullptr) continue;
        visit(*block,
              FieldPath("spec") / (ingress ? "ingress" : "egress") / r / (ingress ? "from" : "to") / p / "ipBlock",
              ingress);
      }
    }
  }
}

void run(const kube::Object& object, Reporter& report) {
  const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(object)->spec;
  bool anywhere_v4 = false, any_v6 = false;
  FieldPath at;
  for_each_block(policy, [&](const kube::IpBlock& block, const FieldPath& path, bool ingress) {
    if (ingress) return;
    const auto cidr = base::IpPrefix::parse(block.cidr, base::IpReading::lenient);
    if (!cidr) return;
    if (cidr->address().is_v6()) any_v6 = true;
    if (cidr->address().is_v4() && cidr->length() == 0 && !anywhere_v4) {
      anywhere_v4 = true;
      at = path / "cidr";
    }
  });
  if (anywhere_v4 && !any_v6)
    report.unknown(at, "all IPv4 addresses are allowed and no IPv6 address",
                   "whether the cluster has IPv6 (ipFamilies)");
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
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

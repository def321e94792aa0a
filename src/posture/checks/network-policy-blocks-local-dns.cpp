// AKS LocalDNS listens on 169.254.10.10 and 169.254.10.11 of each node (azure-cni-powered-by-cilium.md).
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
  const auto local_dns = base::IpAddress::v4(0xA9FE0A0A);
  for_each_block(policy, [&](const kube::IpBlock& block, const FieldPath& path, bool ingress) {
    if (ingress) return;
    for (std::size_t e = 0; e < block.except.size(); ++e) {
      const auto except = base::IpPrefix::parse(block.except[e], base::IpReading::lenient);
      if (!except || !except->contains(local_dns)) continue;
      const FieldPath at = path / "except" / e;
      auto finding = report.broken(at, fmt::format("except {} holds the address of LocalDNS", block.except[e]));
      if (except->length() >= 16) {
        finding.fix([&] { return Edits{set(at, document::Literal::string("169.254.169.254/32"))}; });
      }
    }
  });
}

}  // namespace

extern const Check network_policy_blocks_local_dns;
const Check network_policy_blocks_local_dns{
    .about = {.id = "network-policy-blocks-local-dns",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Policies leave the node's DNS cache open",
              .effect = "AKS LocalDNS answers at 169.254.10.10 and .11: the except cuts the pods off from DNS.",
              .remedy = "Except 169.254.169.254/32 alone.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: network policies", "https://learn.microsoft.com/azure/aks/use-network-policies"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

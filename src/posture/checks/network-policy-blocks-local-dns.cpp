// AKS LocalDNS listens on 169.254.10.10 and 169.254.10.11 of each node that has it
// (azure-cni-powered-by-cilium, localdns-custom).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr auto local_dns = base::IpAddress::v4(0xA9FE0A0A);  // 169.254.10.10
  constexpr auto metadata = base::IpAddress::v4(0xA9FEA9FE);
  for_each_block(kube::as<kube::NetworkPolicy>(object)->spec, [&](const kube::IpBlock& block,
                                                                  const FieldPath& path, bool ingress) {
    if (ingress) return;
    for (std::size_t e = 0; e < block.except.size(); ++e) {
      const auto except = base::IpPrefix::parse(block.except[e], base::IpReading::lenient);
      if (!except || !except->contains(local_dns)) continue;
      const FieldPath at = path / "except" / e;
      auto finding = report.unknown(
          at, fmt::format("except \"{}\" holds the address of LocalDNS, 169.254.10.10", block.except[e]),
          "whether the node pools have LocalDNS");
      if (except->length() >= 16 && except->contains(metadata)) {
        finding.fix([&] { return Edits{set(at, document::Literal::string("169.254.169.254/32"))}; });
      } else {
        finding.no_fix("which addresses are meant is known to the policy's owner alone");
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
              .effect = "Where nodes have LocalDNS, the except cuts the pods off from DNS.",
              .remedy = "Except 169.254.169.254/32 alone.",
              .sources = {{"AKS: LocalDNS", "https://learn.microsoft.com/azure/aks/localdns-custom"},
                          {"AKS: Azure CNI powered by Cilium",
                           "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

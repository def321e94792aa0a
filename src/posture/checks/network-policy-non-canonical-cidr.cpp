// KEP-4858 StrictIPCIDRValidation: warnings from 1.33, refused by default from 1.36.
#include <fmt/format.h>

#include <string>

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
  for_each_block(policy, [&](const kube::IpBlock& block, const FieldPath& path, bool) {
    const auto judge = [&](std::string_view text, const FieldPath& at) {
      const auto cidr = base::IpPrefix::parse(text, base::IpReading::lenient);
      if (!cidr || base::cidr_spelling(text, *cidr).is_canonical()) return;
      const std::string canonical = cidr->canonical().text();
      const bool refused = report.version() >= kube::MinorVersion{1, 36};
      report
          .broken(at, fmt::format("{} is written for {}{}", text, canonical,
                                  refused ? ", and is refused from Kubernetes 1.36" : ""))
          .severity(refused ? finding::Severity::high : finding::Severity::medium)
          .fix([&] { return Edits{set(at, document::Literal::string(canonical))}; });
    };
    judge(block.cidr, path / "cidr");
    for (std::size_t e = 0; e < block.except.size(); ++e) judge(block.except[e], path / "except" / e);
  });
}

}  // namespace

extern const Check network_policy_non_canonical_cidr;
const Check network_policy_non_canonical_cidr{
    .about =
        {.id = "network-policy-non-canonical-cidr",
         .aliases = {},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::medium,
         .title = "Address blocks of policies are written with their first address",
         .effect = "Kubernetes 1.36 refuses such a block in new policies; Azure NPM has dropped policies with "
                   "such a /0 without a word.",
         .remedy = "Write the block with its first address: 0.0.0.0/0, 10.10.0.0/16.",
         .sources =
             {{"KEP-4858: IP and CIDR validation",
               "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation"},
              {"Kubernetes: network policies",
               "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
         .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

// ValidateNetworkPolicyPeer and ValidateIPBlock of the API server: cidr and except must be CIDRs, each except a
// strict subset of cidr, and a peer is either an ipBlock or selectors. The guide's own example has
// 10.10.0.0/0#example, which YAML reads as one text.
#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

// What stands before a comment that was none, in the form that every version takes; nullopt when that is no valid
// block either.
std::optional<std::string> meant(const kube::IpBlock& block) {
  const std::size_t hash = block.cidr.find('#');
  if (hash == std::string_view::npos) return std::nullopt;
  const auto cidr = base::IpPrefix::parse(base::trim(block.cidr.substr(0, hash)), base::IpReading::lenient);
  if (!cidr) return std::nullopt;
  std::string text = cidr->canonical().text();
  if (!is_valid({text, block.except})) return std::nullopt;
  return text;
}

void run(const kube::Object& object, Reporter& report) {
  for (const PolicyFault& fault : policy_faults(kube::as<kube::NetworkPolicy>(object)->spec)) {
    auto finding = report.broken(fault.at, fmt::format("{}; the whole policy is refused", fault.reason));
    std::optional<std::string> cidr;
    if (fault.what == PolicyFault::What::cidr) cidr = meant(*fault.block);
    if (cidr) {
      finding.fix([&] { return Edits{set(fault.at, document::Literal::string(*cidr))}; });
    } else {
      finding.no_fix("which addresses are meant is known to the policy's owner alone");
    }
  }
}

}  // namespace

extern const Check network_policy_invalid_cidr;
const Check network_policy_invalid_cidr{
    .about = {.id = "network-policy-invalid-cidr",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::critical,
              .title = "Address blocks of policies can be read",
              .effect = "The API server refuses the whole policy: nothing is applied, and the pods that it was to "
                        "guard stay open.",
              .remedy = "Correct the address block; in YAML a # starts a comment only after a space.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: cluster security",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

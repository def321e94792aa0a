// ValidateIPBlock of the API server: cidr and except must be CIDRs, and each except a strict subset of cidr. The
// guide's own example has 10.10.0.0/0#example.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(object)->spec;
  for (const PolicyFault& fault : policy_faults(policy)) {
    FieldPath at = FieldPath("spec") / (fault.ingress ? "ingress" : "egress") / fault.rule /
                   (fault.ingress ? "from" : "to") / fault.peer / "ipBlock";
    const auto& rule = (fault.ingress ? policy.ingress : policy.egress)[fault.rule];
    const std::string_view cidr = rule.peers[fault.peer].ip_block->cidr;
    at = fault.except == PolicyFault::no_except ? std::move(at) / "cidr" : std::move(at) / "except" / fault.except;
    auto finding = report.broken(at, fmt::format("{}; the policy is refused as a whole", fault.reason));
    const std::size_t hash = cidr.find('#');
    if (fault.except != PolicyFault::no_except || hash == std::string_view::npos) {
      finding.no_fix("which addresses are meant is known to its owner alone");
      continue;
    }
    // What stands before the comment that was none, in the form that every version takes.
    const auto meant = base::IpPrefix::parse(cidr.substr(0, hash), base::IpReading::lenient);
    if (meant) finding.fix([&] { return Edits{set(at, document::Literal::string(meant->masked().text()))}; });
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
              .sources = {{"AKS: cluster security and upgrades",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

// NetworkPolicies are additive: an allow in one is not taken back by another.
#include <fmt/format.h>

#include <expected>

#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*object)->spec;
    // A policy for some pods is a decision about those pods.
    if (!policy.is_egress() || !policy.pod_selector.empty()) continue;
    report.judged(*object);
    const kube::Object* denied_by = nullptr;
    for (const kube::Object* other :
         inventory.of(kube::ResourceKind::network_policy, object->namespace_or_default())) {
      const kube::NetworkPolicySpec& spec = kube::as<kube::NetworkPolicy>(*other)->spec;
      if (other != object && spec.is_egress() && spec.egress.empty() && spec.pod_selector.empty())
        denied_by = other;
    }
    if (denied_by == nullptr) continue;
    for (std::size_t r = 0; r < policy.egress.size(); ++r) {
      for (std::size_t p = 0; p < policy.egress[r].peers.size(); ++p) {
        const kube::IpBlock* block = policy.egress[r].peers[p].ip_block;
        const auto cidr = block == nullptr ? std::unexpected(base::CidrProblem{})
                                           : base::IpPrefix::parse(block->cidr, base::IpReading::lenient);
        if (!cidr || cidr->length() > 1 || !policy.egress[r].ports.empty()) continue;
        report
            .broken(*object, FieldPath("spec") / "egress" / r / "to" / p / "ipBlock" / "cidr",
                    fmt::format("{} opens what the policy {} denies", block->cidr, denied_by->metadata.name))
            .no_fix("what the pods need is known to their owner alone");
      }
    }
  }
}

}  // namespace

extern const Check policy_weakens_default_deny;
const Check policy_weakens_default_deny{
    .about = {.id = "policy-weakens-default-deny",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "No policy opens the internet to pods of a default-deny namespace",
              .effect = "Policies add up: applied to a namespace that denies all egress, the guide's own policy "
                        "opens all addresses but one.",
              .remedy = "Allow the addresses that the pods need, and no 0.0.0.0/0.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

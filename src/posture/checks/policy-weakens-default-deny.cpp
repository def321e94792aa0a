// NetworkPolicies add up: an allow in one is not taken back by another. Applied to a namespace that denies all
// egress, the guide's own policy opens all addresses but one.
#include <fmt/format.h>

#include <optional>

#include "posture/check.h"
#include "posture/egress.h"

namespace bulwark::posture {

namespace {

// The rule allows all addresses, or all but a few, on all ports.
std::optional<Opening> find_wide(const kube::NetworkPolicyRule& rule, std::uint32_t index) {
  if (!rule.ports.empty()) return std::nullopt;
  if (rule.peers.empty()) return Opening{index, std::nullopt};
  for (std::uint32_t p = 0; p < rule.peers.size(); ++p) {
    if (rule.peers[p].ip_block == nullptr) continue;
    const auto cidr = base::IpPrefix::parse(rule.peers[p].ip_block->cidr, base::IpReading::lenient);
    if (cidr && cidr->length() <= 1) return Opening{index, p};
  }
  return std::nullopt;
}

void judge(const kube::Inventory& inventory, const kube::Object& object, ClusterReporter& report) {
  const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(object)->spec;
  // A policy for some pods is a decision about those pods.
  if (!policy.is_egress() || !policy.pod_selector.empty()) return;
  report.judged(object);
  const kube::Object* denied_by = nullptr;
  for (const kube::Object* other :
       inventory.of(kube::ResourceKind::network_policy, object.namespace_or_default())) {
    const kube::NetworkPolicySpec& spec = kube::as<kube::NetworkPolicy>(*other)->spec;
    if (spec.is_egress() && spec.egress.empty() && spec.pod_selector.empty()) denied_by = other;
  }
  if (denied_by == nullptr || is_refused(object, report.version())) return;
  for (std::uint32_t r = 0; r < policy.egress.size(); ++r) {
    const auto wide = find_wide(policy.egress[r], r);
    if (!wide) continue;
    report
        .broken(object, path_of(*wide),
                fmt::format("the rule opens to all pods what policy \"{}\" denies", denied_by->metadata.name))
        .no_fix("what the pods need is known to their owner alone");
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy))
    judge(inventory, *object, report);
}

}  // namespace

extern const Check policy_weakens_default_deny;
const Check policy_weakens_default_deny{
    .about = {.id = "policy-weakens-default-deny",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "No policy opens the internet to pods of a default-deny namespace",
              .effect = "All pods of the namespace reach all addresses but those in except, in spite of the "
                        "policy that denies them.",
              .remedy = "Allow the addresses that the pods need, and no 0.0.0.0/0.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// NetworkPolicy has no deny: an except is a hole in one allow, and any other policy that allows the address fills
// it. The guide's policy against the metadata service is of this form, for every pod of the namespace.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "posture/check.h"
#include "posture/network_policy.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

bool denies_all_egress(const kube::Object* object) {
  const kube::NetworkPolicySpec& spec = kube::as<kube::NetworkPolicy>(*object)->spec;
  return spec.is_egress() && spec.egress.empty() && spec.pod_selector.empty();
}

// All addresses of a family; read past a # that is no comment.
bool is_everything(std::string_view cidr) {
  const auto prefix = base::IpPrefix::parse(base::trim(cidr.substr(0, cidr.find('#'))), base::IpReading::lenient);
  return prefix && prefix->length() == 0;
}

void judge(const kube::Inventory& inventory, const kube::Object& object, ClusterReporter& report) {
  const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(object)->spec;
  const std::string_view home = object.namespace_or_default();
  // A policy for some pods is a decision about those pods.
  if (!policy.is_egress() || !policy.pod_selector.empty() || is_system_namespace(home)) return;
  report.judged(object);
  const auto others = inventory.of(kube::ResourceKind::network_policy, home);
  // Beside a default deny the same rule is the matter of policy-weakens-default-deny.
  if (std::any_of(others.begin(), others.end(), denies_all_egress)) return;
  for (std::size_t r = 0; r < policy.egress.size(); ++r) {
    if (!policy.egress[r].ports.empty()) continue;
    for (std::size_t p = 0; p < policy.egress[r].peers.size(); ++p) {
      const kube::IpBlock* block = policy.egress[r].peers[p].ip_block;
      if (block == nullptr || block->except.empty() || !is_everything(block->cidr)) continue;
      // What denies for the whole cluster may stand beside it.
      if (find_foreign_policy(inventory, home) != nullptr) return;
      report
          .broken(object, FieldPath("spec") / "egress" / r / "to" / p / "ipBlock" / "except",
                  fmt::format("every pod may reach all addresses but {}, until another policy allows {} too",
                              fmt::join(block->except, ", "), block->except.size() == 1 ? "that one" : "those"))
          .no_fix("what the pods need is known to their owner alone");
    }
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::network_policy)) {
    judge(inventory, *object, report);
  }
}

}  // namespace

extern const Check deny_by_exception;
const Check deny_by_exception{
    .about = {.id = "deny-by-exception",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::low,
              .title = "Addresses are kept from pods by what denies, and not by a hole in what allows",
              .effect = "The rest of the internet is open to every pod of the namespace, and the next policy that "
                        "allows the address takes the exception back.",
              .remedy =
                  "Deny all egress of the namespace and allow what its pods need, or deny the address for the "
                  "whole cluster (CiliumClusterwideNetworkPolicy, Calico's GlobalNetworkPolicy).",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"Cilium: deny policies",
                           "https://docs.cilium.io/en/stable/security/policy/language/#deny-policies"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// The guide: add a network policy in all user namespaces to block pod egress to the metadata endpoint. What
// counts is the union of all policies in force. A namespace of which neither the Namespace nor any
// NetworkPolicy is in the input may have its policies elsewhere, and other kinds of policies may deny what
// these allow: unknown.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/egress.h"

namespace bulwark::posture {

namespace {

using enum kube::ResourceKind;

// Reports broken, or unknown when `missing` names what would tell.
Reported put(ClusterReporter& report, const kube::Object& object, const FieldPath& at, const std::string& message,
             const std::string& missing) {
  return missing.empty() ? report.broken(object, at, message) : report.unknown(object, at, message, missing);
}

void report_unguarded(const UserNamespace& space, const NamespaceEgress& egress, const std::string& missing,
                      ClusterReporter& report) {
  std::string refused;
  if (egress.refused != nullptr) {
    refused = fmt::format("; policy \"{}\" is refused by the API server", egress.refused->metadata.name);
  }
  const FieldPath name = FieldPath("metadata") / "name";
  constexpr std::string_view no_fix = "a new policy must know what else the pods call";
  if (egress.unguarded.size() == egress.judged.size()) {
    const kube::Object& anchor = space.object != nullptr ? *space.object : *egress.unguarded.front();
    put(report, anchor, name,
        fmt::format("no policy restricts egress of {}: {} can reach 169.254.169.254{}", space.text(),
                    workloads_text(egress.unguarded), refused),
        missing)
        .no_fix(no_fix);
    return;
  }
  for (const kube::Object* workload : egress.unguarded) {
    put(report, *workload, name,
        fmt::format("no policy restricts egress of the workload: it can reach 169.254.169.254{}", refused),
        missing)
        .no_fix(no_fix);
  }
}

void report_passage(const NamespaceEgress::Passage& passage, const std::string& missing, ClusterReporter& report) {
  const kube::Object& policy = *passage.policy;
  std::string message = fmt::format("the rule lets {} reach 169.254.169.254", workloads_text(passage.workloads));
  if (passage.against != nullptr) {
    message += fmt::format(", against policy \"{}\": what one policy allows no other takes back",
                           passage.against->metadata.name);
  }
  auto finding = put(report, policy, path_of(passage.opening), message, missing);
  const auto& rule = kube::as<kube::NetworkPolicy>(policy)->spec.egress[passage.opening.rule];
  const kube::IpBlock* block = passage.opening.peer ? rule.peers[*passage.opening.peer].ip_block : nullptr;
  const auto cidr = block == nullptr
                        ? base::IpPrefix()
                        : base::IpPrefix::parse(block->cidr, base::IpReading::lenient).value_or(base::IpPrefix());
  if (block == nullptr) {
    finding.no_fix("which addresses the pods need is known to their owner alone");
  } else if (cidr.length() == 32) {
    finding.no_fix("the address was allowed on purpose");
  } else {
    finding.fix([&] {
      Edits edits;
      const FieldPath peers = FieldPath("spec") / "egress" / passage.opening.rule / "to";
      for (std::size_t i = *passage.opening.peer; i < rule.peers.size(); ++i) {
        if (rule.peers[i].ip_block == nullptr || !holds(*rule.peers[i].ip_block, instance_metadata.address))
          continue;
        edits.push_back(append(peers / i / "ipBlock" / "except", document::Literal::string("169.254.169.254/32")));
      }
      return edits;
    });
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const UserNamespace& space : user_namespaces(inventory)) {
    const NamespaceEgress egress = judge_egress(inventory, space, instance_metadata, report.version());
    if (egress.judged.empty()) continue;
    for (const kube::Object* workload : egress.judged) report.judged(*workload);
    if (egress.unguarded.empty() && egress.passages.empty()) continue;
    std::string missing;
    if (const kube::Object* foreign = find_foreign_policy(inventory, space.name)) {
      missing = fmt::format("what {} \"{}\" denies", foreign->kind_name, foreign->metadata.name);
    }
    for (const auto& passage : egress.passages) report_passage(passage, missing, report);
    if (egress.unguarded.empty()) continue;
    if (missing.empty() && !would_show(inventory, space, network_policy))
      missing = "the NetworkPolicies of the namespace";
    report_unguarded(space, egress, missing, report);
  }
}

}  // namespace

extern const Check metadata_egress;
const Check metadata_egress{
    .about = {.id = "metadata-egress",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::high,
              .title = "Pods cannot reach the Instance Metadata Service",
              .effect = "A pod that reaches 169.254.169.254 gets tokens of the node's managed identity, and with "
                        "them what Azure grants to the node.",
              .remedy = "Deny egress in the namespace by a NetworkPolicy and allow what the pods need, with "
                        "169.254.169.254/32 in except where that is 0.0.0.0/0; on AKS, IMDS restriction blocks "
                        "the address on the nodes.",
              .sources = {{"AKS: cluster security",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: block pod access to the IMDS endpoint",
                           "https://learn.microsoft.com/azure/aks/imds-restriction"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"},
                           {finding::Framework::nsa, "Network separation"},
                           {finding::Framework::mitre, "T1552.005"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

#include "posture/egress.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

namespace {

void judge(const kube::Object& workload, kube::Labels labels, const std::vector<EgressPolicy>& policies,
           NamespaceEgress& into) {
  bool guarded = false;
  const kube::Object* refused = nullptr;
  const kube::Object* closed = nullptr;
  for (const EgressPolicy& policy : policies) {
    if (!policy.selects(labels)) continue;
    if (policy.refused) {
      refused = policy.object;
    } else {
      guarded = true;
      if (policy.openings.empty()) closed = policy.object;
    }
  }
  if (!guarded) {
    into.unguarded.push_back(&workload);
    if (into.refused == nullptr) into.refused = refused;
    return;
  }
  for (const EgressPolicy& policy : policies) {
    if (policy.refused || !policy.selects(labels)) continue;
    for (const Opening& opening : policy.openings) {
      const auto known = std::find_if(into.passages.begin(), into.passages.end(), [&](const auto& passage) {
        return passage.policy == policy.object && passage.opening == opening;
      });
      if (known == into.passages.end()) {
        into.passages.push_back({policy.object, opening, {&workload}, closed});
      } else {
        known->workloads.push_back(&workload);
      }
    }
  }
}

}  // namespace

NamespaceEgress judge_egress(const kube::Inventory& inventory, const UserNamespace& name_space,
                             const Destination& destination, kube::MinorVersion version) {
  NamespaceEgress found;
  const auto policies = egress_policies(inventory, name_space.name, destination, version);
  for (const kube::Object* workload : name_space.workloads) {
    if (is_made_by_workload(inventory, *workload)) continue;
    const kube::PodLocation pod = kube::pod_of(*workload);
    if (pod.spec->host_network.value_or(false)) continue;
    found.judged.push_back(workload);
    judge(*workload, pod.metadata->labels, policies, found);
  }
  return found;
}

document::FieldPath path_of(const Opening& opening) {
  const document::FieldPath rule = document::FieldPath("spec") / "egress" / opening.rule;
  return opening.peer ? rule / "to" / *opening.peer / "ipBlock" / "cidr" : rule;
}

std::string workloads_text(std::span<const kube::Object* const> workloads) {
  if (workloads.size() == 1) return fmt::format("workload \"{}\"", workloads[0]->metadata.name);
  if (workloads.size() == 2) {
    return fmt::format("workloads \"{}\" and \"{}\"", workloads[0]->metadata.name, workloads[1]->metadata.name);
  }
  return fmt::format("{} workloads", workloads.size());
}

}  // namespace bulwark::posture

#pragma once

#include <vector>

#include "posture/network_policy.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

// What the policies of one namespace say of egress from its workloads to one destination. Workloads on the node's
// network are out of their reach and not here.
struct NamespaceEgress {
  // Workloads that a part of a policy lets through.
  struct Passage {
    const kube::Object* policy = nullptr;
    Opening opening;
    std::vector<const kube::Object*> workloads;
    const kube::Object* against =
        nullptr;  // another policy that selects the first of them and lets nothing through
  };

  std::vector<const kube::Object*> judged;
  std::vector<const kube::Object*> unguarded;  // no policy in force selects them
  std::vector<Passage> passages;
  const kube::Object* refused =
      nullptr;  // a policy that selects an unguarded one, but that the API server refuses
};
NamespaceEgress judge_egress(const kube::Inventory& inventory, const UserNamespace& name_space,
                             const Destination& destination, kube::MinorVersion version);

// Of a passage, for findings: the ipBlock's cidr, or the rule.
document::FieldPath path_of(const Opening& opening);
// `workload "web"`, `workloads "web" and "api"`, `5 workloads`
std::string workloads_text(std::span<const kube::Object* const> workloads);

}  // namespace bulwark::posture

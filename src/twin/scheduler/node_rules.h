// What pods ask of a node's own properties: node selector, node affinity, tolerations. Pods with the same rule are
// treated alike by every node.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "twin/state.h"

namespace bulwark::twin {

struct NodeRule {
  std::vector<kube::Label> selector;  // the RuntimeClass's, too
  const kube::NodeSelector* required = nullptr;
  std::span<const kube::PreferredSchedulingTerm> preferred;
  std::vector<kube::Toleration> tolerations;
};

// The rule of a class's pods, with what admission (RuntimeClass) and the DaemonSet controller add to them.
NodeRule rule_of(const Model& model, const PodClass& pod_class);
// The same for equal rules.
std::string key_of(const NodeRule& rule);
// In place of a label's key: the node's name, which matchFields asks for.
inline constexpr std::string_view node_name_key = "metadata.name";
// Calls visit(key) for every label that the rule looks at.
void for_each_label_key(const NodeRule& rule, const std::function<void(std::string_view)>& visit);

// Whether a node satisfies the terms (k8s.io/component-helpers/scheduling/corev1/nodeaffinity).
bool matches(const kube::NodeSelector& selector, const NodeInfo& node);

// How a node stands to a rule.
struct Standing {
  bool is_cordoned = false;  // and the pod does not tolerate that (NodeUnschedulable)
  bool matches = false;      // selector and required affinity (NodeAffinity)
  std::uint16_t taint = 0;  // which of its taints, from 1 on, the pod does not tolerate; 0: none (TaintToleration)
  std::uint16_t disliked = 0;   // taints PreferNoSchedule that the pod does not tolerate
  std::int32_t preference = 0;  // weights of the preferred terms that the node satisfies

  bool passes() const { return matches && taint == 0 && !is_cordoned; }
};
Standing standing(const NodeRule& rule, const NodeInfo& info, bool is_ready, bool is_unschedulable);

}  // namespace bulwark::twin

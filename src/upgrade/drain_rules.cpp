#include <algorithm>

#include "upgrade/drain_options.h"

namespace bulwark::upgrade {

namespace {

bool is_for(const DrainRule& rule, kube::Labels labels, kube::Labels namespace_labels) {
  if (rule.pods.empty()) return true;
  return std::ranges::any_of(rule.pods, [&](const PodRuleSelector& selector) {
    return (selector.pods == nullptr || selector.pods->matches(labels)) &&
           (selector.namespaces == nullptr || selector.namespaces->matches(namespace_labels));
  });
}

}  // namespace

PodTreatment treatment(const DrainRules& rules, kube::Labels labels, kube::Labels namespace_labels) {
  if (rules.pod_labels) {
    const std::string_view label = kube::find_label(labels, "cluster.x-k8s.io/drain");
    if (label == "skip") return {.behavior = DrainBehavior::skip};
    if (label == "wait-completed") return {.behavior = DrainBehavior::wait_completed};
  }
  const DrainRule* first = nullptr;
  for (const DrainRule& rule : rules.rules) {
    if ((first == nullptr || rule.name < first->name) && is_for(rule, labels, namespace_labels)) first = &rule;
  }
  if (first == nullptr) return {};
  return {.behavior = first->behavior, .order = first->behavior == DrainBehavior::drain ? first->order : 0};
}

}  // namespace bulwark::upgrade

#include "twin/scheduler/node_rules.h"

#include <algorithm>

#include "twin/taints.h"

namespace bulwark::twin {

namespace {

void append(std::string& out, std::string_view text) { out.append(text).push_back('\1'); }

void append(std::string& out, std::span<const kube::Requirement> requirements) {
  for (const kube::Requirement& each : requirements) {
    append(out, each.key);
    append(out, std::to_string(static_cast<int>(each.op)));
    for (const std::string_view value : each.values) append(out, value);
    out += '\2';
  }
}

void append(std::string& out, const kube::NodeSelectorTerm& term) {
  append(out, term.match_expressions);
  out += '\3';
  append(out, term.match_fields);
  out += '\4';
}

bool matches(const kube::NodeSelectorTerm& term, const NodeInfo& node) {
  if (term.match_expressions.empty() && term.match_fields.empty()) return false;
  const kube::Label name{node_name_key, node.name};
  return std::ranges::all_of(term.match_expressions,
                             [&](const auto& each) { return each.matches(node.labels); }) &&
         std::ranges::all_of(term.match_fields, [&](const auto& each) { return each.matches({&name, 1}); });
}

}  // namespace

NodeRule rule_of(const Model& model, const PodClass& pod_class) {
  const kube::PodSpec& spec = *pod_class.spec;
  NodeRule rule;
  rule.selector.assign(spec.node_selector.begin(), spec.node_selector.end());
  rule.tolerations.assign(spec.tolerations.begin(), spec.tolerations.end());
  if (spec.affinity != nullptr && spec.affinity->node_affinity != nullptr) {
    rule.required = spec.affinity->node_affinity->required;
    rule.preferred = spec.affinity->node_affinity->preferred;
  }
  if (const auto found = model.runtime_classes.find(spec.runtime_class_name);
      found != model.runtime_classes.end() && !spec.runtime_class_name.empty()) {
    const kube::RuntimeClassScheduling& more = found->second->scheduling;
    rule.selector.insert(rule.selector.end(), more.node_selector.begin(), more.node_selector.end());
    rule.tolerations.insert(rule.tolerations.end(), more.tolerations.begin(), more.tolerations.end());
  }
  if (pod_class.workload != none && model.workloads[pod_class.workload].kind == WorkloadKind::daemon_set) {
    const auto more = daemon_tolerations(spec.host_network.value_or(false));
    rule.tolerations.insert(rule.tolerations.end(), more.begin(), more.end());
  }
  return rule;
}

std::string key_of(const NodeRule& rule) {
  std::string out;
  std::vector<kube::Label> selector = rule.selector;
  std::ranges::sort(selector, {}, [](const kube::Label& each) { return std::pair(each.key, each.value); });
  for (const kube::Label& each : selector) {
    append(out, each.key);
    append(out, each.value);
  }
  out += '\5';
  if (rule.required != nullptr) {
    out += '!';
    for (const kube::NodeSelectorTerm& each : rule.required->terms) append(out, each);
  }
  out += '\5';
  for (const kube::PreferredSchedulingTerm& each : rule.preferred) {
    append(out, std::to_string(each.weight.value_or(0)));
    if (each.preference != nullptr) append(out, *each.preference);
  }
  out += '\5';
  for (const kube::Toleration& each : rule.tolerations) {
    for (const std::string_view part : {each.key, each.op, each.value, each.effect}) append(out, part);
  }
  return out;
}

void for_each_label_key(const NodeRule& rule, const std::function<void(std::string_view)>& visit) {
  const auto visit_term = [&](const kube::NodeSelectorTerm& term) {
    for (const kube::Requirement& each : term.match_expressions) visit(each.key);
    if (!term.match_fields.empty()) visit(node_name_key);
  };
  for (const kube::Label& each : rule.selector) visit(each.key);
  if (rule.required != nullptr) std::ranges::for_each(rule.required->terms, visit_term);
  for (const kube::PreferredSchedulingTerm& each : rule.preferred) {
    if (each.preference != nullptr) visit_term(*each.preference);
  }
}

bool matches(const kube::NodeSelector& selector, const NodeInfo& node) {
  return std::ranges::any_of(selector.terms, [&](const auto& each) { return matches(each, node); });
}

Standing standing(const NodeRule& rule, const NodeInfo& info, bool is_ready, bool is_unschedulable) {
  Standing out;
  out.matches = std::ranges::all_of(rule.selector,
                                    [&](const kube::Label& wanted) {
                                      const std::string_view value = kube::find_label(info.labels, wanted.key);
                                      return value.data() != nullptr && value == wanted.value;
                                    }) &&
                (rule.required == nullptr || matches(*rule.required, info));
  out.is_cordoned = is_unschedulable && !tolerates(rule.tolerations, unschedulable_taint);
  std::uint16_t number = 0;
  for_each_taint(info, is_ready, is_unschedulable, [&](const kube::Taint& taint) {
    ++number;
    if (taint.effect == "PreferNoSchedule") {
      // Of the tolerations those count that are for such taints, or for all.
      if (!tolerates(rule.tolerations, taint)) ++out.disliked;
    } else if (out.taint == 0 && (taint.effect == "NoSchedule" || taint.effect == "NoExecute") &&
               !tolerates(rule.tolerations, taint)) {
      out.taint = number;
    }
    return true;
  });
  for (const kube::PreferredSchedulingTerm& each : rule.preferred) {
    if (each.preference != nullptr && matches(*each.preference, info)) {
      out.preference += static_cast<std::int32_t>(each.weight.value_or(0));
    }
  }
  return out;
}

}  // namespace bulwark::twin

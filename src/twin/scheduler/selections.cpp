#include "twin/scheduler/selections.h"

#include <algorithm>
#include <deque>

namespace bulwark::twin {

namespace {

std::string label_key(std::string_view name_space, const kube::Label& label) {
  std::string out(name_space);
  out.append(1, '\1').append(label.key).append(1, '\1').append(label.value);
  return out;
}

// What matchLabelKeys and mismatchLabelKeys add to a selector: the values of the pod's own labels. Keys that the
// pod does not have are passed over.
class OwnValues {
 public:
  explicit OwnValues(kube::Labels labels) : labels_(labels) {}

  void add(std::span<const std::string_view> keys, kube::SelectorOperator op) {
    for (const std::string_view key : keys) {
      const std::string_view value = kube::find_label(labels_, key);
      if (value.data() == nullptr) continue;
      values_.push_back(value);
      requirements.push_back({.key = key, .op = op, .values = {&values_.back(), 1}});
    }
  }

  std::vector<kube::Requirement> requirements;

 private:
  kube::Labels labels_;
  std::deque<std::string_view> values_;
};

}  // namespace

Selections::Selections(const Model& model) : model_(model) {
  for (Index i = 0; i < model.classes.size(); ++i) {
    const PodClass& each = model.classes[i];
    by_namespace_[each.name_space].push_back(i);
    for (const kube::Label& label : each.labels) {
      std::vector<Index>& list = by_label_[label_key(each.name_space, label)];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  }
}

Classes Selections::of(const kube::TopologySpreadConstraint& constraint, const PodClass& of) {
  OwnValues own(of.labels);
  // On by default since 1.27.
  if (model_.minor >= 27) own.add(constraint.match_label_keys, kube::SelectorOperator::in);
  return select(constraint.label_selector, own.requirements, {of.name_space});
}

Classes Selections::of(const kube::PodAffinityTerm& term, const PodClass& of) {
  OwnValues own(of.labels);
  // On by default since 1.31.
  if (model_.minor >= 31) {
    own.add(term.match_label_keys, kube::SelectorOperator::in);
    own.add(term.mismatch_label_keys, kube::SelectorOperator::not_in);
  }
  return select(term.label_selector, own.requirements, namespaces_of(term, of));
}

std::vector<std::string_view> Selections::namespaces_of(const kube::PodAffinityTerm& term,
                                                        const PodClass& of) const {
  std::vector<std::string_view> out(term.namespaces.begin(), term.namespaces.end());
  if (term.namespace_selector == nullptr) {
    if (out.empty()) out.push_back(of.name_space);
    return out;
  }
  for (const auto& [name, classes] : by_namespace_) {
    const auto labels = model_.namespaces.find(name);
    const kube::Label own_name{"kubernetes.io/metadata.name", name};
    const kube::Labels known = labels != model_.namespaces.end() ? labels->second : kube::Labels(&own_name, 1);
    if (term.namespace_selector->matches(known)) out.push_back(name);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Classes Selections::select(const kube::LabelSelector* selector, std::span<const kube::Requirement> more,
                           const std::vector<std::string_view>& namespaces) {
  static const Classes nothing = std::make_shared<const std::vector<Index>>();
  // A selector that is not there selects nothing (LabelSelectorAsSelector).
  if (selector == nullptr) return nothing;
  std::string key;
  for (const std::string_view each : namespaces) key.append(each).push_back('\1');
  key.append(1, '\2').append(kube::text(*selector)).push_back('\2');
  key += kube::text(kube::LabelSelector{.match_labels = {}, .match_expressions = more});
  Classes& known = known_[key];
  if (known == nullptr) {
    std::vector<Index> found;
    for (const std::string_view each : namespaces) find(*selector, more, each, found);
    std::ranges::sort(found);
    known = found.empty() ? nothing : std::make_shared<const std::vector<Index>>(std::move(found));
  }
  return known;
}

void Selections::find(const kube::LabelSelector& selector, std::span<const kube::Requirement> more,
                      std::string_view name_space, std::vector<Index>& out) const {
  const auto all = by_namespace_.find(name_space);
  if (all == by_namespace_.end()) return;
  // Of the labels that must be there, the rarest one leads to the fewest candidates.
  const std::vector<Index>* candidates = &all->second;
  for (const kube::Label& each : selector.match_labels) {
    const auto with = by_label_.find(label_key(name_space, each));
    if (with == by_label_.end()) return;
    if (with->second.size() < candidates->size()) candidates = &with->second;
  }
  for (const Index each : *candidates) {
    const kube::Labels labels = model_.classes[each].labels;
    if (selector.matches(labels) &&
        std::ranges::all_of(more, [&](const kube::Requirement& wanted) { return wanted.matches(labels); })) {
      out.push_back(each);
    }
  }
}

}  // namespace bulwark::twin

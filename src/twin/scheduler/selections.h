// Which classes the selectors of spread constraints and affinity terms pick.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "twin/scheduler/programs.h"

namespace bulwark::twin {

class Selections {
 public:
  explicit Selections(const Model& model);

  // Sorted. `of` is the class whose constraint or term it is: its namespace is meant when the term names none, and
  // its labels' values are those of matchLabelKeys and mismatchLabelKeys.
  Classes of(const kube::TopologySpreadConstraint& constraint, const PodClass& of);
  Classes of(const kube::PodAffinityTerm& term, const PodClass& of);

 private:
  Classes select(const kube::LabelSelector* selector, std::span<const kube::Requirement> more,
                 const std::vector<std::string_view>& namespaces);
  void find(const kube::LabelSelector& selector, std::span<const kube::Requirement> more,
            std::string_view name_space, std::vector<Index>& out) const;
  std::vector<std::string_view> namespaces_of(const kube::PodAffinityTerm& term, const PodClass& of) const;

  const Model& model_;
  std::unordered_map<std::string_view, std::vector<Index>> by_namespace_;
  std::unordered_map<std::string, std::vector<Index>> by_label_;  // namespace, key and value
  std::map<std::string, Classes> known_;
};

}  // namespace bulwark::twin

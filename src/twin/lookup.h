// What is worked out from a model once, so that the twin need not work it out at each event; shared by all copies.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "twin/disruption.h"
#include "twin/model.h"

namespace bulwark::twin {

// The rule of a PodDisruptionBudget with its numbers read.
struct BudgetRule {
  enum class Kind : std::uint8_t {
    nothing,
    max_number,
    max_percent,
    min_number,
    min_percent,
    unusual,  // a percentage that is none, or far from 100: wanted_by has to be asked
  };
  Kind kind = Kind::nothing;
  std::int64_t value = 0;

  bool asks_for_scale() const { return kind != Kind::nothing && kind != Kind::min_number; }
  // As wanted_by, of what is not unusual.
  Wanted wanted(std::int64_t matching, std::int64_t scale) const;
};

class Lookup {
 public:
  explicit Lookup(const Model& model);

  // Whose scale the pods of a class contribute to a budget: a workload, nobody's, or there is a problem.
  static constexpr Index no_scale = none - 1;

  // By class: the one budget that evictions of its pods ask; none: there is none; many: several, or others are
  // asked, too (webhooks, or the operator that moves its primary away).
  static constexpr Index many = none - 1;
  std::vector<Index> budget_of_class;
  std::vector<BudgetRule> rules;           // by budget
  std::vector<Index> scale_of_class;       // a workload; none: they have no controller; no_scale: a problem
  std::vector<std::uint8_t> keeps_object;  // by class: a finalizer that nobody takes away by himself
  std::unordered_map<std::string_view, Index> node_by_name;
};

}  // namespace bulwark::twin

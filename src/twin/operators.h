#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/label.h"

namespace bulwark::twin {

// What happens to an evicted pod that an operator's own kind owns.
enum class Evicted : std::uint8_t {
  same_name,  // it comes again with its name and its claims
  again,      // another one comes
  not_again,  // nobody promises another one
  built_in,   // the kind makes ReplicaSets, StatefulSets and the like, whose controllers see to it
};

struct Operator {
  std::string_view group, kind, makes;
  Evicted evicted = Evicted::built_in;
  enum class Scale : std::uint8_t { yes, no, untold } scale = Scale::untold;
  kube::Label primary;  // of the pod that a budget for the primary alone selects; the key is empty for none
  std::string_view source, date;
};

// The rows of data/operators.csv. Error: the first row that is none.
base::Result<std::vector<Operator>> parse_operators(std::string_view csv);

std::span<const Operator> operators();

// nullptr: nothing is known of the kind.
const Operator* find_operator(std::string_view group, std::string_view kind);

}  // namespace bulwark::twin

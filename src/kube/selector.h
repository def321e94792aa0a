#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "kube/label.h"

namespace bulwark::kube {

enum class SelectorOperator : std::uint8_t {
  in,
  not_in,
  exists,
  does_not_exist,
  greater_than,  // in the string form and in node selectors only
  less_than,
  unknown,
};

// "In", "NotIn", ...; unknown for anything else. Letter case counts.
SelectorOperator selector_operator(std::string_view text);
std::string_view text(SelectorOperator op);

// One condition on one label. Views into somebody else's memory.
struct Requirement {
  std::string_view key;
  SelectorOperator op = SelectorOperator::unknown;
  std::span<const std::string_view> values = {};
  std::string_view op_text = {};  // as written, when op is unknown

  // As labels.Requirement.Matches; an unknown operator matches nothing.
  bool matches(Labels labels) const;
};

// metav1.LabelSelector. What a selector that is absent means is for each API to say; an empty one matches
// everything (LabelSelectorAsSelector).
struct LabelSelector {
  Labels match_labels = {};
  std::span<const Requirement> match_expressions = {};

  bool empty() const { return match_labels.empty() && match_expressions.empty(); }
  bool matches(Labels labels) const;
};
inline bool matches(const LabelSelector& selector, Labels labels) { return selector.matches(labels); }

// What is wrong with a selector: the field below it ("matchExpressions[0].values"), and why in upstream's words.
struct SelectorProblem {
  std::string field, reason;

  bool operator==(const SelectorProblem&) const = default;
};

// ValidateLabelSelector of the API server. Empty for a valid selector.
std::vector<SelectorProblem> validate(const LabelSelector& selector);

// Reads what `kubectl -l` reads (labels.Parse): "a=b,c!=d,e in (x,y),!f,g>5". The texts are views into `text`, the
// spans live in the arena. Requirements come sorted by key, values sorted and without repetition. The empty text
// selects everything. Errors are upstream's, with the place.
base::Result<LabelSelector> parse_selector(std::string_view text, base::Arena& arena);

// "a=b,c in (x,y),!d", sorted by key (FormatLabelSelector): parse_selector reads it back to a selector that
// matches the same. "<all>" for empty selectors, which upstream writes as "<none>".
std::string text(const LabelSelector& selector);

}  // namespace bulwark::kube

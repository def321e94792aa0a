#include "kube/selector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "kube/names.h"

namespace bulwark::kube {

namespace {

constexpr std::array<std::string_view, 6> kOperators{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"};

// strconv.ParseInt with base 10.
std::optional<std::int64_t> integer(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string joined(const std::vector<std::string>& problems) {
  return fmt::format("{}", fmt::join(problems, "; "));
}

}  // namespace

SelectorOperator selector_operator(std::string_view text) {
  return static_cast<SelectorOperator>(std::ranges::find(kOperators, text) - kOperators.begin());
}

std::string_view text(SelectorOperator op) {
  const auto index = static_cast<std::size_t>(op);
  return index < kOperators.size() ? kOperators[index] : "";
}

bool Requirement::matches(Labels labels) const {
  const std::string_view found = find_label(labels, key);
  const auto value = found.data() == nullptr ? std::nullopt : std::optional(found);
  const auto listed = [&] { return std::ranges::find(values, *value) != values.end(); };
  switch (op) {
    case SelectorOperator::in:
      return value && listed();
    case SelectorOperator::not_in:
      return !value || !listed();
    case SelectorOperator::exists:
      return value.has_value();
    case SelectorOperator::does_not_exist:
      return !value;
    case SelectorOperator::greater_than:
    case SelectorOperator::less_than: {
      if (!value || values.size() != 1) return false;
      const auto mine = integer(*value), limit = integer(values[0]);
      if (!mine || !limit) return false;
      return op == SelectorOperator::greater_than ? *mine > *limit : *mine < *limit;
    }
    case SelectorOperator::unknown:
      break;
  }
  return false;
}

bool LabelSelector::matches(Labels labels) const {
  return std::ranges::all_of(match_labels,
                             [&](const Label& wanted) {
                               const std::string_view found = find_label(labels, wanted.key);
                               return found.data() != nullptr && found == wanted.value;
                             }) &&
         std::ranges::all_of(match_expressions, [&](const Requirement& r) { return r.matches(labels); });
}

std::vector<SelectorProblem> validate(const LabelSelector& selector) {
  std::vector<SelectorProblem> out;
  const auto key = [&](std::string field, std::string_view text) {
    if (!is_label_key(text)) out.push_back({std::move(field), joined(label_key_problems(text))});
  };
  for (const Label& label : selector.match_labels) {
    key("matchLabels", label.key);
    if (!is_label_value(label.value)) out.push_back({"matchLabels", joined(label_value_problems(label.value))});
  }
  for (std::size_t i = 0; i < selector.match_expressions.size(); ++i) {
    const Requirement& r = selector.match_expressions[i];
    const std::string field = fmt::format("matchExpressions[{}]", i);
    switch (r.op) {
      case SelectorOperator::in:
      case SelectorOperator::not_in:
        if (r.values.empty()) {
          out.push_back({field + ".values", "must be specified when `operator` is 'In' or 'NotIn'"});
        }
        break;
      case SelectorOperator::exists:
      case SelectorOperator::does_not_exist:
        if (!r.values.empty()) {
          out.push_back({field + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"});
        }
        break;
      case SelectorOperator::greater_than:
      case SelectorOperator::less_than:
      case SelectorOperator::unknown:
        out.push_back({field + ".operator", "not a valid selector operator"});
    }
    key(field + ".key", r.key);
    for (std::size_t v = 0; v < r.values.size(); ++v) {
      if (is_label_value(r.values[v])) continue;
      out.push_back({fmt::format("{}.values[{}]", field, v), joined(label_value_problems(r.values[v]))});
    }
  }
  return out;
}

std::string text(const LabelSelector& selector) {
  if (selector.empty()) return "<all>";
  struct Part {
    std::string_view key;
    std::size_t place;
    std::string text;
  };
  std::vector<Part> parts;
  for (const Label& l : selector.match_labels)
    parts.push_back({l.key, parts.size(), fmt::format("{}={}", l.key, l.value)});
  for (const Requirement& r : selector.match_expressions) {
    std::vector<std::string_view> values(r.values.begin(), r.values.end());
    std::ranges::sort(values);
    const std::string list = fmt::format("{}", fmt::join(values, ","));
    std::string part;
    switch (r.op) {
      case SelectorOperator::in:
        part = fmt::format("{} in ({})", r.key, list);
        break;
      case SelectorOperator::not_in:
        part = fmt::format("{} notin ({})", r.key, list);
        break;
      case SelectorOperator::exists:
        part = r.key;
        break;
      case SelectorOperator::does_not_exist:
        part = fmt::format("!{}", r.key);
        break;
      case SelectorOperator::greater_than:
        part = fmt::format("{}>{}", r.key, list);
        break;
      case SelectorOperator::less_than:
        part = fmt::format("{}<{}", r.key, list);
        break;
      case SelectorOperator::unknown:
        part = fmt::format("{} {} ({})", r.key, r.op_text, list);
        break;
    }
    parts.push_back({r.key, parts.size(), std::move(part)});
  }
  std::ranges::sort(parts, {}, [](const Part& part) { return std::pair(part.key, part.place); });
  std::string out;
  for (const Part& part : parts) {
    if (!out.empty()) out += ',';
    out += part.text;
  }
  return out;
}

}  // namespace bulwark::kube

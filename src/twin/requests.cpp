#include "twin/requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/quantity.h"

namespace bulwark::twin {

namespace {

// No node has more of anything, and sums of such amounts stay far from the end of 64 bits.
constexpr std::int64_t most_amount = std::int64_t{1} << 50;
constexpr std::int64_t default_cpu = 100, default_memory = 200LL * 1024 * 1024;

void raise(Amounts& to, const Amounts& other) {
  to.resize(std::max(to.size(), other.size()));
  for (std::size_t i = 0; i < other.size(); ++i) to[i] = std::max(to[i], other[i]);
}

void add(Amounts& to, const Amounts& other) {
  to.resize(std::max(to.size(), other.size()));
  for (std::size_t i = 0; i < other.size(); ++i) to[i] += other[i];
}

class Sum {
 public:
  Sum(std::vector<std::string_view>& names, std::vector<std::string>& problems)
      : names_(names), problems_(problems) {}

  Amounts of(kube::Labels quantities) {
    Amounts amounts(first_extended);
    for (const kube::Label& each : quantities) set(amounts, each);
    return amounts;
  }
  Amounts of(const kube::Container& container) {
    Amounts amounts(first_extended);
    if (container.resources == nullptr) return amounts;
    for (const kube::Label& each : container.resources->limits) set(amounts, each);
    for (const kube::Label& each : container.resources->requests) set(amounts, each);
    return amounts;
  }

 private:
  void set(Amounts& amounts, const kube::Label& quantity) {
    const auto amount = amount_of(quantity.key, quantity.value);
    if (!amount) {
      problems_.push_back(fmt::format("{}: \"{}\" is no quantity", quantity.key, quantity.value));
      return;
    }
    if (*amount == 0 && quantity.value.starts_with('-')) {
      problems_.push_back(fmt::format("{}: {} is negative: 0 is supposed", quantity.key, quantity.value));
    }
    const std::size_t column = column_of(names_, quantity.key);
    if (amounts.size() <= column) amounts.resize(column + 1);
    amounts[column] = *amount;
  }

  std::vector<std::string_view>& names_;
  std::vector<std::string>& problems_;
};

// The same with what the scores suppose of containers that ask for nothing.
Amounts with_defaults(Amounts amounts) {
  if (amounts[cpu] == 0) amounts[cpu] = default_cpu;
  if (amounts[memory] == 0) amounts[memory] = default_memory;
  return amounts;
}

}  // namespace

std::size_t column_of(std::vector<std::string_view>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

std::optional<std::int64_t> amount_of(std::string_view resource, std::string_view quantity) {
  const auto read = kube::Quantity::from_manifest(quantity);
  if (!read) return std::nullopt;
  return std::clamp<std::int64_t>(resource == "cpu" ? read->milli_value() : read->value(), 0, most_amount);
}

PodRequests requests_of(const kube::PodSpec& spec, kube::Labels overhead, std::vector<std::string_view>& names) {
  PodRequests out;
  Sum sum(names, out.problems);
  // Twice: as asked for, and as the scores count.
  Amounts running(first_extended), peak(first_extended), score(first_extended), score_peak(first_extended);
  for (const kube::Container& each : spec.containers) {
    const Amounts asked = sum.of(each);
    add(running, asked);
    add(score, with_defaults(asked));
  }
  Amounts sidecars(first_extended), score_sidecars(first_extended);
  for (const kube::Container& each : spec.init_containers) {
    const Amounts asked = sum.of(each);
    if (each.restart_policy == "Always") {
      add(running, asked), add(sidecars, asked);
      add(score, with_defaults(asked)), add(score_sidecars, with_defaults(asked));
      raise(peak, sidecars), raise(score_peak, score_sidecars);
    } else {
      Amounts moment = sidecars, score_moment = score_sidecars;
      add(moment, asked), add(score_moment, with_defaults(asked));
      raise(peak, moment), raise(score_peak, score_moment);
    }
  }
  raise(running, peak);
  raise(score, score_peak);
  if (spec.resources != nullptr) {
    kube::Container whole;
    whole.resources = spec.resources;
    const Amounts asked = sum.of(whole);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i] == 0) continue;
      if (running.size() <= i) running.resize(i + 1);
      running[i] = asked[i];
      if (i == cpu || i == memory) score[i] = asked[i];
    }
  }
  const Amounts extra = sum.of(overhead);
  add(running, extra);
  add(score, extra);
  running[pods] = 1;
  out.score_cpu = score[cpu];
  out.score_memory = score[memory];
  out.amounts = std::move(running);
  return out;
}

}  // namespace bulwark::twin

#include "rehearsal/smallest_set.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "rehearsal/diagnosis.h"
#include "rehearsal/fixes.h"

namespace bulwark::rehearsal {

namespace {

// So many stops one after the other are looked at.
constexpr std::size_t largest_set = 25;

struct Tried {
  std::vector<Change> changes;
  Plan plan;
  bool completes = false;
  Duration takes{};
  std::vector<Change> next;  // what may help against what stops it first
  std::optional<Blocker> stopped_by;
};

void run(Tried& tried) {
  const Run run(tried.plan.model, tried.plan.options);
  tried.takes = run.result.takes;
  tried.completes = run.result.verdict != Verdict::stops;
  if (tried.completes) return;
  for (const Blocker& blocker : diagnose(run)) {
    if (!tried.stopped_by) tried.stopped_by = blocker;
    tried.next = changes_for(blocker, run, tried.plan.options);
    if (!tried.next.empty()) {
      tried.stopped_by = blocker;
      return;
    }
  }
}

Tried extended(const Tried& by, const Change& change) {
  Tried out;
  out.changes = by.changes;
  out.changes.push_back(change);
  out.plan = with(by.plan, change);
  return out;
}

std::set<std::string> names_of(const Tried& tried) {
  std::set<std::string> names;
  for (const Change& each : tried.changes) names.insert(each.summary);
  return names;
}

class Search {
 public:
  Search(Plan plan, std::uint64_t most, const base::ForEach& for_each, const std::function<bool()>& goes_on)
      : most_(most), for_each_(for_each), goes_on_(goes_on) {
    start_.plan = std::move(plan);
  }

  SmallestSet find() {
    try_all({&start_});
    if (start_.completes) return {};
    std::optional<Tried> best = greedy();
    const std::size_t known = best ? best->changes.size() : largest_set + 1;
    // All sets that are smaller than the one that is known.
    std::vector<Tried> level{start_};
    std::set<std::set<std::string>> seen;
    bool is_complete = true;
    for (std::size_t size = 1; size < known && !level.empty(); ++size) {
      std::vector<Tried> next;
      for (const Tried& each : level) {
        for (const Change& change : each.next) {
          Tried tried = extended(each, change);
          if (names_of(tried).size() == size && seen.insert(names_of(tried)).second)
            next.push_back(std::move(tried));
        }
      }
      if (set_.tried + next.size() > most_ || !goes_on_()) {
        is_complete = false;
        break;
      }
      std::vector<Tried*> all;
      all.reserve(next.size());
      for (Tried& each : next) all.push_back(&each);
      try_all(all);
      const Tried* quickest = nullptr;
      for (const Tried& each : next) {
        if (each.completes && (quickest == nullptr || each.takes < quickest->takes)) quickest = &each;
      }
      if (quickest != nullptr) {
        best = *quickest;
        break;
      }
      level = std::move(next);
    }
    set_.is_smallest = best && is_complete;
    if (best) {
      set_.takes = best->takes;
      for (const Change& each : best->changes) set_.changes.push_back({each.summary, each.command});
    }
    return set_;
  }

 private:
  void try_all(const std::vector<Tried*>& all) {
    for_each_(all.size(), [&](std::size_t i) { run(*all[i]); });
    set_.tried += all.size();
  }

  // Stop by stop, the first change that takes it away.
  std::optional<Tried> greedy() {
    Tried now = start_;
    while (now.changes.size() < largest_set) {
      std::optional<Tried> better;
      for (const Change& change : now.next) {
        if (set_.tried >= most_ || !goes_on_()) return std::nullopt;
        Tried tried = extended(now, change);
        try_all({&tried});
        if (tried.completes) return tried;
        const bool helps = tried.stopped_by && now.stopped_by && !is_same(*tried.stopped_by, *now.stopped_by);
        if (helps && !better) better = std::move(tried);
      }
      if (!better) return std::nullopt;
      now = *std::move(better);
    }
    return std::nullopt;
  }

  Tried start_;
  std::uint64_t most_;
  const base::ForEach& for_each_;
  const std::function<bool()>& goes_on_;
  SmallestSet set_;
};

}  // namespace

SmallestSet find_smallest_set(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options,
                              std::uint64_t most_trials, const base::ForEach& for_each,
                              const std::function<bool()>& goes_on) {
  Plan plan{model, options};
  plan.options.progress = [](std::size_t, std::size_t) {};
  return Search(std::move(plan), most_trials, for_each, goes_on).find();
}

}  // namespace bulwark::rehearsal

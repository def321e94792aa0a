#include "rehearsal/fixes.h"

#include <algorithm>

#include "rehearsal/diagnosis.h"

namespace bulwark::rehearsal {

namespace {

// Each trial is a rehearsal; more than this nobody waits for.
constexpr std::size_t most_trials = 60;
// So often the upgrade is let go on to what would stop it next.
constexpr std::size_t most_rounds = 25;

struct Plan {
  std::shared_ptr<const twin::Model> model;
  RehearseOptions options;
};

Plan with(const Plan& plan, const Change& change) {
  Plan changed = plan;
  if (change.to_model) {
    auto model = std::make_shared<twin::Model>(*plan.model);
    change.to_model(*model);
    changed.model = std::move(model);
  }
  if (change.to_options) change.to_options(changed.options);
  return changed;
}

bool is_same(const Blocker& a, const Blocker& b) {
  if (a.kind != b.kind) return false;
  if (!a.webhook.empty()) return a.webhook == b.webhook;
  return a.budget.empty() ? a.pod == b.pod || (!a.workload.empty() && a.workload == b.workload)
                          : a.budget == b.budget;
}

}  // namespace

void find_fixes(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options, Run& run,
                std::vector<Blocker>& blockers) {
  Plan plan{model, options};
  plan.options.progress = [](std::size_t, std::size_t) {};
  std::size_t trials = 0, looked_at = 0;
  const Run* now = &run;
  std::unique_ptr<Run> next;
  for (std::size_t round = 0; round < most_rounds; ++round) {
    bool is_better = false;
    const std::size_t end = blockers.size();
    for (; looked_at < end; ++looked_at) {
      for (const Change& change : changes_for(blockers[looked_at], *now, plan.options)) {
        if (++trials > most_trials) return;
        if (options.interrupted != nullptr && *options.interrupted) return;
        const Plan tried = with(plan, change);
        const Run trial(tried.model, tried.options);
        Fix fix;
        fix.summary = change.summary;
        fix.command = change.command;
        fix.not_enough = change.not_enough;
        fix.takes = trial.result.takes;
        fix.completes = trial.result.verdict != Verdict::stops;
        fix.resolves = fix.completes;
        if (!fix.completes) {
          const std::vector<Blocker> left = diagnose(trial);
          fix.resolves = std::none_of(left.begin(), left.end(),
                                      [&](const Blocker& each) { return is_same(each, blockers[looked_at]); });
        }
        const bool helps = fix.resolves;
        blockers[looked_at].fixes.push_back(std::move(fix));
        // The first that helps is the smallest; one more is shown as an alternative.
        if (helps && blockers[looked_at].fixes.size() == 1) continue;
        if (helps) break;
      }
      const auto best = std::find_if(blockers[looked_at].fixes.begin(), blockers[looked_at].fixes.end(),
                                     [](const Fix& fix) { return fix.resolves; });
      if (best == blockers[looked_at].fixes.end()) continue;
      std::rotate(blockers[looked_at].fixes.begin(), best, best + 1);
      for (const Change& change : changes_for(blockers[looked_at], *now, plan.options)) {
        if (change.summary == blockers[looked_at].fixes.front().summary) {
          plan = with(plan, change);
          run.result.smallest_set.push_back(change.summary);
          break;
        }
      }
      is_better = true;
    }
    if (!is_better) return;
    next = std::make_unique<Run>(plan.model, plan.options);
    now = next.get();
    if (next->result.verdict != Verdict::stops) {
      run.result.completes_with_set = true;
      run.result.takes_with_set = next->result.takes;
      return;
    }
    for (Blocker& each : diagnose(*next)) {
      const bool known = std::any_of(blockers.begin(), blockers.end(),
                                     [&](const Blocker& other) { return is_same(each, other); });
      if (known) return;  // what was tried against it did not last
      each.comes_later = true;
      blockers.push_back(std::move(each));
    }
  }
}

}  // namespace bulwark::rehearsal

#include "rehearsal/rehearse.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rehearsal/diagnosis.h"
#include "rehearsal/fixes.h"
#include "rehearsal/recorder.h"
#include "upgrade/surge.h"
#include "upgrade/version_rules.h"

namespace bulwark::rehearsal {

namespace {

// What workloads ask for comes to rest within this time, or not at all.
constexpr auto settling = std::chrono::hours(1);

void settle(twin::Engine& engine) {
  const Time end = engine.now() + settling;
  while (engine.next() && *engine.next() <= end) engine.step(end);
}

std::vector<PoolNeed> needs_of(const std::vector<upgrade::NodePool>& pools, const RehearseOptions& options) {
  std::vector<PoolNeed> needs;
  for (upgrade::NodePool pool : pools) {
    const auto& wanted = options.rollout.pools;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), pool.name) == wanted.end()) continue;
    options.rollout.settings.apply(pool.upgrade);
    PoolNeed need;
    need.pool = pool.name;
    need.version_from = pool.version;
    need.version_to = options.rollout.version;
    need.nodes = static_cast<std::size_t>(pool.count);
    if (const auto plan = upgrade::plan_surge(pool, pool.count)) {
      need.surge_nodes = static_cast<std::size_t>(plan->surge);
      need.surge = fmt::format(
          "maxSurge {}", pool.upgrade.max_surge.empty() ? upgrade::default_max_surge : pool.upgrade.max_surge);
      if (pool.max_pods > 0) need.ip_addresses = upgrade::addresses_needed(pool.count, plan->surge, pool.max_pods);
    }
    needs.push_back(std::move(need));
  }
  return needs;
}

bool has_doubt(const std::vector<twin::Gap>& gaps) {
  return std::any_of(gaps.begin(), gaps.end(),
                     [](const twin::Gap& gap) { return gap.weight == twin::Gap::Weight::doubt; });
}

// Counts nodes as they are done, for progress.
class Counting final : public upgrade::Log {
 public:
  Counting(upgrade::Log& to, std::size_t all, const RehearseOptions& options)
      : to_(to), all_(all), options_(options) {}
  void on_event(const upgrade::Event& event) override {
    to_.on_event(event);
    const bool is_done =
        event.kind == upgrade::EventKind::reimaged || event.kind == upgrade::EventKind::quarantined;
    if (is_done) options_.progress(++done_, all_);
  }
  std::size_t done() const { return done_; }

 private:
  upgrade::Log& to_;
  std::size_t all_, done_ = 0;
  const RehearseOptions& options_;
};

}  // namespace

std::vector<upgrade::NodePool> pools_for(const twin::Model& model, const RehearseOptions& options) {
  std::vector<upgrade::NodePool> pools = pools_of(model);
  for (upgrade::NodePool& pool : pools) {
    for (const upgrade::NodePool& told : options.pools) {
      if (told.name == pool.name) pool.upgrade = told.upgrade, pool.max_count = told.max_count;
    }
  }
  return pools;
}

twin::Engine settled(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options) {
  twin::Engine engine(
      model, {.seed = options.seed, .first_serial = 0, .asks_webhooks = model->is_living, .begins = true});
  if (!model->is_living || options.settle_first) settle(engine);
  engine.ask_webhooks(true);
  return engine;
}

VersionJudgement judge_versions(const twin::Model& model, const RehearseOptions& options) {
  const upgrade::RolloutOptions& rollout = options.rollout;
  VersionJudgement out;
  const auto server =
      model.knows_minor ? std::optional(kube::Minor{1, static_cast<std::uint16_t>(model.minor)}) : std::nullopt;
  for (upgrade::VersionProblem& problem : upgrade::version_problems(server, pools_for(model, options), rollout)) {
    if (!problem.is_certain) {
      out.gaps.push_back({twin::Gap::Weight::doubt, rollout.version, std::move(problem.message)});
      continue;
    }
    Blocker blocker;
    blocker.kind = BlockerKind::version;
    blocker.never_ends = blocker.stops = true;
    blocker.pool = std::move(problem.pool);
    blocker.reason = std::move(problem.message);
    out.blockers.push_back(std::move(blocker));
  }
  const auto target = kube::Version::parse(rollout.version);
  if (!rollout.control_plane || !target) return out;
  for (const kube::DeprecatedRequest& each : model.deprecated_requests) {
    const auto removed = kube::Version::parse(each.removed_release);
    if (!removed || target->minor() < removed->minor()) continue;
    out.gaps.push_back(
        {twin::Gap::Weight::doubt,
         fmt::format("{}{}{} {}", each.group, each.group.empty() ? "" : "/", each.version, each.resource),
         fmt::format(
             "somebody asks for it, and {} has it no more: AKS refuses an upgrade when it was used in the last "
             "12 hours",
             each.removed_release)});
  }
  return out;
}

Run::Run(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options)
    : engine(settled(model, options)), pools(pools_for(*model, options)) {
  result.began = engine.now();
  result.gaps = model->gaps;
  result.pools = needs_of(pools, options);
  for (const PoolNeed& need : result.pools) result.nodes += need.nodes;
  VersionJudgement versions = judge_versions(*model, options);
  std::ranges::move(versions.gaps, std::back_inserter(result.gaps));
  if (!versions.blockers.empty()) {
    result.blockers = std::move(versions.blockers);
    for (Blocker& each : result.blockers) each.since = result.began;
    result.verdict = Verdict::stops;
    result.stopped_at = 0;
    return;
  }
  Recorder recorder(engine);
  TwinPods pods(engine, &recorder);
  TwinPools cloud(engine, pools);
  Counting log(recorder, result.nodes, options);
  upgrade::Rollout rollout(options.rollout);
  const Time end = engine.now() + options.longest;
  outcome = upgrade::run(rollout, pods, cloud, log, [&] {
    return engine.now() < end && (options.interrupted == nullptr || !*options.interrupted);
  });
  result.takes = engine.now() - result.began;
  result.nodes_done = log.done();
  result.verdict = outcome.state == upgrade::Outcome::State::completed
                       ? (has_doubt(result.gaps) ? Verdict::unknown : Verdict::completes)
                       : Verdict::stops;
  recorder.finish(result);
}

Rehearsal rehearse(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options) {
  Run run(model, options);
  if (run.result.verdict != Verdict::stops || run.result.stopped_at) return std::move(run.result);
  std::vector<Blocker> blockers = diagnose(run);
  if (options.fixes) find_fixes(model, options, run, blockers);
  run.result.stopped_at = 0;
  run.result.blockers.insert(run.result.blockers.begin(), std::make_move_iterator(blockers.begin()),
                             std::make_move_iterator(blockers.end()));
  return std::move(run.result);
}

}  // namespace bulwark::rehearsal

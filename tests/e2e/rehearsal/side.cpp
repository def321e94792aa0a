#include "e2e/rehearsal/side.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/drain.h"
#include "upgrade/rollout.h"

namespace bulwark::e2e {
namespace {

using std::chrono::seconds;
using upgrade::Pods;

// No scenario takes longer, in its own time.
kube::Time patience(const Scenario& scenario, Pods& pods) {
  return pods.now() + seconds(40) * scenario.figures.speed;
}

// Steps until there is nothing to do; false when it does not end.
template <class Step>
bool run_to_end(Pods& pods, kube::Time end, Step step) {
  std::vector<Pods::Token> changed;
  while (const std::optional<kube::Time> next = step(changed)) {
    changed.clear();
    if (pods.now() >= end) return false;
    pods.wait(std::min(*next, end), changed);
  }
  return true;
}

std::string_view name(upgrade::Drain::State state) {
  using enum upgrade::Drain::State;
  switch (state) {
    case not_started:
      return "not started";
    case draining:
      return "still draining";
    case drained:
      return "drained";
    case timed_out:
      return "timed out";
    case failed:
      return "failed";
  }
  return {};
}

bool drain(const Scenario& scenario, const std::string& node, Side& side) {
  Pods& pods = side.pods();
  side.begin_chapter();
  side.story().begin("drain " + node);
  upgrade::Drain drain(node, scenario.options, {}, 1);
  run_to_end(pods, patience(scenario, pods), [&](const auto&) { return drain.step(pods, side.story()); });
  const bool drained = drain.state() == upgrade::Drain::State::drained;
  // A node comes back after a while, when its pods have found their places.
  side.rest();
  if (drained && scenario.uncordons && !scenario.options.dry_run) {
    if (const auto answer = pods.set_unschedulable(node, false, false); !answer) {
      side.story().note("not uncordoned: " + answer.error().message);
    }
    side.rest();
  }
  side.end_chapter();
  side.story().note(fmt::format("verdict: {}", name(drain.state())));
  return drained;
}

void roll_out(const Scenario& scenario, Side& side) {
  side.begin_chapter();
  side.story().begin("rollout");
  upgrade::RolloutOptions options;
  options.version = scenario.version;
  options.drain = scenario.options;
  upgrade::Rollout rollout(options);
  Pods& pods = side.pods();
  const bool ended = run_to_end(pods, patience(scenario, pods), [&](const auto& changed) {
    return rollout.step(pods, side.pools(), side.story(), changed);
  });
  side.rest();
  side.end_chapter();
  const upgrade::Outcome& outcome = rollout.outcome();
  if (!ended) {
    side.story().note("verdict: it does not end");
  } else if (outcome.state == upgrade::Outcome::State::completed) {
    side.story().note(fmt::format("verdict: completes, {} nodes quarantined", outcome.quarantined));
  } else {
    side.story().note(fmt::format("verdict: stops at node {} of {}, {}, with {} pods left", outcome.node_number,
                                  outcome.nodes, outcome.node, outcome.remaining.size()));
  }
}

}  // namespace

void perform(const Scenario& scenario, Side& side) {
  for (const std::string& node : scenario.drain) {
    if (!drain(scenario, node, side) && !scenario.goes_on) return;
  }
  if (scenario.rollout) roll_out(scenario, side);
}

}  // namespace bulwark::e2e

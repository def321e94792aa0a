#include "cli/drain_rehearsal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arena.h"
#include "cli/drain_report.h"
#include "cli/progress.h"
#include "cli/rehearsal_input.h"
#include "cli/terminal.h"
#include "rehearsal/rehearse.h"
#include "report/escape.h"
#include "upgrade/drain_filters.h"

namespace bulwark::cli {

namespace {

using upgrade::Drain;

// A drain without a timeout of its own is given up after so long.
constexpr std::chrono::hours longest{24};

std::vector<upgrade::BudgetStatus> budgets_of(const twin::Engine& engine) {
  std::vector<upgrade::BudgetStatus> all;
  for (twin::Index i = 0; i < engine.model().budgets.size(); ++i) {
    const twin::Budget& budget = engine.model().budgets[i];
    const twin::BudgetState& state = engine.state().budgets[i];
    if (!budget.exists) continue;
    all.push_back({.name_space = std::string(budget.name_space),
                   .name = std::string(budget.name),
                   .selector = budget.classes.empty() ? nullptr : budget.spec().selector,
                   .disruptions_allowed = state.disruptions_allowed,
                   .current_healthy = state.current_healthy,
                   .desired_healthy = state.desired_healthy,
                   .expected_pods = state.expected_pods,
                   .is_behind = state.observed_generation < state.generation,
                   .always_allow = budget.always_allow,
                   .failure = state.sync_failed ? engine.budget_problem(i) : ""});
  }
  return all;
}

base::Result<std::vector<std::string>> find_nodes(const twin::Engine& engine, const DrainRequest& request) {
  std::vector<std::string> names;
  if (request.selector.empty()) {
    for (const std::string& name : request.nodes) {
      if (engine.find_node(name) == twin::none) return base::fail(fmt::format("nodes \"{}\" not found", name));
      names.push_back(name);
    }
    return names;
  }
  base::Arena arena;
  const kube::LabelSelector selector = TRY(kube::parse_selector(request.selector, arena));
  for (std::size_t i = 0; i < engine.state().nodes.info.size(); ++i) {
    const twin::NodeInfo& node = *engine.state().nodes.info[i];
    if (engine.state().nodes.exists[i] != 0 && selector.matches(node.labels)) names.push_back(node.name);
  }
  std::ranges::sort(names);
  if (names.empty()) return base::fail("no node has the labels " + request.selector);
  return names;
}

// Nothing is about to happen, and what is left of the node's pods is refused.
bool is_still(const twin::Engine& engine, const Drain& drain) {
  const auto remaining = drain.remaining();
  return !engine.next() && std::ranges::all_of(remaining, [](const upgrade::RemainingPod& pod) {
    return pod.refusals > 0 && !pod.evicted;
  });
}

// Whether the node was drained.
bool drain_twin(twin::Engine& engine, rehearsal::TwinPods& pods, const DrainRequest& request,
                const std::string& name) {
  const kube::Time begin = engine.now();
  DrainLines lines(request, begin);
  Drain drain(name, request.options, {}, 0);
  std::vector<upgrade::Pods::Token> changed;
  // Once more after the last thing that happened: then each was refused as things stay.
  int still = 0;
  while (const auto next = drain.step(pods, lines)) {
    still = is_still(engine, drain) ? still + 1 : 0;
    if (still > 1 || engine.now() >= begin + longest) break;
    changed.clear();
    pods.wait(std::min(*next, begin + longest), changed);
  }
  const std::string took = upgrade::go_duration(std::chrono::floor<std::chrono::seconds>(engine.now() - begin));
  if (drain.state() == Drain::State::drained) {
    write_stdout(fmt::format("node/{} would be drained after {}\n", report::visible(name), took));
    return true;
  }
  std::string out = fmt::format("node/{} would not be drained", name);
  out += drain.state() != Drain::State::draining ? fmt::format(" after {}: {}\n", took, drain.error())
         : still > 1                             ? ", ever: nothing happens any more that could let it end\n"
                                                 : fmt::format(" within {}\n", took);
  for (const upgrade::RemainingPod& pod : drain.remaining()) {
    out += fmt::format("  pod {}/{}: {}\n", pod.name_space, pod.name,
                       pod.evicted                  ? "terminating"
                       : pod.status.message.empty() ? "not evicted"
                                                    : pod.status.message);
  }
  std::string shown;
  report::append_visible(shown, out, true);
  write_stdout(shown);
  return false;
}

}  // namespace

base::Result<int> rehearse_drain(const Arguments& arguments, const DrainRequest& request) {
  Arguments input = arguments;
  input.set_positional({});
  const TwinInput twin = TRY(read_twin(input));
  for (const base::Error& error : twin.errors) say("warning: " + report::visible(error.text()));
  rehearsal::RehearseOptions options;
  options.pools = twin.pools;
  twin::Engine engine = rehearsal::settled(twin.model, options);
  rehearsal::TwinPods pods(engine);
  const std::vector<std::string> nodes = TRY(find_nodes(engine, request));
  int code = exit_clean;
  for (const std::string& name : nodes) {
    NodeVerdict node{.node = name, .pods = {}, .verdict = {}, .unread = {}};
    if (const auto answer = pods.list_pods(name, true, node.pods); !answer)
      return base::fail(answer.error().message);
    if (request.options.pod_selector != nullptr) {
      std::erase_if(node.pods, [&](const upgrade::DrainPod& pod) {
        return !request.options.pod_selector->matches(pod.labels);
      });
    }
    const std::vector<upgrade::BudgetStatus> budgets = budgets_of(engine);
    node.verdict = upgrade::judge_drain(node.pods, request.options, budgets, engine.now(), pods);
    write_stdout(verdict_text(node, budgets, request.dry_run != DryRun::none));
    if (node.verdict.is_refused()) {
      code = exit_findings;
    } else if (request.dry_run != DryRun::none) {
      code = std::max(code, verdict_code(node));
    } else if (!drain_twin(engine, pods, request, name)) {
      code = exit_findings;
    }
  }
  return code;
}

}  // namespace bulwark::cli

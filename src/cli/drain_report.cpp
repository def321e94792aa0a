#include "cli/drain_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/progress.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "upgrade/drain_filters.h"

namespace bulwark::cli {

namespace {

using enum upgrade::EvictionOutlook;
using upgrade::EventKind;

std::string pods_text(std::size_t count) { return count == 1 ? "1 pod" : fmt::format("{} pods", count); }

std::string headline(const NodeVerdict& node) {
  const upgrade::DrainVerdict& verdict = node.verdict;
  if (verdict.is_refused()) return "kubectl refuses to drain it:";
  const std::size_t all = verdict.pods.size(), stuck = verdict.count(never) + verdict.count(two_budgets);
  if (all == 0) return "no pod has to go";
  if (verdict.count(unknown) > 0) {
    return fmt::format("{} have to go, and whether they may is not known: {}", pods_text(all), node.unread);
  }
  if (stuck > 0) {
    return fmt::format("the drain will not end by itself: {} of {} cannot be evicted", stuck, pods_text(all));
  }
  if (const std::size_t later_pods = verdict.count(later); later_pods > 0) {
    return fmt::format("the drain has to wait: {} of {} cannot be evicted now", later_pods, pods_text(all));
  }
  if (const std::size_t waiting = verdict.count(after_others); waiting > 0) {
    return fmt::format("the drain goes in turns: {} of {} go at once, the others when those are back",
                       verdict.count(now), pods_text(all));
  }
  return all == 1 ? "its 1 pod can be evicted now" : fmt::format("all {} pods can be evicted now", all);
}

std::string_view word(upgrade::EvictionOutlook outlook) {
  switch (outlook) {
    case now:
      return "now";
    case after_others:
      return "in turn";
    case later:
      return "later";
    case never:
    case two_budgets:
      return "never";
    case unknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string verdict_text(const NodeVerdict& node, std::span<const upgrade::BudgetStatus> budgets, bool all_pods) {
  std::string out = fmt::format("node/{}: {}\n", node.node, report::visible(headline(node)));
  const upgrade::DrainVerdict& verdict = node.verdict;
  if (verdict.is_refused()) {
    for (const std::string& error : upgrade::error_texts(verdict.filtered.errors)) {
      out += fmt::format("  {}\n", report::visible(error));
    }
    return out;
  }
  std::size_t width = 0;
  const auto is_shown = [&](const upgrade::PodVerdict& pod) { return all_pods || pod.outlook != now; };
  const auto name_of = [&](const upgrade::PodVerdict& pod) {
    const upgrade::DrainPod& of = node.pods[pod.pod];
    return fmt::format("{}/{}", of.name_space, of.name);
  };
  for (const upgrade::PodVerdict& pod : verdict.pods) {
    if (is_shown(pod)) width = std::max(width, name_of(pod).size());
  }
  for (const upgrade::PodVerdict& pod : verdict.pods) {
    if (!is_shown(pod)) continue;
    const std::string reason = reason_of(pod, budgets);
    out += fmt::format("  {:<{}}  {}{}{}\n", report::visible(name_of(pod)), width, word(pod.outlook),
                       reason.empty() ? "" : ": ", report::visible(reason));
  }
  for (const auto& use : verdict.budgets) {
    // A budget that allows none is named with each of its pods already.
    if (use.wanted <= use.allowed || use.allowed == 0) continue;
    const upgrade::BudgetStatus& budget = budgets[use.budget];
    out += fmt::format(
        "  budget {}/{} has {} pods here and allows {} now; a server-side dry run says yes to each of the {}\n",
        budget.name_space, budget.name, use.wanted, use.allowed, use.wanted);
  }
  return out;
}

int verdict_code(const NodeVerdict& node) {
  const upgrade::DrainVerdict& verdict = node.verdict;
  if (verdict.is_refused() || verdict.count(never) + verdict.count(two_budgets) > 0) return exit_findings;
  return verdict.count(unknown) > 0 ? exit_unchecked : exit_clean;
}

std::string left_behind(const upgrade::Drain& drain) {
  const std::vector<upgrade::RemainingPod> remaining = drain.remaining();
  std::string out =
      fmt::format("node {} is cordoned: {} of {} have gone", drain.node(), drain.gone(), pods_text(drain.pods()));
  const auto terminating = std::ranges::count(remaining, true, &upgrade::RemainingPod::evicted);
  if (terminating > 0) out += fmt::format(", {} still terminating", terminating);
  out += fmt::format("; `kubectl uncordon {}` lets it take pods again\n", drain.node());
  for (const upgrade::RemainingPod& pod : remaining) {
    out += fmt::format("  pod {}/{}: {}\n", pod.name_space, pod.name,
                       pod.evicted                   ? "terminating"
                       : !pod.status.message.empty() ? pod.status.message
                                                     : "not evicted");
  }
  std::string shown;
  report::append_visible(shown, out, true);
  return shown;
}

void DrainLines::on_event(const upgrade::Event& event) {
  const std::string_view tail = request_.dry_run == DryRun::server ? " (server dry run)" : "";
  const auto print = [&](std::string_view line) {
    if (rehearsed_from_) {
      const auto since = std::chrono::floor<std::chrono::seconds>(event.time - *rehearsed_from_);
      write_stdout(fmt::format("  +{:<7} {}\n", upgrade::go_duration(since), report::visible(line)));
    } else {
      write_stdout(report::visible(line) + '\n');
    }
  };
  const auto warn = [&](std::string_view line) { rehearsed_from_ ? print(line) : say(report::visible(line)); };
  switch (event.kind) {
    case EventKind::cordoned:
      return print(fmt::format("node/{} cordoned{}", event.node, tail));
    case EventKind::already_cordoned:
      return print(fmt::format("node/{} already cordoned{}", event.node, tail));
    case EventKind::warning:
      return warn(fmt::format("Warning: {}", event.text));
    case EventKind::eviction_accepted:
      return print(fmt::format("evicting pod {}/{}{}", event.name_space, event.pod, tail));
    case EventKind::deletion_accepted:
      return print(fmt::format("deleting pod {}/{}{}", event.name_space, event.pod, tail));
    case EventKind::eviction_refused: {
      const std::string line =
          fmt::format("error when evicting pods/\"{}\" -n \"{}\" (will retry after {}): {}", event.pod,
                      event.name_space, upgrade::go_duration(request_.options.retry_delay), event.text);
      const auto [found, is_new] = told_.try_emplace(line, event.time);
      if (!is_new && (rehearsed_from_ || event.time < found->second + std::chrono::minutes(1))) return;
      found->second = event.time;
      return warn(line);
    }
    case EventKind::eviction_failed:
      return warn(
          fmt::format("error when evicting pods/\"{}\" -n \"{}\": {}", event.pod, event.name_space, event.text));
    case EventKind::pod_gone:
      return print(fmt::format("pod/{} {}", event.pod, request_.options.disable_eviction ? "deleted" : "evicted"));
    case EventKind::pod_left:
      return print(event.text);
    case EventKind::drained:
      return print(fmt::format("node/{} drained{}", event.node, tail));
    default:
      return;
  }
}

}  // namespace bulwark::cli

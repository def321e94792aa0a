#include "report/rehearsal_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "report/summary.h"

namespace bulwark::report {

using rehearsal::Blocker;
using rehearsal::BlockerKind;
using rehearsal::Duration;
using rehearsal::Fix;
using rehearsal::NodeStage;
using rehearsal::Rehearsal;
using rehearsal::Unplaced;
using rehearsal::Verdict;

std::string duration_text(Duration duration) {
  const std::int64_t ms = std::max<std::int64_t>(duration.count(), 0);
  if (ms == 0) return "0 s";
  if (ms < 1000) return fmt::format("{} ms", ms);
  const auto with_rest = [](std::int64_t large, std::string_view unit, std::int64_t small, std::string_view of) {
    return small == 0 ? fmt::format("{} {}", large, unit) : fmt::format("{} {} {} {}", large, unit, small, of);
  };
  const std::int64_t seconds = (ms + 500) / 1000;
  if (seconds < 600)
    return seconds < 60 ? fmt::format("{} s", seconds) : with_rest(seconds / 60, "min", seconds % 60, "s");
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60) return with_rest(minutes / 60, "h", minutes % 60, "min");
  const std::int64_t hours = (minutes + 30) / 60;
  return with_rest(hours / 24, "d", hours % 24, "h");
}

std::string offset_text(Duration since, bool with_seconds) {
  const std::int64_t seconds = std::max<std::int64_t>(since.count(), 0) / 1000;
  if (with_seconds) return fmt::format("+{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fmt::format("+{}:{:02}", seconds / 3600, seconds / 60 % 60);
}

std::string percent_text(double share) {
  if (!(share > 0)) return "0%";
  // What is not all is never said to be all, and what is something never nothing.
  const double percent = std::min(share, 1.0) * 100;
  if (percent < 1) return "less than 1%";
  return fmt::format("{:.0f}%", share < 1 ? std::min(std::round(percent), 99.0) : 100.0);
}

std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names{"completes", "stops", "unknown"};
  return names.at(static_cast<std::size_t>(verdict));
}

std::string_view name(NodeStage stage) {
  constexpr std::array<std::string_view, 7> names{"adding",   "draining",    "soaking", "reimaging",
                                                  "removing", "quarantined", "stopped"};
  return names.at(static_cast<std::size_t>(stage));
}

namespace {

struct KindWords {
  std::string_view name, title;
};
constexpr std::array<KindWords, 11> kinds{{{"budget-never-allows", "budget never allows it"},
                                           {"budget-waits", "budget waits for pods"},
                                           {"several-budgets", "several budgets on one pod"},
                                           {"budget-not-synced", "budget cannot be worked out"},
                                           {"finalizer", "finalizer keeps the pod"},
                                           {"slow-termination", "pod ends slowly"},
                                           {"filter", "drain is refused"},
                                           {"webhook", "webhook refuses"},
                                           {"no-node", "no node can be added"},
                                           {"version", "version is not allowed"},
                                           {"other", "other"}}};

}  // namespace

std::string_view name(BlockerKind kind) { return kinds.at(static_cast<std::size_t>(kind)).name; }
std::string_view title(BlockerKind kind) { return kinds.at(static_cast<std::size_t>(kind)).title; }

std::string what_fails(const Blocker& blocker) {
  if (blocker.kind == BlockerKind::no_node) return "no node can be added";
  if (blocker.kind == BlockerKind::version) return "the versions do not allow it";
  if (blocker.pod.empty() && blocker.node.empty()) return "the pool cannot be upgraded with these settings";
  if (blocker.pod.empty()) return "the node cannot be drained";
  switch (blocker.kind) {
    case BlockerKind::finalizer:
      return fmt::format("pod {} does not go away", blocker.pod);
    case BlockerKind::slow_termination:
      return fmt::format("pod {} does not end in time", blocker.pod);
    case BlockerKind::filter:
      return fmt::format("pod {} keeps the node from being drained", blocker.pod);
    case BlockerKind::other:
      return fmt::format("pod {} holds up the drain", blocker.pod);
    default:
      return fmt::format("pod {} cannot be evicted", blocker.pod);
  }
}

const Blocker* stopper(const Rehearsal& rehearsal) {
  if (rehearsal.verdict != Verdict::stops) return nullptr;
  const auto& all = rehearsal.blockers;
  if (rehearsal.stopped_at && *rehearsal.stopped_at < all.size()) return &all[*rehearsal.stopped_at];
  const auto found = std::find_if(all.begin(), all.end(), [](const Blocker& blocker) { return blocker.stops; });
  return found == all.end() ? nullptr : &*found;
}

bool is_serious(const Blocker& blocker) { return blocker.stops || blocker.never_ends || blocker.comes_later; }

std::string heading_of(const Blocker& blocker) {
  return blocker.comes_later ? "then " + what_fails(blocker) : what_fails(blocker);
}

std::string set_text(const Rehearsal& rehearsal) {
  const std::size_t size = rehearsal.smallest_set.size();
  // One change alone that lets it complete is told with its blocker.
  if (size == 0 || (size == 1 && rehearsal.completes_with_set)) return {};
  if (rehearsal.completes_with_set) {
    return fmt::format("With {} changes together it completes in about {}:", size,
                       duration_text(rehearsal.takes_with_set));
  }
  return size == 1 ? "Even with this change it does not complete:"
                   : fmt::format("Even with these {} changes together it does not complete:", size);
}

std::vector<const Blocker*> serious_blockers(const Rehearsal& rehearsal) {
  std::vector<const Blocker*> found;
  const Blocker* first = stopper(rehearsal);
  if (first != nullptr) found.push_back(first);
  for (const Blocker& blocker : rehearsal.blockers) {
    if (is_serious(blocker) && &blocker != first) found.push_back(&blocker);
  }
  return found;
}

std::vector<const Blocker*> slow_blockers(const Rehearsal& rehearsal) {
  std::vector<const Blocker*> found;
  const Blocker* first = stopper(rehearsal);
  for (const Blocker& blocker : rehearsal.blockers) {
    if (!is_serious(blocker) && &blocker != first) found.push_back(&blocker);
  }
  // The longest first, and those that waited alike in their order.
  std::sort(found.begin(), found.end(), [](const Blocker* a, const Blocker* b) {
    return a->waited != b->waited ? a->waited > b->waited : a < b;
  });
  return found;
}

std::string verdict_sentence(const Rehearsal& rehearsal) {
  switch (rehearsal.verdict) {
    case Verdict::completes:
      if (rehearsal.nodes == 0) return "Completes at once: there is no node to upgrade.";
      if (!rehearsal.quarantined.empty()) {
        return fmt::format("Completes in about {}, but {} of {} stay undrained and quarantined.",
                           duration_text(rehearsal.takes), rehearsal.quarantined.size(),
                           count(rehearsal.nodes, "node", "nodes"));
      }
      return fmt::format("Completes in about {}.", duration_text(rehearsal.takes));
    case Verdict::stops: {
      std::string text = "Stops";
      const Blocker* blocker = stopper(rehearsal);
      if (blocker != nullptr && blocker->kind == BlockerKind::version) {
        text += " before its first node";
      } else if (rehearsal.nodes > 0) {
        text +=
            fmt::format(" at node {} of {}", std::min(rehearsal.nodes_done + 1, rehearsal.nodes), rehearsal.nodes);
      }
      if (blocker == nullptr) return text + ".";
      if (!blocker->node.empty()) text += fmt::format(" ({})", blocker->node);
      return text + fmt::format(": {}.", what_fails(*blocker));
    }
    case Verdict::unknown: {
      const auto doubts = static_cast<std::size_t>(std::ranges::count_if(
          rehearsal.gaps, [](const twin::Gap& gap) { return gap.weight == twin::Gap::Weight::doubt; }));
      return fmt::format(
          "Would complete in about {}, but whether it does cannot be known: {}.", duration_text(rehearsal.takes),
          doubts == 0 ? "something is missing in the input" : count(doubts, "gap", "gaps") + " in the input");
    }
  }
  return {};
}

bool is_clean(const Rehearsal& rehearsal) {
  return rehearsal.verdict == Verdict::completes && rehearsal.quarantined.empty();
}

std::string_view verdict_head(std::string_view sentence) {
  return sentence.substr(0, std::min(sentence.find_first_of("(:,"), sentence.size()));
}

std::string effort_text(const Rehearsal& rehearsal) {
  std::string text = count(rehearsal.nodes, "node", "nodes");
  if (rehearsal.nodes_done < rehearsal.nodes) text += fmt::format(" ({} done)", rehearsal.nodes_done);
  text += ", " + count(rehearsal.evictions, "eviction", "evictions");
  if (rehearsal.refusals > 0) text += fmt::format(" ({} refused)", rehearsal.refusals);
  text += fmt::format(", {} placed", count(rehearsal.placements, "pod", "pods"));
  if (rehearsal.supposed_share > 0) {
    text += fmt::format("; {} of the time rests on assumptions", percent_text(rehearsal.supposed_share));
  }
  return text;
}

std::string ending_text(const Blocker& blocker) {
  const bool waited = blocker.waited > Duration{};
  const std::string time = duration_text(blocker.waited);
  if (blocker.never_ends) {
    std::string text = "It will never end by itself";
    if (waited) text += fmt::format("; it was given up after {}", time);
    if (!blocker.stops) text += waited ? ", and the upgrade went on" : "; the upgrade went on without it";
    return text + ".";
  }
  if (blocker.stops) {
    return waited ? fmt::format("It would end by itself, but only after the drain timeout of {}.", time)
                  : "It would end by itself, later.";
  }
  return waited ? fmt::format("It ended by itself after {}.", time) : "It ended by itself.";
}

std::vector<const Fix*> fixes_in_order(const Blocker& blocker) {
  std::vector<const Fix*> fixes;
  const auto rank = [](const Fix& fix) { return fix.completes ? 0 : fix.resolves ? 1 : 2; };
  for (int wanted = 0; wanted < 3; ++wanted) {
    for (const Fix& fix : blocker.fixes) {
      if (rank(fix) == wanted) fixes.push_back(&fix);
    }
  }
  return fixes;
}

std::string outcome_text(const Blocker& blocker, const Fix& fix) {
  // What comes later was found, and is tried, with what mends the blockers before it.
  if (fix.completes) {
    const std::string_view start =
        blocker.comes_later ? "With what mends the others, the whole upgrade" : "The whole upgrade";
    return fix.takes > Duration{} ? fmt::format("{} then completes in about {}.", start, duration_text(fix.takes))
                                  : fmt::format("{} then completes.", start);
  }
  return fix.resolves ? "It mends this, but with it alone the upgrade does not complete." : "It does not mend it.";
}

std::vector<UnplacedGroup> unplaced_groups(const Rehearsal& rehearsal) {
  std::vector<UnplacedGroup> groups;
  std::map<std::tuple<std::string_view, std::string_view, bool>, std::size_t> known;
  for (const Unplaced& unplaced : rehearsal.unplaced) {
    // Pods without a workload have nothing in common.
    const std::string_view key = unplaced.workload.empty() ? unplaced.pod : unplaced.workload;
    const auto [at, is_new] = known.try_emplace({key, unplaced.message, unplaced.for_ever}, groups.size());
    if (is_new) groups.push_back({&unplaced, 0});
    UnplacedGroup& group = groups[at->second];
    ++group.pods;
    if (unplaced.lasted > group.first->lasted) group.first = &unplaced;
  }
  std::sort(groups.begin(), groups.end(), [](const UnplacedGroup& a, const UnplacedGroup& b) {
    if (a.first->for_ever != b.first->for_ever) return a.first->for_ever;
    if (a.first->lasted != b.first->lasted) return a.first->lasted > b.first->lasted;
    return a.first < b.first;
  });
  return groups;
}

std::string who(const UnplacedGroup& group) {
  const Unplaced& first = *group.first;
  if (group.pods == 1)
    return first.workload.empty() ? first.pod : fmt::format("{} of {}", first.pod, first.workload);
  return fmt::format("{} and {} more of {}", first.pod, group.pods - 1, first.workload);
}

std::string when(const Rehearsal& rehearsal, const Unplaced& unplaced) {
  return fmt::format("from {} {}", offset_text(since_start(rehearsal, unplaced.since), needs_seconds(rehearsal)),
                     unplaced.for_ever ? "for ever" : "for " + duration_text(unplaced.lasted));
}

std::vector<ReasonGroup> reason_groups(const Unplaced& unplaced) {
  std::vector<ReasonGroup> groups;
  std::map<std::string, std::size_t> known;
  for (const Unplaced::Reason& reason : unplaced.nodes) {
    std::string reasons;
    for (const std::string& one : reason.reasons) reasons += (reasons.empty() ? "" : ", ") + one;
    const auto [at, is_new] = known.try_emplace(reasons, groups.size());
    if (is_new) groups.push_back({reasons, {}});
    groups[at->second].nodes.push_back(reason.node);
  }
  std::sort(groups.begin(), groups.end(), [](const ReasonGroup& a, const ReasonGroup& b) {
    return a.nodes.size() != b.nodes.size() ? a.nodes.size() > b.nodes.size() : a.reasons < b.reasons;
  });
  return groups;
}

std::string nodes_text(const ReasonGroup& group, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < group.nodes.size() && i < most; ++i) {
    if (i > 0) text += ", ";
    text += group.nodes[i];
  }
  if (group.nodes.size() > most) text += fmt::format(" and {} more", group.nodes.size() - most);
  return text;
}

std::vector<const twin::Gap*> gaps_in_order(const Rehearsal& rehearsal) {
  std::vector<const twin::Gap*> gaps;
  for (const auto weight : {twin::Gap::Weight::doubt, twin::Gap::Weight::note}) {
    for (const twin::Gap& gap : rehearsal.gaps) {
      if (gap.weight == weight) gaps.push_back(&gap);
    }
  }
  return gaps;
}

std::string versions_text(const rehearsal::PoolNeed& pool) {
  if (pool.version_from.empty() || pool.version_from == pool.version_to) return pool.version_to;
  if (pool.version_to.empty()) return pool.version_from;
  return pool.version_from + " to " + pool.version_to;
}

bool needs_seconds(const Rehearsal& rehearsal) { return rehearsal.takes < std::chrono::minutes(30); }

Duration since_start(const Rehearsal& rehearsal, rehearsal::Time time) {
  return std::max(time - rehearsal.began, Duration{});
}

Duration timeline_length(const Rehearsal& rehearsal) {
  Duration length = std::max(rehearsal.takes, Duration{});
  for (const rehearsal::NodeTimeline& node : rehearsal.timeline) {
    for (const rehearsal::NodeSpan& span : node.spans) {
      length = std::max({length, since_start(rehearsal, span.to), since_start(rehearsal, span.from)});
    }
  }
  return length;
}

}  // namespace bulwark::report

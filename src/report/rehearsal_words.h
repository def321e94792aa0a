// What all forms of a rehearsal's report say in the same words. Texts hold names from outside, as they came.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/rehearsal.h"

namespace bulwark::report {

// "2 h 10 min", "2 min 5 s", "40 s", "250 ms": the two largest units at most.
std::string duration_text(rehearsal::Duration duration);
// "+0:12", "+0:12:05": hours, minutes and, if they are wanted, seconds since the start.
std::string offset_text(rehearsal::Duration since, bool with_seconds);
// "38%".
std::string percent_text(double share);

// As JSON and the page's classes have them: "budget-never-allows".
std::string_view name(rehearsal::Verdict verdict);
std::string_view name(rehearsal::NodeStage stage);
std::string_view name(rehearsal::BlockerKind kind);
// For a column of a table: "budget waits for pods".
std::string_view title(rehearsal::BlockerKind kind);

// The whole verdict in a sentence: "Stops at node 7 of 40 (aks-1): pod shop/cart-0 cannot be evicted."
std::string verdict_sentence(const rehearsal::Rehearsal& rehearsal);
// Completes, with every node upgraded.
bool is_clean(const rehearsal::Rehearsal& rehearsal);
// The first part of that sentence, up to where a colour should end: "Stops at node 7 of 40".
std::string_view verdict_head(std::string_view sentence);
// What the rehearsal did, as one line: "40 nodes, 312 evictions (18 refused), 312 pods placed".
std::string effort_text(const rehearsal::Rehearsal& rehearsal);

// What stops the upgrade; nullptr: nothing that is known.
const rehearsal::Blocker* stopper(const rehearsal::Rehearsal& rehearsal);
// Whether a blocker is told in full: it stops the upgrade or would never end. The others are merely slow.
bool is_serious(const rehearsal::Blocker& blocker);
// Serious ones, the stopper first.
std::vector<const rehearsal::Blocker*> serious_blockers(const rehearsal::Rehearsal& rehearsal);
std::vector<const rehearsal::Blocker*> slow_blockers(const rehearsal::Rehearsal& rehearsal);
// "pod shop/cart-0 cannot be evicted", "no node can be added".
std::string what_fails(const rehearsal::Blocker& blocker);
// Whether it would end: "It will never end by itself."
std::string ending_text(const rehearsal::Blocker& blocker);

// Fixes with those that let the upgrade complete first, then those that mend this blocker, then what does not do.
std::vector<const rehearsal::Fix*> fixes_in_order(const rehearsal::Blocker& blocker);
// "The whole upgrade then completes in about 2 h 10 min."
std::string outcome_text(const rehearsal::Fix& fix);

// Pods that cannot be placed for the same reason, of one workload, told together.
struct UnplacedGroup {
  const rehearsal::Unplaced* first = nullptr;  // the one that waited longest
  std::size_t pods = 0;
};
std::vector<UnplacedGroup> unplaced_groups(const rehearsal::Rehearsal& rehearsal);
// "shop/web-x2x9k and 3 more of Deployment shop/web".
std::string who(const UnplacedGroup& group);
// "from +0:12 for 40 s", "from +0:12 for ever".
std::string when(const rehearsal::Rehearsal& rehearsal, const rehearsal::Unplaced& unplaced);

// Nodes that do not take a pod for the same reasons.
struct ReasonGroup {
  std::string reasons;  // joined by commas
  std::vector<std::string_view> nodes;
};
// The most nodes first.
std::vector<ReasonGroup> reason_groups(const rehearsal::Unplaced& unplaced);
// "aks-1, aks-2, aks-3 and 9 more".
std::string nodes_text(const ReasonGroup& group, std::size_t most);

// Those that raise a doubt first.
std::vector<const twin::Gap*> gaps_in_order(const rehearsal::Rehearsal& rehearsal);

// "1.33.2 to 1.34.0", or what of it is known.
std::string versions_text(const rehearsal::PoolNeed& pool);

// Whether times of this rehearsal need seconds to tell one from the other.
bool needs_seconds(const rehearsal::Rehearsal& rehearsal);
rehearsal::Duration since_start(const rehearsal::Rehearsal& rehearsal, rehearsal::Time time);
// The last moment that is on the timeline.
rehearsal::Duration timeline_length(const rehearsal::Rehearsal& rehearsal);

}  // namespace bulwark::report

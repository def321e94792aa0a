// What a rehearsal of an upgrade tells: whether it completes, what stops it and what would mend that, who is
// interrupted for how long, and how much of it all is supposed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "twin/assumptions.h"
#include "twin/model.h"

namespace bulwark::rehearsal {

using kube::Time;
using twin::Duration;

enum class Verdict : std::uint8_t {
  completes,
  stops,
  unknown,  // it would complete, but something that is missing in the input may stop it
};

// What a node goes through, one after the other.
enum class NodeStage : std::uint8_t { adding, draining, soaking, reimaging, removing, quarantined, stopped };

struct NodeSpan {
  NodeStage stage = NodeStage::draining;
  Time from{}, to{};
};

struct NodeTimeline {
  std::string pool, node;
  bool is_surge = false;
  std::size_t pods = 0;  // that had to go
  std::vector<NodeSpan> spans;
};

enum class BlockerKind : std::uint8_t {
  budget_never_allows,  // the arithmetic leaves no disruption even with every pod healthy
  budget_waits,         // for pods that are not ready
  several_budgets,      // on one pod: the eviction API answers 500
  budget_not_synced,    // its status cannot be worked out: no scale subresource, owner missing, invalid percentage
  finalizer,            // the pod's object stays
  slow_termination,     // its grace period is longer than what is left of the drain timeout
  filter,               // kubectl's filters refuse the drain
  webhook,              // a webhook that fails closed refuses the eviction
  no_node,              // nodes cannot be added: limits, quota
  version,              // the version policy forbids the upgrade
  other,
};

// A change that was tried on the twin.
struct Fix {
  std::string summary;     // "maxUnavailable: 1 in budget shop/cart"
  std::string command;     // what does it: a kubectl command
  bool resolves = false;   // this blocker is gone with it
  bool completes = false;  // and the whole upgrade completes
  Duration takes{};        // of the whole upgrade with it
  std::string not_enough;  // a smaller change that does not do, and why; empty: there is none
};

// What stops a drain, or holds it up for longer than usual.
struct Blocker {
  BlockerKind kind = BlockerKind::other;
  bool never_ends = false;  // false: it would end by itself, later
  std::string pool, node;
  std::string pod;       // "shop/cart-0"; empty: none in particular
  std::string workload;  // "StatefulSet shop/cart"
  std::string budget;    // "shop/cart"
  std::string webhook;   // of kind webhook: its name
  std::string message;   // the server's own words
  std::string reason;    // what lies behind, in a sentence without a full stop
  Time since{};
  Duration waited{};
  bool stops = false;  // the upgrade ends with it
  // It would stop the upgrade once what comes before it in the list is mended.
  bool comes_later = false;
  std::vector<Fix> fixes;
};

// Pods of one workload that were not there while they should have been.
struct Interruption {
  std::string workload;  // "Deployment shop/web"
  std::int32_t replicas = 0;
  std::int32_t worst_down = 0;  // pods that were not ready at the worst moment, of those asked for
  std::int32_t evicted = 0;     // pods that were evicted or deleted
  Duration degraded{};          // with less than it asks for
  Duration longest_outage{};    // the longest time with not one ready
  Duration outage{};            // all such times together
};

struct Unplaced {
  std::string pod;  // "shop/web-x2x9k"
  std::string workload;
  std::string message;  // the scheduler's words
  Time since{};
  Duration lasted{};
  bool for_ever = false;  // still so at the end
  struct Reason {
    std::string node;
    std::vector<std::string> reasons;
  };
  std::vector<Reason> nodes;  // why each does not take it, at the end or when it was worst
};

struct PoolNeed {
  std::string pool, version_from, version_to;
  std::size_t nodes = 0, surge_nodes = 0;  // at most at once besides those
  std::string surge;                       // how it came: "maxSurge 10% of 40 nodes"
  std::int64_t ip_addresses = 0;           // (nodes + surge) * (1 + max pods); 0: max pods is not known
};

struct Supposed {
  std::string what, value, source;
  std::size_t times = 0;  // how often the rehearsal rests on it
};

struct Rehearsal {
  Verdict verdict = Verdict::completes;
  std::string cluster;  // where it was read
  Time began{};
  Duration takes{};  // until it completed or stopped
  std::size_t nodes = 0, nodes_done = 0;
  std::optional<std::size_t> stopped_at;  // into blockers
  std::vector<std::string> quarantined;   // nodes
  std::vector<NodeTimeline> timeline;
  std::vector<Blocker> blockers;  // those that stop it first, then what is slow
  // Of one that stops: the fixes that were put in force one after the other, by their summaries, and what the
  // upgrade does with all of them.
  std::vector<std::string> smallest_set;
  bool completes_with_set = false;
  Duration takes_with_set{};
  std::vector<Interruption> interruptions;  // the worst first
  std::vector<Unplaced> unplaced;
  std::vector<PoolNeed> pools;
  std::vector<Supposed> supposed;
  double supposed_share = 0;  // of the time of the longest chain that rests on assumptions, 0 to 1
  std::vector<twin::Gap> gaps;
  std::vector<std::string> warnings;
  std::uint64_t evictions = 0, refusals = 0, placements = 0;
};

}  // namespace bulwark::rehearsal

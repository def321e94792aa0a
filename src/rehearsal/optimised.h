// What a search for the best way to run an upgrade has found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/rehearsal.h"
#include "upgrade/rollout.h"

namespace bulwark::rehearsal {

// What counts first among runs that complete.
enum class Preference : std::uint8_t {
  interruptions,  // outages, then pods that are away, then time
  time,           // time, then outages, then pods that are away
};

// What a run comes to.
struct Figures {
  bool completes = false;
  std::size_t nodes_done = 0;
  Duration takes{};  // with the scaling up before it, where there is some
  std::uint64_t evictions = 0;
  Duration outage{};    // of each workload the time without one ready pod, added up
  Duration degraded{};  // pods that were missing, each for its time, added up

  bool operator==(const Figures&) const = default;
};

// Which of two runs is the better one: less than 0: a. One that completes always is better than one that does not,
// of which the one that gets further is better.
int compare(const Figures& a, const Figures& b, Preference preference);
// What an eviction counts beside the time that its pod is missing.
inline constexpr Duration eviction_weight{60'000};

// Replicas that a workload has more while the upgrade runs.
struct TemporaryReplicas {
  twin::Index workload = twin::none;
  std::string name;  // "Deployment shop/cart"
  std::int32_t from = 0, to = 0;
};

// One thing that the best run does otherwise than the one that was asked for.
struct Difference {
  std::string what;                   // "maxSurge 3 instead of 1"
  std::vector<std::string> commands;  // what brings it about; before the upgrade unless it says otherwise
};

// What stops the upgrade in whatever order it is run.
struct Obstacle {
  std::string node, pod, budget;
  std::string why;
};

struct NeededChange {
  std::string summary, command;
};

struct Optimised {
  std::string cluster;
  Preference preference = Preference::interruptions;
  std::size_t nodes = 0;
  Figures asked, best;                      // the run that was asked for, and the best that was found
  upgrade::RolloutOptions rollout;          // of the best
  std::vector<TemporaryReplicas> replicas;  // likewise
  std::vector<Difference> differences;      // empty: what was asked for is the best
  std::string flags;                        // of `bulwark upgrade rehearse`, that rehearse the best; empty: none

  std::string bound;            // which runs were in question, in words
  std::uint64_t space = 0;      // how many those are; the largest number: at least so many
  std::uint64_t tried = 0;      // how many of them were run
  bool is_exhaustive = false;   // all of them
  bool is_interrupted = false;  // somebody, or the time limit, ended the search

  // No run of those in question completes, and this is why that is sure: all were tried, or there are obstacles.
  bool is_impossible = false;
  std::string proof;
  std::vector<Obstacle> obstacles;

  // Without a run that completes: the smallest set of changes with which the best run does.
  std::vector<NeededChange> needed;
  bool is_smallest = false;  // all smaller sets of the changes that may help were tried, too
  Duration takes_with_needed{};
  std::uint64_t sets_tried = 0;

  // What the input does not show, or shows with doubt.
  std::vector<twin::Gap> gaps;
};

}  // namespace bulwark::rehearsal

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rehearsal/rehearsal.h"
#include "rehearsal/twin_pods.h"
#include "rehearsal/twin_pools.h"
#include "upgrade/rollout.h"

namespace bulwark::rehearsal {

struct RehearseOptions {
  upgrade::RolloutOptions rollout;
  // Settings of pools that the cloud told or a file names, by name; of the others only what the nodes show.
  std::vector<upgrade::NodePool> pools;
  std::uint64_t seed = 1;
  // Lets what the workloads ask for be placed and become ready before the upgrade begins.
  bool settle_first = false;
  // Whether to look for fixes of what stops it, each of which is a rehearsal of its own.
  bool fixes = true;
  // The upgrade is given up in the rehearsal after so long.
  Duration longest{std::chrono::hours(24 * 30)};
  const std::atomic<bool>* interrupted = nullptr;
  // Told now and then: nodes that are done, of all.
  std::function<void(std::size_t, std::size_t)> progress = [](std::size_t, std::size_t) {};
};

// One rollout over one twin.
struct Run {
  // A model of files is let settle first: what its workloads ask for is placed.
  Run(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options);

  twin::Engine engine;
  std::vector<upgrade::NodePool> pools;
  upgrade::Outcome outcome;
  Rehearsal result;
};

// The pools that the model's nodes show, with the settings that the options have of them.
std::vector<upgrade::NodePool> pools_for(const twin::Model& model, const RehearseOptions& options);

// A twin of the model, as it is when an upgrade begins.
twin::Engine settled(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options);

// What the version policy has against the upgrade, before anything of it is run: what is certain as blockers, and
// what some clusters may do all the same as gaps.
struct VersionJudgement {
  std::vector<Blocker> blockers;
  std::vector<twin::Gap> gaps;
};
VersionJudgement judge_versions(const twin::Model& model, const RehearseOptions& options);

// Runs the rollout on a twin of the model and tells what happened. With `fixes`, whatever stops it is looked into,
// the smallest change that helps is tried, and the rehearsal goes on with it to what would stop it next.
Rehearsal rehearse(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options);

}  // namespace bulwark::rehearsal

// What the twin's scheduler would do, asked without doing it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "e2e/rehearsal/api_objects.h"
#include "e2e/rehearsal/recorder.h"
#include "twin/engine.h"

namespace bulwark::e2e {

// The nodes between which the scheduler's chance decides for a pod: those of the highest score. Empty: none takes
// it. Found by asking with many seeds.
std::set<twin::Index> likely_nodes(const twin::Engine& engine, twin::Index pod);

struct Decisions {
  std::size_t single = 0;             // pods that one node alone was right for
  std::size_t ties = 0;               // that chance decided about
  std::size_t refused = 0;            // messages of pods that no node took
  std::vector<std::string> messages;  // these
  std::vector<std::string> differences;
};

// Asks the twin's scheduler about each decision that the real one made. For each pod that got a node, and each
// message of one that got none, the twin is loaded from what the API showed right before. The real node must be
// among the twin's equals, and the message its message. The real scheduler may be a few changes behind what the
// API shows, and of bindings that are written in one moment any may have been decided about first: states so near
// count as well.
Decisions check_decisions(const ApiObjects& rest_of_cluster, const std::vector<Recorder::Step>& steps, int minor,
                          const Figures& figures);

}  // namespace bulwark::e2e

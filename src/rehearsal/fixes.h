#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rehearsal/rehearse.h"

namespace bulwark::rehearsal {

// Something that could be changed before the upgrade.
struct Change {
  std::string summary, command, not_enough;
  std::function<void(twin::Model&)> to_model = nullptr;
  std::function<void(RehearseOptions&)> to_options = nullptr;
};

// What may help against a blocker, the smallest first. Nothing of it has been tried yet.
std::vector<Change> changes_for(const Blocker& blocker, const Run& run, const RehearseOptions& options);

// Tries changes on the twin: those for each blocker of the run, and, with the best of them in force, those for
// what stops the upgrade after that, which is added to the blockers. Says in the result what all of them together
// give.
void find_fixes(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options, Run& run,
                std::vector<Blocker>& blockers);

}  // namespace bulwark::rehearsal

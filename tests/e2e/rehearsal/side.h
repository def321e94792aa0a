// A cluster on which a scenario is played: the real one or the twin. `perform` is the same for both.
#pragma once

#include "e2e/rehearsal/scenario.h"
#include "e2e/rehearsal/story.h"
#include "upgrade/node_pools.h"
#include "upgrade/pods.h"

namespace bulwark::e2e {

class Side {
 public:
  virtual ~Side() = default;
  virtual Story& story() = 0;
  virtual upgrade::Pods& pods() = 0;
  virtual upgrade::NodePools& pools() = 0;
  virtual void begin_chapter() = 0;
  // Lets time pass until nothing more happens by itself.
  virtual void rest() = 0;
  // Notes the state in which the chapter ends: pods that wait, budgets.
  virtual void end_chapter() = 0;
};

// The drains of a scenario, then its rollout, told in the side's story.
void perform(const Scenario& scenario, Side& side);

}  // namespace bulwark::e2e

// What a rehearsal has to suppose because nothing tells it, with where each figure comes from.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "document/node.h"

namespace bulwark::twin {

// How long things take. All in milliseconds of the cluster's time.
struct Timing {
  using Duration = std::chrono::milliseconds;
  Duration pod_start{20'000};      // from binding to Ready, for a workload without history
  Duration pod_stop{-1};           // from deletion to gone; negative: the pod's grace period in full
  Duration node_add{180'000};      // from the order to a Ready node
  Duration node_reimage{240'000};  // likewise
  Duration node_remove{60'000};
  Duration control_plane{600'000};  // of its upgrade
  Duration schedule{0};             // the scheduler's work on one pod
  Duration control{0};              // until a controller acts upon a change
};

struct Assumption {
  std::string name;     // as in the file: podStartSeconds
  std::string subject;  // "shop/web", or "" for all
  std::string value, source;
};

struct Assumptions {
  Timing timing;
  std::vector<Assumption> list;  // in force, with their sources
};

}  // namespace bulwark::twin

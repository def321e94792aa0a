// What a rehearsal has to suppose because nothing tells it, with where each figure comes from.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

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

// Where a figure comes from that is none of this program's defaults.
struct Assumption {
  std::string name;  // as in the file: podStartSeconds
  std::string source;
};

// What is known of one workload's pods besides; it goes before what its pods show.
struct WorkloadTiming {
  std::string name;  // "shop/web"
  std::optional<Timing::Duration> start, stop;
  std::optional<Timing::Duration> runs;  // of a Job's pods: from Running to Succeeded
};

struct Assumptions {
  Timing timing;
  std::vector<Assumption> list;
  std::vector<WorkloadTiming> workloads;
};

}  // namespace bulwark::twin

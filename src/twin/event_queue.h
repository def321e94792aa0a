#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "twin/model.h"

namespace bulwark::twin {

enum class Happening : std::uint8_t {
  pod_runs,
  pod_ready,
  pod_ends,  // a Job's pod succeeds
  pod_gone,  // the end of its grace period
  workload_sync,
  daemon_sync,  // of a node
  budget_sync,
  schedule,
  taint_eviction,      // of a pod whose toleration has run out
  disruption_expires,  // of a budget: an eviction that no deletion followed
  cron,                // a CronJob's time has come
  node_lost,           // the node controller gives up on a kubelet that says nothing; serial: of the silence
};

// Something that will happen. `serial` tells whether the subject is still the one that was meant.
struct Event {
  Time at{};
  std::uint64_t order = 0;
  Happening what = Happening::schedule;
  Index subject = none;
  std::uint32_t serial = 0;
};

// Events by time, those of one instant in the order in which they were added: the same run gives the same sequence
// everywhere. A value, like everything that a copy of a twin takes along.
class EventQueue {
 public:
  void add(Time at, Happening what, Index subject, std::uint32_t serial = 0) {
    heap_.push_back({at, next_order_++, what, subject, serial});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  bool empty() const { return heap_.empty(); }
  const Event& next() const { return heap_.front(); }
  Event pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }
  std::size_t size() const { return heap_.size(); }

 private:
  static bool later(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

  std::vector<Event> heap_;
  std::uint64_t next_order_ = 0;
};

}  // namespace bulwark::twin

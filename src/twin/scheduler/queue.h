// Which pod the scheduler looks at next (pkg/scheduler/internal/queue: active, back-off, unschedulable).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "twin/state.h"

namespace bulwark::twin {

class SchedulingQueue {
 public:
  static constexpr Duration first_backoff{1'000}, longest_backoff{10'000};

  // A new pod, or one whose nomination or spec changed. One with scheduling gates is never tried.
  void add(const Model& model, const State& state, Index pod);
  // The pod of highest priority, then of longest waiting, that may be tried now.
  std::optional<Index> pop(const Model& model, const State& state);
  // No node took the pod: it waits until something happens that may help it, and at least for its back-off.
  void park(const State& state, Index pod);
  // Something has happened that may help pods that wait: a pod left, a node came or changed.
  void wake(const State& state);
  // A pod is gone, or bound without us.
  void forget(Index pod, std::uint32_t serial);
  // When pop() may give something that it does not give now; nullopt: never, unless wake() or add() is called. The
  // five minutes after which a waiting pod is tried in any case do not count: wake() tells all that happens, and
  // with nothing changed the answer would be the same.
  std::optional<Time> next() const;
  std::size_t waiting() const {
    return waiting_for_time_.size() + waiting_for_change_.size();
  }  // that no node took

 private:
  struct Entry {
    Index pod = none;
    std::uint32_t serial = 0;
    std::int32_t priority = 0;
    std::uint64_t order = 0;
    Time since{};  // in the queue
    Time ready{};  // end of its back-off
  };
  static bool is_later(const Entry& a, const Entry& b);
  static bool is_ready_later(const Entry& a, const Entry& b) { return a.ready > b.ready; }
  void activate(Entry entry);

  std::vector<Entry> active_;            // a heap by is_later
  std::vector<Entry> waiting_for_time_;  // a heap by is_ready_later
  std::vector<Entry> waiting_for_change_;
  std::vector<std::uint32_t> queued_;  // by pod: its serial number plus one; 0: it is not in the queue
  std::uint64_t next_order_ = 0;
  std::int32_t popped_priority_ = 0;
};

}  // namespace bulwark::twin

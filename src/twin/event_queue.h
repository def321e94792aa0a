#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "twin/model.h"

namespace bulwark::twin {

enum class Happening : std::uint8_t {
  pod_runs,
  pod_ready,
  pod_ends,  // a Job's pod succeeds
  pod_gone,  // the end of its grace period
  pod_goes,  // its namespace's controller deletes it
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
//
// Most delays are one of a few constants, so that most events come after those with the same delay: they stand in
// lanes, which are in order by themselves. What fits in no lane goes into a heap.
class EventQueue {
 public:
  void add(Time at, Happening what, Index subject, std::uint32_t serial = 0) {
    const Event event{at, next_order_++, what, subject, serial};
    // The lane whose end is nearest: the others stay open for what comes sooner.
    std::size_t best = heap_source;
    Time end = Time::min();
    for (std::size_t i = 0; i < heap_source; ++i) {
      const Time other = ends_[i];
      if (other > at || (best != heap_source && other <= end)) continue;
      best = i;
      end = other;
    }
    const bool is_first = size_ == 0 || at < heads_[first_].at;
    if (best == heap_source) {
      heap_.push_back(event);
      std::push_heap(heap_.begin(), heap_.end(), later);
      heads_[heap_source] = {heap_.front().at, heap_.front().order};
    } else {
      Lane& lane = lanes_[best];
      if (lane.empty()) heads_[best] = {at, event.order};
      lane.events.push_back(event);
      ends_[best] = at;
    }
    if (is_first) first_ = best;
    ++size_;
  }
  bool empty() const { return size_ == 0; }
  const Event& next() const { return front(first_); }
  Time next_at() const { return heads_[first_].at; }
  Event pop() {
    const Event event = next();
    --size_;
    if (first_ == heap_source) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      heap_.pop_back();
      heads_[first_] = heap_.empty() ? nothing : Head{heap_.front().at, heap_.front().order};
    } else {
      Lane& lane = lanes_[first_];
      lane.pop();
      heads_[first_] = lane.empty() ? nothing : Head{front(first_).at, front(first_).order};
      if (lane.empty()) ends_[first_] = Time::min();
    }
    first_ = 0;
    for (std::size_t i = 1; i < heads_.size(); ++i) {
      if (heads_[i].is_before(heads_[first_])) first_ = i;
    }
    return event;
  }
  std::size_t size() const { return size_; }

 private:
  struct Lane {
    std::vector<Event> events;
    std::size_t head = 0;  // those before it are over

    bool empty() const { return head == events.size(); }
    void pop() {
      constexpr std::size_t many = 32;
      ++head;
      if (empty()) {
        events.clear();
        head = 0;
      } else if (head >= many && head * 2 >= events.size()) {
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(head));
        head = 0;
      }
    }
  };
  // Of the next event of a source.
  struct Head {
    Time at{};
    std::uint64_t order = 0;

    bool is_before(const Head& other) const { return at != other.at ? at < other.at : order < other.order; }
  };

  static bool later(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  const Event& front(std::size_t source) const {
    return source == heap_source ? heap_.front() : lanes_[source].events[lanes_[source].head];
  }

  static constexpr std::size_t heap_source = 5;
  static constexpr Head nothing{Time::max(), std::numeric_limits<std::uint64_t>::max()};
  std::array<Lane, heap_source> lanes_;
  std::array<Time, heap_source> ends_{Time::min(), Time::min(), Time::min(), Time::min(), Time::min()};
  std::vector<Event> heap_;
  std::array<Head, heap_source + 1> heads_{nothing, nothing, nothing, nothing, nothing, nothing};
  std::size_t first_ = 0;  // where the next one is
  std::size_t size_ = 0;
  std::uint64_t next_order_ = 0;
};

}  // namespace bulwark::twin

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
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
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (lanes_[i].end <= at && (best == heap_source || lanes_[best].end < lanes_[i].end)) best = i;
    }
    const bool is_first = size_ == 0 || at < next().at;
    if (best == heap_source) {
      heap_.push_back(event);
      std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
      lanes_[best].events.push_back(event);
      lanes_[best].end = at;
    }
    if (is_first) first_ = best;
    ++size_;
  }
  bool empty() const { return size_ == 0; }
  const Event& next() const { return front(first_); }
  Event pop() {
    const Event event = next();
    --size_;
    if (first_ == heap_source) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      heap_.pop_back();
    } else {
      lanes_[first_].pop();
    }
    first_ = heap_source;
    bool found = !heap_.empty();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (lanes_[i].empty() || (found && !later(front(first_), front(i)))) continue;
      first_ = i;
      found = true;
    }
    return event;
  }
  std::size_t size() const { return size_; }

 private:
  struct Lane {
    std::vector<Event> events;
    std::size_t head = 0;    // those before it are over
    Time end = Time::min();  // of the last one

    bool empty() const { return head == events.size(); }
    void pop() {
      constexpr std::size_t many = 256;
      ++head;
      if (empty()) {
        events.clear();
        head = 0;
        end = Time::min();
      } else if (head >= many && head * 2 >= events.size()) {
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(head));
        head = 0;
      }
    }
  };

  static bool later(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  const Event& front(std::size_t source) const {
    return source == heap_source ? heap_.front() : lanes_[source].events[lanes_[source].head];
  }

  static constexpr std::size_t heap_source = 5;
  std::array<Lane, heap_source> lanes_;
  std::vector<Event> heap_;
  std::size_t first_ = heap_source;  // where the next one is
  std::size_t size_ = 0;
  std::uint64_t next_order_ = 0;
};

}  // namespace bulwark::twin

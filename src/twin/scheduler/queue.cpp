#include "twin/scheduler/queue.h"

#include <algorithm>

namespace bulwark::twin {

bool SchedulingQueue::is_later(const Entry& a, const Entry& b) {
  if (a.priority != b.priority) return a.priority < b.priority;
  if (a.since != b.since) return a.since > b.since;
  return a.order > b.order;
}

void SchedulingQueue::activate(Entry entry) {
  active_.push_back(entry);
  std::push_heap(active_.begin(), active_.end(), is_later);
}

void SchedulingQueue::add(const Model& model, const State& state, Index pod) {
  const Pod& of = state.pods[pod];
  const PodClass& pod_class = model.classes[of.pod_class];
  // On by default since 1.27.
  if (model.minor >= 27 && !pod_class.spec->scheduling_gates.empty()) return;
  forget(pod, of.serial);
  if (queued_.size() <= pod) queued_.resize(state.pods.size());
  queued_[pod] = of.serial + 1;
  activate({pod, of.serial, pod_class.priority, next_order_++, state.now, state.now});
}

std::optional<Index> SchedulingQueue::pop(const Model& model, const State& state) {
  while (!waiting_for_time_.empty() && waiting_for_time_.front().ready <= state.now) {
    std::pop_heap(waiting_for_time_.begin(), waiting_for_time_.end(), is_ready_later);
    activate(waiting_for_time_.back());
    waiting_for_time_.pop_back();
  }
  while (!active_.empty()) {
    std::pop_heap(active_.begin(), active_.end(), is_later);
    const Entry entry = active_.back();
    active_.pop_back();
    queued_[entry.pod] = 0;
    const Pod& of = state.pods[entry.pod];
    // Pods that are going are passed over (skipPodSchedule).
    if (!of.exists() || of.serial != entry.serial || of.node != none || of.deleting || of.finished()) continue;
    popped_priority_ = model.classes[of.pod_class].priority;
    return entry.pod;
  }
  return std::nullopt;
}

void SchedulingQueue::park(const State& state, Index pod) {
  const Pod& of = state.pods[pod];
  Duration backoff = first_backoff;
  for (std::uint32_t i = 1; i < of.attempts && backoff < longest_backoff; ++i) backoff *= 2;
  backoff = std::min(backoff, longest_backoff);
  if (queued_.size() <= pod) queued_.resize(state.pods.size());
  queued_[pod] = of.serial + 1;
  waiting_for_change_.push_back({pod, of.serial, popped_priority_, next_order_++, state.now, state.now + backoff});
}

void SchedulingQueue::wake(const State& state) {
  for (const Entry& each : waiting_for_change_) {
    if (each.ready <= state.now) {
      activate(each);
    } else {
      waiting_for_time_.push_back(each);
      std::push_heap(waiting_for_time_.begin(), waiting_for_time_.end(), is_ready_later);
    }
  }
  waiting_for_change_.clear();
}

void SchedulingQueue::forget(Index pod, std::uint32_t serial) {
  if (pod >= queued_.size() || queued_[pod] != serial + 1) return;
  queued_[pod] = 0;
  const auto is_it = [&](const Entry& each) { return each.pod == pod && each.serial == serial; };
  std::erase_if(waiting_for_change_, is_it);
  if (std::erase_if(waiting_for_time_, is_it) != 0) {
    std::make_heap(waiting_for_time_.begin(), waiting_for_time_.end(), is_ready_later);
  }
  if (std::erase_if(active_, is_it) != 0) std::make_heap(active_.begin(), active_.end(), is_later);
}

std::optional<Time> SchedulingQueue::next() const {
  if (!active_.empty()) return active_.front().since;
  if (!waiting_for_time_.empty()) return waiting_for_time_.front().ready;
  return std::nullopt;
}

}  // namespace bulwark::twin

#include "e2e/rehearsal/paced_pods.h"

#include <algorithm>
#include <utility>

namespace bulwark::e2e {

kube::Answer<> PacedPods::list_pods(std::string_view node, bool with_labels,
                                    std::vector<upgrade::DrainPod>& pods) {
  const std::size_t first = pods.size();
  auto answer = inner_.list_pods(node, with_labels, pods);
  for (std::size_t i = first; i < pods.size(); ++i) {
    const upgrade::DrainPod& pod = pods[i];
    const std::string call = called(pod.controller.kind, pod.controller.name, pod.name);
    story_.name(pod.name, call);
    known_[pod.id] = {std::string(node), call};
  }
  return answer;
}

kube::Answer<> PacedPods::evict(upgrade::PodId pod, const upgrade::Removal& removal) {
  auto answer = inner_.evict(pod, removal);
  story_.answered(known_[pod].node, "evicts", key(pod), known_[pod].call, answer);
  pause(figures_.pace);
  return answer;
}

kube::Answer<> PacedPods::remove(upgrade::PodId pod, const upgrade::Removal& removal) {
  auto answer = inner_.remove(pod, removal);
  story_.answered(known_[pod].node, "deletes", key(pod), known_[pod].call, answer);
  pause(figures_.pace);
  return answer;
}

upgrade::Time PacedPods::inner_time(upgrade::Time time) const {
  if (time == upgrade::Time::max()) return time;
  // Rounded up: whoever waits until then finds it passed.
  return began_ + (time - began_ + Figures::Duration(speed_ - 1)) / speed_;
}

void PacedPods::pause(Figures::Duration time) {
  const upgrade::Time end = inner_time(now() + time);
  while (inner_.now() < end) inner_.wait(end, told_);
}

void PacedPods::wait(upgrade::Time until, std::vector<Token>& changed) {
  if (told_.empty()) inner_.wait(inner_time(until), told_);
  changed.insert(changed.end(), told_.begin(), told_.end());
  told_.clear();
}

}  // namespace bulwark::e2e

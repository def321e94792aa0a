// What happens to the twin's pods: made, bound, run by their kubelet, deleted.
#include <algorithm>
#include <charconv>

#include "twin/controllers.h"
#include "twin/disruption.h"
#include "twin/engine.h"
#include "twin/lookup.h"
#include "twin/pod_names.h"

namespace bulwark::twin {

Index Engine::new_pod() {
  Index place = static_cast<Index>(state_.pods.size());
  if (state_.free_pods.empty()) {
    state_.pods.emplace_back();
  } else {
    place = state_.free_pods.back();
    state_.free_pods.pop_back();
    state_.pods[place] = {};
  }
  state_.pods[place].serial = state_.next_serial++;
  state_.place_of_serial.push_back(place);
  return place;
}

void Engine::link(Index pod) {
  Pod& to = state_.pods[pod];
  ClassState& of_class = state_.classes[to.pod_class];
  to.next_of_class = of_class.first_pod;
  if (to.next_of_class != none) state_.pods[to.next_of_class].previous_of_class = pod;
  of_class.first_pod = pod;
  ++of_class.pods;
  if (to.workload != none) ++state_.workloads[to.workload].active;
  touch_budgets(to.pod_class);
}

Index Engine::create_pod(Index pod_class, Index workload, std::int32_t ordinal) {
  if (is_terminating(model_->classes[pod_class].name_space)) return none;
  // Whoever wanted the pod tries again once the webhook is answered: set_phase lets all look then.
  if (const Index silent = silent_webhook(model_->classes[pod_class].creation_webhooks); silent != none) {
    if (observer_.to != nullptr) observer_.to->on_creation_refused(workload, silent);
    return none;
  }
  if (state_.pods.size() - state_.free_pods.size() >= model_->most_pods) return none;
  const Index pod = new_pod();
  Pod& to = state_.pods[pod];
  to.pod_class = pod_class;
  to.workload = workload;
  to.ordinal = ordinal;
  to.created = to.since = state_.now;
  to.phase = PodPhase::pending;
  link(pod);
  if (is_daemon(to)) state_.waiting_daemons.push_back(pod);
  tell(pod, PodChange::created);
  queue_.add(*model_, state_, pod);
  plan_scheduling();
  return pod;
}

void Engine::count(Index pod, int by) {
  const Pod& counted = state_.pods[pod];
  const PodClass& pod_class = class_of(counted);
  Nodes& nodes = state_.nodes;
  for (std::size_t column = 0; column < pod_class.requests.size(); ++column) {
    nodes.requested[column][counted.node] += by * pod_class.requests[column];
  }
  nodes.score_cpu[counted.node] += by * pod_class.score_cpu;
  nodes.score_memory[counted.node] += by * pod_class.score_memory;
}

void Engine::put_on_node(Index pod, Index node) {
  Pod& to = state_.pods[pod];
  to.node = node;
  to.nominated = none;
  if (is_daemon(to)) std::erase(state_.waiting_daemons, pod);
  to.next_on_node = state_.nodes.first_pod[node];
  if (to.next_on_node != none) state_.pods[to.next_on_node].previous_on_node = pod;
  state_.nodes.first_pod[node] = pod;
  ++state_.nodes.pods[node];
  to.holds_resources = true;
  count(pod, 1);
  scheduler_.on_bound(state_, pod);
}

void Engine::release_resources(Index pod) {
  Pod& of = state_.pods[pod];
  if (!of.holds_resources) return;
  of.holds_resources = false;
  count(pod, -1);
  scheduler_.on_left(state_, pod);
  queue_.wake(state_);
  plan_scheduling();
}

void Engine::bind(Index pod, Index node) {
  for (const Index claim : class_of(state_.pods[pod]).claims) {
    const Claim& wanted = model_->claims[claim];
    if (!wanted.is_bound && wanted.waits_for_pod && state_.bound_claims[claim] == none)
      state_.bound_claims[claim] = node;
  }
  put_on_node(pod, node);
  if (queue_.waiting() > 0 && scheduler_.may_help_when_bound(state_.pods[pod].pod_class)) {
    queue_.wake(state_);
    plan_scheduling();
  }
  set_phase(pod, PodPhase::starting, PodChange::bound);
  expect_ready(pod, state_.now);
}

void Engine::expect_ready(Index pod, Time from) {
  const Pod& of = state_.pods[pod];
  const PodClass& pod_class = class_of(of);
  if (of.node == none || !state_.nodes.ready[of.node]) return;
  if (of.phase == PodPhase::starting || of.phase == PodPhase::pending) {
    events_.add(std::max(state_.now, from + pod_class.start), Happening::pod_runs, pod, of.serial);
  } else if (pod_class.becomes_ready) {
    events_.add(std::max(state_.now, from + pod_class.start + pod_class.readiness), Happening::pod_ready, pod,
                of.serial);
  }
}

void Engine::pod_runs(Index pod) {
  const Pod& of = state_.pods[pod];
  if (of.deleting || of.finished() || of.node == none || !state_.nodes.ready[of.node]) return;
  if (of.phase == PodPhase::running || of.phase == PodPhase::ready) return;
  const PodClass& pod_class = class_of(of);
  set_phase(pod, PodPhase::running, PodChange::running);
  if (pod_class.runs.count() >= 0) events_.add(state_.now + pod_class.runs, Happening::pod_ends, pod, of.serial);
  if (!pod_class.becomes_ready) return;
  if (pod_class.readiness.count() == 0) return pod_becomes_ready(pod);
  events_.add(state_.now + pod_class.readiness, Happening::pod_ready, pod, of.serial);
}

void Engine::pod_becomes_ready(Index pod) {
  const Pod& of = state_.pods[pod];
  if (of.deleting || of.phase != PodPhase::running || !state_.nodes.ready[of.node]) return;
  set_phase(pod, PodPhase::ready, PodChange::ready);
}

void Engine::set_pod_ready(Index pod, bool ready) {
  const PodPhase phase = state_.pods[pod].phase;
  if (phase != PodPhase::running && phase != PodPhase::ready) return;
  if ((phase == PodPhase::ready) == ready) return;
  // The kubelet of a node that is not ready tells nothing.
  if (ready && state_.nodes.ready[state_.pods[pod].node] == 0) return;
  set_phase(pod, ready ? PodPhase::ready : PodPhase::running, ready ? PodChange::ready : PodChange::not_ready);
}

void Engine::set_phase(Index pod, PodPhase phase, PodChange change) {
  Pod& of = state_.pods[pod];
  const bool was_ready = of.phase == PodPhase::ready, was_active = of.active();
  of.phase = phase;
  of.since = state_.now;
  const int healthy = (phase == PodPhase::ready ? 1 : 0) - (was_ready ? 1 : 0);
  if (!of.deleting) state_.classes[of.pod_class].healthy += healthy;
  if (of.workload != none) {
    WorkloadState& workload = state_.workloads[of.workload];
    if (!of.deleting) workload.ready += healthy;
    // Whoever waits for it to be available looks again then.
    const Workload& made_by = model_->workloads[of.workload];
    if (phase == PodPhase::ready && made_by.min_ready.count() > 0) {
      events_.add(state_.now + made_by.min_ready, Happening::workload_sync, of.workload);
    }
    if (was_active && !of.active()) --workload.active;
    if (phase == PodPhase::succeeded) ++workload.succeeded;
    if (phase == PodPhase::failed) {
      ++workload.failed;
      if (made_by.kind == WorkloadKind::job) wait_after_failure(workload);
    }
  }
  tell(pod, change);
  if (of.finished()) release_resources(pod);
  touch_workload(of.workload);
  touch_budgets(of.pod_class);
  if (phase == PodPhase::ready && class_of(of).answers_webhooks) {
    for (Index i = 0; i < model_->workloads.size(); ++i) touch_workload(i);
    for (Index i = 0; i < state_.nodes.size(); ++i) touch_daemons(i);
  }
}

void Engine::wait_after_failure(WorkloadState& job) const {
  const int times = std::clamp(job.failed, 1, 7);
  job.not_before = state_.now + std::min(Duration{10'000 << (times - 1)}, Duration{600'000});
}

void Engine::mark_deleting(Index pod) {
  Pod& of = state_.pods[pod];
  if (of.deleting) return;
  const bool was_active = of.active();
  of.deleting = true;
  if (of.phase == PodPhase::ready) --state_.classes[of.pod_class].healthy;
  if (of.workload != none && was_active) {
    WorkloadState& workload = state_.workloads[of.workload];
    --workload.active;
    if (of.phase == PodPhase::ready) --workload.ready;
    // A Job takes a pod that is deleted before its end for one that has failed (isPodFailed; since pods are
    // tracked by finalizers), and waits before it makes the next one: 10 s, and twice as long each time, up to 10
    // min.
    if (model_->workloads[of.workload].kind == WorkloadKind::job && model_->minor >= 26) {
      ++workload.failed;
      wait_after_failure(workload);
    }
  }
  touch_workload(of.workload);
  touch_budgets(of.pod_class);
}

void Engine::remove_pod(Index pod, std::optional<Duration> grace) {
  Pod& of = state_.pods[pod];
  Duration wait = grace.value_or(class_of(of).grace);
  const Duration known = class_of(of).stop;
  const Duration stop = known.count() >= 0 ? known : model_->assumptions.timing.pod_stop;
  if (!grace && stop.count() >= 0) wait = std::min(wait, stop);
  // Nothing runs yet, or any more: there is nothing to wait for (pkg/registry/core/pod/strategy.go,
  // CheckGracefulDelete).
  if (of.node == none || of.finished()) wait = Duration{0};
  if (of.deleting && (of.is_stuck || state_.now + wait >= of.deadline)) return;
  const bool first = !of.deleting;
  of.deadline = state_.now + wait;
  mark_deleting(pod);
  if (first) tell(pod, PodChange::deleting);
  if (wait.count() == 0) return pod_is_gone(pod);
  events_.add(of.deadline, Happening::pod_gone, pod, of.serial);
}

void Engine::pod_stops(Index pod) {
  // The kubelet of a node that is not ready tells nothing: the object stays until it does, or the node goes.
  const Pod& of = state_.pods[pod];
  if (of.node != none && state_.nodes.ready[of.node] == 0 && !of.finished()) return;
  pod_is_gone(pod);
}

void Engine::pod_is_gone(Index pod) {
  Pod& of = state_.pods[pod];
  if (of.deadline > state_.now) return;  // a later word about its end is the one that counts
  release_resources(pod);
  if (lookup_->keeps_object[of.pod_class] != 0) {
    of.is_stuck = true;
    return;
  }
  erase_pod(pod);
}

void Engine::erase_pod(Index pod) {
  Pod& of = state_.pods[pod];
  mark_deleting(pod);
  release_resources(pod);
  queue_.forget(pod, of.serial);
  tell(pod, PodChange::gone);
  if (of.node != none) {
    if (of.previous_on_node != none) state_.pods[of.previous_on_node].next_on_node = of.next_on_node;
    if (of.next_on_node != none) state_.pods[of.next_on_node].previous_on_node = of.previous_on_node;
    if (state_.nodes.first_pod[of.node] == pod) state_.nodes.first_pod[of.node] = of.next_on_node;
    --state_.nodes.pods[of.node];
  }
  ClassState& of_class = state_.classes[of.pod_class];
  if (of.previous_of_class != none) state_.pods[of.previous_of_class].next_of_class = of.next_of_class;
  if (of.next_of_class != none) state_.pods[of.next_of_class].previous_of_class = of.previous_of_class;
  if (of_class.first_pod == pod) of_class.first_pod = of.next_of_class;
  --of_class.pods;
  const Index workload = of.workload, node = of.node;
  touch_workload(workload);
  touch_budgets(of.pod_class);
  if (is_daemon(of)) {
    if (node == none) std::erase(state_.waiting_daemons, pod);
    touch_daemons(node != none ? node : static_cast<Index>(of.ordinal));
  }
  state_.place_of_serial[of.serial] = none;
  of.phase = PodPhase::free;
  state_.free_pods.push_back(pod);
}

Index Engine::find_pod(std::string_view name_space, std::string_view name) const {
  std::string key(name_space);
  key.append("/").append(name);
  const auto place = [&](std::uint32_t serial) {
    return serial < state_.place_of_serial.size() ? state_.place_of_serial[serial] : none;
  };
  if (const auto found = model_->pod_by_name.find(key); found != model_->pod_by_name.end()) {
    const Index pod =
        found->second < state_.serial_of_loaded.size() ? place(state_.serial_of_loaded[found->second]) : none;
    if (pod != none) return pod;
  }
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return none;
  const std::string_view suffix = name.substr(dash + 1);
  if (const auto serial = serial_of_suffix(suffix)) {
    const Index pod = place(*serial);
    if (pod != none && class_of(state_.pods[pod]).name_space == name_space && pod_name(pod) == name) return pod;
  }
  const auto set = model_->stateful_set_by_name.find(key.substr(0, name_space.size() + 1 + dash));
  if (set == model_->stateful_set_by_name.end()) return none;
  std::int32_t ordinal = -1;
  std::from_chars(suffix.data(), suffix.data() + suffix.size(), ordinal);
  for (const Index each : model_->workloads[set->second].classes) {
    for (Index pod = state_.classes[each].first_pod; pod != none; pod = state_.pods[pod].next_of_class) {
      if (state_.pods[pod].ordinal == ordinal && pod_name(pod) == name) return pod;
    }
  }
  return none;
}

std::string Engine::pod_name(Index pod) const {
  const Pod& of = state_.pods[pod];
  if (of.loaded != none) return std::string(model_->pods[of.loaded].name);
  if (of.workload == none) return std::string(class_of(of).metadata->name);
  const Workload& workload = model_->workloads[of.workload];
  std::string name(workload.name);
  name += '-';
  if (workload.kind == WorkloadKind::stateful_set) return name += std::to_string(of.ordinal);
  return name += suffix_of_serial(of.serial);
}

std::string Engine::pod_uid(Index pod) const {
  const Pod& of = state_.pods[pod];
  if (of.loaded != none && !model_->pods[of.loaded].uid.empty()) return std::string(model_->pods[of.loaded].uid);
  return uid_of_serial(of.serial);
}

}  // namespace bulwark::twin

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/rfc3339.h"
#include "twin/loader.h"
#include "twin/requests.h"

namespace bulwark::twin {

namespace {

const kube::PodCondition* condition(const kube::PodStatus& status, std::string_view type) {
  for (const kube::PodCondition& each : status.conditions) {
    if (each.type == type) return &each;
  }
  return nullptr;
}

// How long the pod took from its node to Ready; negative: it does not tell, or became ready again after a restart.
std::int64_t seconds_to_ready(const kube::PodStatus& status) {
  const kube::PodCondition* scheduled = condition(status, "PodScheduled");
  const kube::PodCondition* ready = condition(status, "Ready");
  if (scheduled == nullptr || ready == nullptr) return -1;
  for (const kube::ContainerStatus& each : status.container_statuses) {
    if (each.restart_count.value_or(0) > 0) return -1;
  }
  const auto from = base::parse_rfc3339(scheduled->last_transition_time);
  const auto to = base::parse_rfc3339(ready->last_transition_time);
  return from && to ? (*to).time_since_epoch().count() - (*from).time_since_epoch().count() : -1;
}

// The number behind the name of its StatefulSet; -1: none.
std::int32_t ordinal_of(std::string_view name, std::string_view set) {
  if (name.size() < set.size() + 2 || !name.starts_with(set) || name[set.size()] != '-') return -1;
  const std::string_view digits = name.substr(set.size() + 1);
  if (digits.size() > 1 && digits.front() == '0') return -1;
  std::int32_t ordinal = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
  return error == std::errc() && end == digits.data() + digits.size() && ordinal >= 0 ? ordinal : -1;
}

// Seconds that the readiness probes wait before they ask for the first time.
std::int64_t readiness_delay(const kube::PodSpec& spec) {
  std::int64_t delay = 0;
  for (const kube::Container& each : spec.containers) {
    for (const kube::Probe* probe : {each.readiness_probe, each.startup_probe}) {
      if (probe != nullptr) delay = std::max(delay, probe->initial_delay_seconds.value_or(0));
    }
  }
  return std::min<std::int64_t>(delay, 3'600);
}

}  // namespace

// The node that the DaemonSet controller wrote into the affinity of its pod.
Index Loader::node_of_daemon(const kube::PodSpec& spec) const {
  const kube::NodeSelector* required = spec.affinity == nullptr || spec.affinity->node_affinity == nullptr
                                           ? nullptr
                                           : spec.affinity->node_affinity->required;
  if (required == nullptr) return none;
  for (const kube::NodeSelectorTerm& term : required->terms) {
    for (const kube::Requirement& each : term.match_fields) {
      if (each.key != "metadata.name" || each.values.size() != 1) continue;
      if (const auto found = node_by_name_.find(each.values[0]); found != node_by_name_.end())
        return found->second;
    }
  }
  return none;
}

// A controller that its uid does not lead to: the object of --what-if may have none, and files name none.
Index Loader::owner_without_object(const kube::OwnerReference& owner, std::string_view name_space) {
  const std::string key =
      fmt::format("{}\n{}\n{}\n{}\n{}", owner.api_version, owner.kind, owner.name, name_space, owner.uid);
  const auto [found, is_new] = owner_by_key_.try_emplace(key, none);
  if (is_new) found->second = add_missing_owner(owner, name_space, true);
  return found->second;
}

void Loader::load_pods() {
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::pod)) {
    if (inventory_.find(kube::ResourceKind::pod, object->namespace_or_default(), object->metadata.name) != object)
      continue;
    load_pod(*object);
  }
}

void Loader::load_pod(const kube::Object& object) {
  const kube::Pod& from = *kube::as<kube::Pod>(object);
  LoadedPod pod;
  pod.object = &object;
  pod.name = object.metadata.name;
  pod.uid = object.metadata.uid;
  pod.created = base::parse_rfc3339(object.metadata.creation_timestamp)
                    .value_or(std::chrono::floor<std::chrono::seconds>(model_->taken_at));
  const std::string full_name = fmt::format("{}/{}", object.namespace_or_default(), pod.name);
  if (!from.spec.node_name.empty()) {
    const auto node = node_by_name_.find(from.spec.node_name);
    if (node == node_by_name_.end()) {
      gap(Gap::Weight::doubt, "pod " + full_name,
          fmt::format("it is on the node {}, which is not in the input: it is left out", from.spec.node_name));
      return;
    }
    pod.node = node->second;
  }
  const kube::PodStatus& status = from.status;
  const bool is_finished = status.phase == "Succeeded" || status.phase == "Failed";
  if (const kube::OwnerReference* owner = object.metadata.controller();
      owner != nullptr && owner->kind != "Node") {
    const auto found = model_->workload_by_uid.find(owner->uid);
    if (found != model_->workload_by_uid.end() && !owner->uid.empty()) {
      pod.workload = found->second;
    } else {
      pod.workload = owner_without_object(*owner, object.namespace_or_default());
    }
    Workload& workload = model_->workloads[pod.workload];
    if (workload.kind == WorkloadKind::stateful_set) pod.ordinal = ordinal_of(pod.name, workload.name);
    if (workload.kind == WorkloadKind::daemon_set) {
      pod.ordinal = static_cast<std::int32_t>(pod.node != none ? pod.node : node_of_daemon(from.spec));
      if (pod.ordinal < 0) {
        gap(Gap::Weight::note, "pod " + full_name, "a DaemonSet's pod for no node that is there: it is left out");
        return;
      }
    }
    if (workload.kind == WorkloadKind::custom && workload.exists && !is_finished) {
      ++custom_pods_[{owner->api_version, owner->kind}];
      ++workload.replicas;
    }
  }
  pod.pod_class = class_of_pod(object, from.spec, pod.workload, pod.ordinal);
  if (!is_finished) ++model_->classes[pod.pod_class].instances;

  pod.finished = is_finished;
  pod.failed = status.phase == "Failed";
  // A file that shows no status shows a pod that runs.
  pod.running = status.phase == "Running" || (status.phase.empty() && pod.node != none);
  const kube::PodCondition* ready = condition(status, "Ready");
  pod.ready =
      pod.node != none && !pod.finished && (ready != nullptr ? ready->status == "True" : status.phase.empty());
  if (!pod.ready && pod.running && ready != nullptr) {
    const auto since = base::parse_rfc3339(ready->last_transition_time);
    pod.stays_unready = since && model_->taken_at - *since > std::chrono::minutes(10);
    for (const kube::ContainerStatus& each : status.container_statuses) {
      const kube::ContainerStateWaiting* waiting = each.state.waiting;
      if (waiting != nullptr && (waiting->reason == "CrashLoopBackOff" || waiting->reason == "ImagePullBackOff")) {
        pod.stays_unready = true;
      }
    }
  }
  if (const std::int64_t seconds = seconds_to_ready(status); pod.ready && seconds >= 0) {
    start_times_.resize(model_->classes.size());
    start_times_[pod.pod_class].push_back(seconds);
  }
  if (!object.metadata.deletion_timestamp.empty()) {
    pod.deleting = true;
    pod.gone_at = base::parse_rfc3339(object.metadata.deletion_timestamp)
                      .value_or(std::chrono::floor<std::chrono::seconds>(model_->taken_at));
    // Whoever had to act has had his time.
    pod.is_stuck = !object.metadata.finalizers.empty() && pod.gone_at < model_->taken_at;
    const bool is_long = pod.gone_at + std::chrono::minutes(5) < model_->taken_at;
    const bool has_kubelet = pod.node != none && model_->nodes[pod.node]->ready;
    if (is_long && !pod.is_stuck && has_kubelet) {
      gap(Gap::Weight::doubt, "pod " + full_name,
          "its grace period was over long before, and it is still there: it is supposed to go at once");
    } else if (pod.gone_at > model_->taken_at + std::chrono::hours(24)) {
      gap(Gap::Weight::doubt, "pod " + full_name,
          fmt::format("it is to be gone at {}, more than a day ahead", object.metadata.deletion_timestamp));
    }
  }
  model_->pod_by_name.emplace(full_name, static_cast<Index>(model_->pods.size()));
  model_->pods.push_back(pod);
}

Index Loader::class_of_pod(const kube::Object& object, const kube::PodSpec& spec, Index workload,
                           std::int32_t ordinal) {
  const bool is_daemon = workload != none && model_->workloads[workload].kind == WorkloadKind::daemon_set;
  const bool is_stateful = workload != none && model_->workloads[workload].kind == WorkloadKind::stateful_set;
  std::string key;
  if (workload != none) {
    key = std::to_string(workload);
    if (is_stateful) key += fmt::format(":{}", ordinal);
    for (const kube::Label& each : object.metadata.labels)
      key.append("\n").append(each.key).append("=").append(each.value);
    if (const auto found = class_by_key_.find(key); found != class_by_key_.end()) return found->second;
  }
  PodClass made;
  made.name_space = object.namespace_or_default();
  made.labels = object.metadata.labels;
  made.workload = workload;
  if (const kube::OwnerReference* owner = object.metadata.controller()) made.owner = *owner;
  made.is_mirror = kube::is_set(kube::find_label(object.metadata.annotations, "kubernetes.io/config.mirror"));
  made.claims = claims_of(spec, made.name_space, none, -1);
  kube::PodSpec* shown = arena_->make<kube::PodSpec>(spec);
  // What ties this one pod to its node is not what the next one asks for.
  if (workload != none) shown->node_name = {};
  const kube::PodLocation template_of =
      is_daemon ? kube::pod_of(*model_->workloads[workload].object) : kube::PodLocation{};
  if (template_of.spec != nullptr) {
    shown->affinity = template_of.spec->affinity;
    shown->node_selector = template_of.spec->node_selector;
  }
  made.is_outdated = (is_daemon || is_stateful) && is_outdated(object, workload);
  const bool is_old = made.is_outdated;
  const Index index = add_class(std::move(made), *shown, object.metadata);
  if (workload == none) return index;
  class_by_key_.emplace(std::move(key), index);
  Workload& of = model_->workloads[workload];
  if (is_stateful && ordinal >= of.first_ordinal) {
    set_ordinal(is_old ? of.old_ordinals : of.ordinals, std::int64_t{ordinal} - of.first_ordinal, index);
  }
  if (of.pod_class == none && !is_old) of.pod_class = index;
  return index;
}

Index Loader::add_class(PodClass made, const kube::PodSpec& spec, const kube::ObjectMeta& metadata) {
  Model& model = *model_;
  made.spec = &spec;
  made.metadata = &metadata;
  kube::Labels overhead = spec.overhead;
  if (overhead.empty() && !spec.runtime_class_name.empty()) {
    const auto found = model.runtime_classes.find(spec.runtime_class_name);
    if (found != model.runtime_classes.end()) overhead = found->second->overhead.pod_fixed;
  }
  PodRequests requests = requests_of(spec, overhead, model.resources);
  for (const std::string& problem : requests.problems) {
    gap(Gap::Weight::doubt, fmt::format("pod {}/{}", made.name_space, metadata.name), problem);
  }
  made.requests = std::move(requests.amounts);
  made.score_cpu = requests.score_cpu;
  made.score_memory = requests.score_memory;
  const auto priority = [](std::int64_t value) {
    constexpr std::int64_t most = 2'000'001'000;
    return static_cast<std::int32_t>(std::clamp(value, -most, most));
  };
  made.priority = priority(spec.priority.value_or(0));
  std::string_view preemption = spec.preemption_policy;
  if (!spec.priority) {
    for (const auto& [name, priority_class] : model.priority_classes) {
      const bool is_it = spec.priority_class_name.empty() ? priority_class->global_default.value_or(false)
                                                          : name == spec.priority_class_name;
      if (!is_it) continue;
      made.priority = priority(priority_class->value.value_or(0));
      if (preemption.empty()) preemption = priority_class->preemption_policy;
    }
    if (spec.priority_class_name == "system-node-critical") made.priority = 2'000'001'000;
    if (spec.priority_class_name == "system-cluster-critical") made.priority = 2'000'000'000;
  }
  made.never_preempts = preemption == "Never";
  made.has_empty_dir = std::any_of(spec.volumes.begin(), spec.volumes.end(),
                                   [](const kube::Volume& each) { return each.empty_dir != nullptr; });
  made.grace =
      Duration{std::clamp<std::int64_t>(spec.termination_grace_period_seconds.value_or(30), 0, 86'400) * 1'000};
  const Index index = static_cast<Index>(model.classes.size());
  if (made.workload != none) model.workloads[made.workload].classes.push_back(index);
  model.classes.push_back(std::move(made));
  return index;
}

const WorkloadTiming* Loader::told_about(Index pod_class) const {
  const PodClass& of = model_->classes[pod_class];
  Index top = of.workload;
  while (top != none && model_->workloads[top].parent != none) top = model_->workloads[top].parent;
  const std::string_view name = top != none ? model_->workloads[top].name : of.metadata->name;
  for (const WorkloadTiming& each : model_->assumptions.workloads) {
    if (each.name == fmt::format("{}/{}", of.name_space, name)) return &each;
  }
  return nullptr;
}

// How long starting takes: the median of what the workload's pods show, else what is supposed.
void Loader::learn_times() {
  Model& model = *model_;
  start_times_.resize(model.classes.size());
  for (Index i = 0; i < model.classes.size(); ++i) {
    PodClass& pod_class = model.classes[i];
    std::vector<std::int64_t> seen = start_times_[i];
    // Pods of an older template, and other ordinals, tell more than nothing.
    if (seen.empty() && pod_class.workload != none) {
      for (const Index other : model.workloads[pod_class.workload].classes) {
        seen.insert(seen.end(), start_times_[other].begin(), start_times_[other].end());
      }
    }
    Duration whole = model.assumptions.timing.pod_start;
    pod_class.start_is_learned = !seen.empty();
    if (!seen.empty()) {
      std::sort(seen.begin(), seen.end());
      whole = Duration{std::min<std::int64_t>(seen[seen.size() / 2], 86'400) * 1'000};
    }
    if (const WorkloadTiming* told = told_about(i); told != nullptr) {
      whole = told->start.value_or(whole);
      pod_class.stop = told->stop.value_or(pod_class.stop);
      pod_class.runs = told->runs.value_or(pod_class.runs);
    }
    pod_class.readiness = std::min(whole, Duration{readiness_delay(*pod_class.spec) * 1'000});
    pod_class.start = whole - pod_class.readiness;
  }
  // Pods of which none was ever ready are not expected to become so.
  std::vector<int> counts(model.classes.size()), unready(model.classes.size());
  for (const LoadedPod& pod : model.pods) {
    if (pod.finished || pod.deleting) continue;
    ++counts[pod.pod_class];
    unready[pod.pod_class] += pod.stays_unready ? 1 : 0;
  }
  for (Index i = 0; i < model.classes.size(); ++i) {
    model.classes[i].becomes_ready = counts[i] == 0 || unready[i] < counts[i];
  }
}

}  // namespace bulwark::twin

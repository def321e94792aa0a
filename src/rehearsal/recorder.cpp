#include "rehearsal/recorder.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::rehearsal {

namespace {

using upgrade::EventKind;

// A pod that waits less for a node than this is the scheduler's daily work.
constexpr Duration worth_telling{60'000};
// A drain that is held up for less is what a budget is for.
constexpr Duration slow_drain{5 * 60'000};
// Pods without a node whose reasons are told node by node.
constexpr std::size_t most_explained = 20;

}  // namespace

std::string name_of(const twin::Model& model, twin::Index workload) {
  if (workload == twin::none) return {};
  const twin::Workload& of = model.workloads[top_of(model, workload)];
  return fmt::format("{} {}/{}", of.kind_name, of.name_space, of.name);
}

twin::Index top_of(const twin::Model& model, twin::Index workload) {
  while (workload != twin::none && model.workloads[workload].parent != twin::none)
    workload = model.workloads[workload].parent;
  return workload;
}

Recorder::Recorder(const twin::Engine& engine) : engine_(engine) {
  const twin::Model& model = engine.model();
  workloads_.resize(model.workloads.size());
  children_.resize(model.workloads.size());
  for (twin::Index i = 0; i < model.workloads.size(); ++i) children_[top_of(model, i)].push_back(i);
  for (twin::Index i = 0; i < model.workloads.size(); ++i) {
    workloads_[i].ready = workloads_[i].baseline = ready_of(i);
    workloads_[i].changed = engine.now();
  }
  // Pods that no node takes already now.
  for (twin::Index pod = 0; pod < engine.state().pods.size(); ++pod) {
    const twin::Pod& of = engine.state().pods[pod];
    if (of.phase == twin::PodPhase::pending && of.attempts > 0) on_pod(pod, twin::PodChange::unschedulable);
  }
}

std::int32_t Recorder::ready_of(twin::Index top) const {
  std::int32_t ready = 0;
  for (const twin::Index child : children_[top]) ready += engine_.state().workloads[child].ready;
  return ready;
}

void Recorder::pass_time(Workload& workload) {
  const Duration passed = engine_.now() - workload.changed;
  workload.changed = engine_.now();
  if (workload.ready < workload.baseline) workload.degraded += passed;
  if (workload.ready == 0 && workload.baseline > 0) {
    workload.outage += passed;
    workload.current += passed;
    workload.longest = std::max(workload.longest, workload.current);
  }
}

void Recorder::on_pod(twin::Index pod, twin::PodChange change) {
  const twin::Pod& of = engine_.state().pods[pod];
  if (of.workload != twin::none) {
    const twin::Index top = top_of(engine_.model(), of.workload);
    Workload& workload = workloads_[top];
    if (change == twin::PodChange::deleting) ++workload.evicted;
    const std::int32_t ready = ready_of(top);
    if (ready != workload.ready) {
      pass_time(workload);
      if (ready > 0) workload.current = {};
      workload.ready = ready;
      workload.worst = std::max(workload.worst, workload.baseline - ready);
    }
  }
  if (change == twin::PodChange::bound) {
    ++placements_;
    ++(engine_.model().classes[of.pod_class].start_is_learned ? starts_learned_ : starts_supposed_);
  }
  if (change == twin::PodChange::unschedulable) {
    const auto [found, is_new] = waiting_.try_emplace(of.serial);
    if (!is_new) return;
    Unplaced& what = found->second;
    what.since = engine_.now();
    what.pod = fmt::format("{}/{}", engine_.model().classes[of.pod_class].name_space, engine_.pod_name(pod));
    what.workload = name_of(engine_.model(), of.workload);
    if (waiting_.size() <= most_explained)
      what.message = engine_.scheduler().unschedulable_message(engine_.state(), pod);
  } else if (!waiting_.empty() && (change == twin::PodChange::bound || change == twin::PodChange::gone)) {
    const auto found = waiting_.find(of.serial);
    if (found == waiting_.end()) return;
    found->second.lasted = engine_.now() - found->second.since;
    if (found->second.lasted >= worth_telling) placed_late_.push_back(std::move(found->second));
    waiting_.erase(found);
  }
}

void Recorder::on_creation_refused(twin::Index workload, twin::Index webhook) {
  refused_creations_.emplace(top_of(engine_.model(), workload), webhook);
}

NodeTimeline& Recorder::timeline_of(const upgrade::Event& event) {
  const auto [found, is_new] = node_index_.try_emplace(std::string(event.node), nodes_.size());
  if (is_new) {
    NodeTimeline node;
    node.pool = event.pool;
    node.node = event.node;
    nodes_.push_back(std::move(node));
  }
  return nodes_[found->second];
}

void Recorder::end_span(NodeTimeline& node, Time at) {
  if (!node.spans.empty() && node.spans.back().to == Time{}) node.spans.back().to = at;
}

void Recorder::begin_span(NodeTimeline& node, NodeStage stage, Time at) {
  end_span(node, at);
  node.spans.push_back({stage, at, {}});
}

void Recorder::on_event(const upgrade::Event& event) {
  switch (event.kind) {
    case EventKind::surge_requested:
      surge_requested_[std::string(event.pool)].push_back(event.time);
      break;
    case EventKind::surge_ready: {
      NodeTimeline& node = timeline_of(event);
      node.is_surge = true;
      auto& asked = surge_requested_[std::string(event.pool)];
      const Time from = asked.empty() ? event.time : asked.front();
      if (!asked.empty()) asked.pop_front();
      node.spans.push_back({NodeStage::adding, from, event.time});
      ++nodes_added_;
      break;
    }
    case EventKind::drain_started: {
      NodeTimeline& node = timeline_of(event);
      node.pods = static_cast<std::size_t>(event.number);
      begin_span(node, NodeStage::draining, event.time);
      break;
    }
    case EventKind::drained: {
      end_span(timeline_of(event), event.time);
      const auto found = held_.find(event.node);
      if (found == held_.end()) break;
      const Held& held = found->second;
      if (held.last - held.first >= slow_drain) {
        Blocker slow;
        slow.pool = event.pool;
        slow.node = event.node;
        slow.pod = held.pod;
        slow.message = held.message;
        slow.since = held.first;
        slow.waited = held.last - held.first;
        slow.kind = BlockerKind::budget_waits;
        slow.reason = "the budget refills as the evicted pods become ready elsewhere";
        slow_.push_back(std::move(slow));
      }
      held_.erase(found);
      break;
    }
    case EventKind::eviction_accepted:
    case EventKind::deletion_accepted:
      ++evictions_;
      break;
    case EventKind::eviction_refused: {
      ++refusals_;
      Held& held = held_[std::string(event.node)];
      if (held.first == Time{}) held.first = event.time;
      held.last = event.time;
      held.pod = fmt::format("{}/{}", event.name_space, event.pod);
      held.message = event.text;
      break;
    }
    case EventKind::soak_started:
      begin_span(timeline_of(event), NodeStage::soaking, event.time);
      break;
    case EventKind::reimage_started:
      begin_span(timeline_of(event), NodeStage::reimaging, event.time);
      ++nodes_reimaged_;
      break;
    case EventKind::reimaged:
    case EventKind::node_removed:
      end_span(timeline_of(event), event.time);
      break;
    case EventKind::quarantined:
      begin_span(timeline_of(event), NodeStage::quarantined, event.time);
      quarantined_.emplace_back(event.node);
      break;
    case EventKind::drain_timed_out:
    case EventKind::drain_failed:
      begin_span(timeline_of(event), NodeStage::stopped, event.time);
      break;
    default:
      break;
  }
}

void Recorder::finish(Rehearsal& result) {
  const Time end = engine_.now();
  for (NodeTimeline& node : nodes_) end_span(node, end);
  result.timeline = std::move(nodes_);
  result.quarantined = std::move(quarantined_);
  result.evictions = evictions_;
  result.refusals = refusals_;
  result.placements = placements_;
  const twin::Model& model = engine_.model();
  for (twin::Index i = 0; i < workloads_.size(); ++i) {
    Workload& workload = workloads_[i];
    pass_time(workload);
    const twin::WorkloadKind kind = model.workloads[i].kind;
    // A DaemonSet's pods go and come with their nodes.
    if (kind == twin::WorkloadKind::daemon_set || top_of(model, i) != i) continue;
    if (workload.evicted == 0 && workload.degraded.count() == 0) continue;
    result.interruptions.push_back({.workload = name_of(model, i),
                                    .replicas = workload.baseline,
                                    .worst_down = workload.worst,
                                    .evicted = workload.evicted,
                                    .degraded = workload.degraded,
                                    .longest_outage = workload.longest,
                                    .outage = workload.outage});
  }
  std::sort(result.interruptions.begin(), result.interruptions.end(),
            [](const Interruption& a, const Interruption& b) {
              if (a.outage != b.outage) return a.outage > b.outage;
              if (a.degraded != b.degraded) return a.degraded > b.degraded;
              return a.workload < b.workload;
            });
  for (const auto& [workload, webhook] : refused_creations_) {
    result.warnings.push_back(fmt::format("{} could not make pods at one time: {}",
                                          name_of(engine_.model(), workload), engine_.webhook_failure(webhook)));
  }
  result.unplaced = std::move(placed_late_);
  for (auto& [serial, what] : waiting_) {
    what.lasted = end - what.since;
    what.for_ever = true;
    const twin::Index pod = engine_.state().place_of_serial[serial];
    if (pod != twin::none) {
      what.message = engine_.scheduler().unschedulable_message(engine_.state(), pod);
      if (result.unplaced.size() < most_explained) {
        for (twin::Index node = 0; node < engine_.state().nodes.size(); ++node) {
          if (engine_.state().nodes.exists[node] == 0) continue;
          what.nodes.push_back(
              {engine_.state().nodes.info[node]->name, engine_.scheduler().why_not(engine_.state(), pod, node)});
        }
      }
    }
    result.unplaced.push_back(std::move(what));
  }
  std::sort(result.unplaced.begin(), result.unplaced.end(), [](const Unplaced& a, const Unplaced& b) {
    if (a.for_ever != b.for_ever) return a.for_ever;
    return a.lasted != b.lasted ? a.lasted > b.lasted : a.pod < b.pod;
  });
  result.blockers.insert(result.blockers.end(), slow_.begin(), slow_.end());
  // How much of the nodes' time is supposed.
  Duration all{}, supposed{};
  const double unknown_starts =
      starts_supposed_ == 0
          ? 0
          : static_cast<double>(starts_supposed_) / static_cast<double>(starts_supposed_ + starts_learned_);
  for (const NodeTimeline& node : result.timeline) {
    for (const NodeSpan& span : node.spans) {
      const Duration length = span.to - span.from;
      if (span.stage == NodeStage::soaking || span.stage == NodeStage::quarantined ||
          span.stage == NodeStage::stopped)
        continue;
      all += length;
      supposed += span.stage == NodeStage::draining
                      ? Duration{static_cast<std::int64_t>(static_cast<double>(length.count()) * unknown_starts)}
                      : length;
    }
  }
  result.supposed_share =
      all.count() == 0 ? 0 : static_cast<double>(supposed.count()) / static_cast<double>(all.count());
  const twin::Timing& timing = model.assumptions.timing;
  const auto suppose = [&](std::string what, Duration value, std::size_t times, std::string_view name) {
    if (times == 0) return;
    Supposed out{std::move(what), fmt::format("{} s", value.count() / 1'000), "default of this program", times};
    for (const twin::Assumption& each : model.assumptions.list) {
      if (each.name == name) out.source = each.source;
    }
    result.supposed.push_back(std::move(out));
  };
  suppose("a pod without history is ready after", timing.pod_start, starts_supposed_, "podStartSeconds");
  suppose("a node is added in", timing.node_add, nodes_added_, "nodeAddSeconds");
  suppose("a node is reimaged in", timing.node_reimage, nodes_reimaged_, "nodeReimageSeconds");
  if (timing.pod_stop.count() >= 0) {
    suppose("a pod ends after its deletion in", timing.pod_stop, evictions_, "podStopSeconds");
  } else if (evictions_ > 0) {
    result.supposed.push_back(
        {"a pod ends after its deletion in", "its whole grace period", "the longest it can take", evictions_});
  }
}

}  // namespace bulwark::rehearsal

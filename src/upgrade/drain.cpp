#include "upgrade/drain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "upgrade/drain_filters.h"

namespace bulwark::upgrade {

struct Drain::Told {
  Log& log;
  std::string_view pool, node;
  Time now;

  void operator()(EventKind kind, std::string_view text = {}, std::int64_t number = 0) {
    log.on_event({.kind = kind,
                  .time = now,
                  .pool = pool,
                  .node = node,
                  .name_space = {},
                  .pod = {},
                  .number = number,
                  .text = text});
  }
  void operator()(EventKind kind, const Pod& of, std::string_view text = {}, int code = 0) {
    log.on_event({.kind = kind,
                  .time = now,
                  .pool = pool,
                  .node = node,
                  .name_space = of.name_space,
                  .pod = of.name,
                  .code = code,
                  .text = text});
  }
};

namespace {

// An eviction in a namespace that terminates is forbidden, with this cause.
bool is_namespace_terminating(const kube::Status& status) {
  return status.code == 403 && std::ranges::any_of(status.causes, [](const kube::Status::Cause& cause) {
           return cause.reason == "NamespaceTerminating";
         });
}

}  // namespace

Drain::Drain(std::string node, const DrainOptions& options, const DrainRules& rules, Pods::Token token)
    : node_(std::move(node)), options_(&options), rules_(rules), token_(token) {}

std::optional<Time> Drain::step(Pods& cluster, Log& log, std::string_view pool) {
  if (is_over()) return std::nullopt;
  const Time now = cluster.now();
  Told told{log, pool, node_, now};
  if (state_ == State::not_started) {
    started_ = now;
    if (!start(cluster, told)) return std::nullopt;
  } else {
    look(cluster, told);
  }
  // What was deleted without grace is gone by now.
  if (remove(cluster, told)) look(cluster, told);
  if (std::ranges::all_of(pods_, &Pod::is_over)) {
    if (!errors_.empty()) error_ = aggregate(errors_);
    end(cluster, errors_.empty() ? State::drained : State::failed, told);
  } else if (now >= deadline()) {
    time_out();
    end(cluster, State::timed_out, told);
  } else if (options_->disable_eviction && !errors_.empty()) {
    // kubectl does not wait for the others when one cannot be deleted.
    error_ = aggregate(errors_);
    end(cluster, State::failed, told);
  }
  if (is_over()) return std::nullopt;
  return next_step(cluster, now);
}

std::size_t Drain::gone() const {
  return static_cast<std::size_t>(std::ranges::count(pods_, Stage::gone, &Pod::stage));
}

std::vector<RemainingPod> Drain::remaining() const {
  std::vector<RemainingPod> all;
  for (const Pod& pod : pods_) {
    if (pod.stage == Stage::gone) continue;
    all.push_back({.node = node_,
                   .name_space = pod.name_space,
                   .name = pod.name,
                   .evicted = pod.stage == Stage::terminating,
                   .completing = pod.stage == Stage::to_complete,
                   .refusals = pod.refusals,
                   .status = pod.status});
  }
  return all;
}

// False: the drain is over before it began.
bool Drain::start(Pods& cluster, Told& told) {
  const auto fail = [&](std::string why) {
    error_ = std::move(why);
    end(cluster, State::failed, told);
    return false;
  };
  // kubectl would go on with a node that it could not cordon, and pods would come back to it.
  const auto cordoned = cluster.set_unschedulable(node_, true, options_->dry_run);
  if (!cordoned) return fail(fmt::format("unable to cordon node \"{}\": {}", node_, cordoned.error().message));
  told(*cordoned ? EventKind::cordoned : EventKind::already_cordoned);
  state_ = State::draining;

  std::vector<DrainPod> listed;
  const bool with_labels = options_->pod_selector != nullptr || !rules_.empty();
  if (const auto answer = cluster.list_pods(node_, with_labels, listed); !answer) {
    return fail(answer.error().message);
  }
  if (options_->pod_selector != nullptr) {
    std::erase_if(listed, [&](const DrainPod& pod) { return !options_->pod_selector->matches(pod.labels); });
  }
  const FilteredPods filtered = filter_pods(listed, *options_, told.now, cluster);
  if (!filtered.errors.empty()) return fail(aggregate(error_texts(filtered.errors)));
  if (!filtered.warnings.empty()) told(EventKind::warning, warnings_text(filtered.warnings));

  pods_.reserve(filtered.removed.size());
  for (const std::uint32_t index : filtered.removed) {
    const DrainPod& pod = listed[index];
    const PodTreatment how = rules_.empty() ? PodTreatment{} : treatment(rules_, pod.labels, pod.namespace_labels);
    Pod kept{.id = pod.id,
             .name_space = std::string(pod.name_space),
             .name = std::string(pod.name),
             .order = how.order,
             .next = told.now,
             .status = {}};
    if (how.behavior == DrainBehavior::skip) {
      told(EventKind::pod_left, kept, "its drain rule skips it");
      continue;
    }
    if (how.behavior == DrainBehavior::wait_completed) kept.stage = Stage::to_complete;
    pods_.push_back(std::move(kept));
  }
  told(EventKind::drain_started, {}, static_cast<std::int64_t>(pods_.size()));
  if (!pods_.empty() && !options_->dry_run) polls_ = !cluster.watch_node(node_, token_);
  return true;
}

// Whether the server was asked for anything.
bool Drain::remove(Pods& cluster, Told& told) {
  if (told.now >= deadline()) return false;
  return options_->disable_eviction ? delete_all(cluster, told) : evict_all(cluster, told);
}

bool Drain::evict_all(Pods& cluster, Told& told) {
  std::optional<std::int32_t> lowest;
  for (const Pod& pod : pods_) {
    const bool counts = !pod.is_over() && pod.stage != Stage::to_complete;
    if (counts && (!lowest || pod.order < *lowest)) lowest = pod.order;
  }
  bool asked = false;
  for (Pod& pod : pods_) {
    if (pod.stage != Stage::to_evict || pod.order != lowest || pod.next > told.now) continue;
    evict(cluster, pod, told);
    asked = true;
  }
  return asked;
}

void Drain::evict(Pods& cluster, Pod& pod, Told& told) {
  const auto answer = cluster.evict(
      pod.id, {.grace_period_seconds = options_->grace_period_seconds, .dry_run = options_->dry_run});
  if (answer) {
    told(EventKind::eviction_accepted, pod);
    pod.stage = options_->dry_run ? Stage::gone : Stage::terminating;
    pod.status = {};
    return;
  }
  const kube::Status& status = answer.error();
  const auto retry = [&] {
    told(EventKind::eviction_refused, pod, status.message, status.code);
    pod.status = status;
    ++pod.refusals;
    pod.next = told.now + options_->retry_delay;
  };
  if (status.is_not_found()) {
    told(EventKind::pod_gone, pod);
    pod.stage = Stage::gone;
  } else if (status.code == 429) {
    retry();
  } else if (is_namespace_terminating(status)) {
    // Such a pod will be deleted with its namespace; until then it is asked for again.
    if (cluster.state(pod.id).deletion) {
      pod.stage = Stage::terminating;
    } else {
      retry();
    }
  } else {
    told(EventKind::eviction_failed, pod, status.message, status.code);
    pod.stage = Stage::failed;
    pod.status = status;
    ++pod.refusals;
    errors_.push_back(
        fmt::format("error when evicting pods/\"{}\" -n \"{}\": {}", pod.name, pod.name_space, status.message));
  }
}

// --disable-eviction: one after the other, until one cannot be deleted.
bool Drain::delete_all(Pods& cluster, Told& told) {
  if (std::exchange(deleted_, true)) return false;
  for (Pod& pod : pods_) {
    if (pod.stage != Stage::to_evict) continue;
    const auto answer = cluster.remove(
        pod.id, {.grace_period_seconds = options_->grace_period_seconds, .dry_run = options_->dry_run});
    if (answer) {
      told(EventKind::deletion_accepted, pod);
      pod.stage = options_->dry_run ? Stage::gone : Stage::terminating;
    } else if (answer.error().is_not_found()) {
      told(EventKind::pod_gone, pod);
      pod.stage = Stage::gone;
    } else {
      told(EventKind::eviction_failed, pod, answer.error().message, answer.error().code);
      pod.stage = Stage::failed;
      pod.status = answer.error();
      errors_.push_back(answer.error().message);
      break;
    }
  }
  return true;
}

// Which of the pods that are waited for have gone.
void Drain::look(Pods& cluster, Told& told) {
  for (Pod& pod : pods_) {
    if (pod.is_over()) continue;
    const PodState now = cluster.state(pod.id);
    if (now.gone) {
      told(EventKind::pod_gone, pod);
      pod.stage = Stage::gone;
    } else if (pod.stage == Stage::to_complete && now.finished) {
      told(EventKind::pod_completed, pod);
      pod.stage = Stage::gone;
    } else if (pod.stage == Stage::terminating &&
               skips_deleted(now.deletion, options_->skip_wait_for_delete_timeout, told.now)) {
      told(EventKind::pod_left, pod,
           fmt::format("pod \"{}\" has DeletionTimestamp older than {} seconds, skipping", pod.name,
                       options_->skip_wait_for_delete_timeout.count()));
      pod.stage = Stage::gone;
    }
  }
}

void Drain::time_out() {
  for (const Pod& pod : pods_) {
    if (pod.is_over()) continue;
    errors_.push_back(
        pod.stage == Stage::to_evict
            ? fmt::format("error when evicting pods/\"{}\" -n \"{}\": global timeout reached: {}", pod.name,
                          pod.name_space, go_duration(options_->timeout))
            : fmt::format("error when waiting for pod \"{}\" in namespace \"{}\" to terminate: context deadline "
                          "exceeded",
                          pod.name, pod.name_space));
  }
  error_ = aggregate(errors_);
}

void Drain::end(Pods& cluster, State state, Told& told) {
  state_ = state;
  if (!pods_.empty() && !options_->dry_run) cluster.unwatch_node(node_);
  if (state == State::drained) told(EventKind::drained);
  if (state == State::timed_out) told(EventKind::drain_timed_out, error_);
  if (state == State::failed) told(EventKind::drain_failed, error_);
}

Time Drain::deadline() const {
  return options_->timeout.count() == 0 ? Time::max() : started_ + options_->timeout;
}

Time Drain::next_step(Pods& cluster, Time now) const {
  Time next = deadline();
  if (polls_) next = std::min(next, now + options_->poll_interval);
  for (const Pod& pod : pods_) {
    if (pod.stage == Stage::to_evict && pod.next > now) next = std::min(next, pod.next);
    if (pod.stage != Stage::terminating || options_->skip_wait_for_delete_timeout.count() == 0) continue;
    // The whole second after which a terminating pod is not waited for any longer.
    if (const auto deletion = cluster.state(pod.id).deletion) {
      const Time left = *deletion + options_->skip_wait_for_delete_timeout + std::chrono::seconds(1);
      if (left > now) next = std::min(next, left);
    }
  }
  return next;
}

}  // namespace bulwark::upgrade

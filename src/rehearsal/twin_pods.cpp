#include "rehearsal/twin_pods.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::rehearsal {

namespace {

kube::Status not_found(std::string_view resource, std::string_view name) {
  return {.code = 404,
          .reason = "NotFound",
          .message = fmt::format("{} \"{}\" not found", resource, name),
          .causes = {},
          .retry_after = std::nullopt};
}

std::optional<twin::Duration> grace_of(const upgrade::Removal& removal) {
  if (!removal.grace_period_seconds) return std::nullopt;
  return twin::Duration{*removal.grace_period_seconds * 1'000};
}

}  // namespace

TwinPods::TwinPods(twin::Engine& engine, twin::Observer* also) : engine_(engine), also_(also) {
  engine_.observe(this);
}

TwinPods::~TwinPods() { engine_.observe(nullptr); }

// The PodId is the pod's serial, which no other pod gets.
twin::Index TwinPods::pod_of(upgrade::PodId pod) const {
  const auto& places = engine_.state().place_of_serial;
  return pod < places.size() ? places[pod] : twin::none;
}

kube::Answer<> TwinPods::list_pods(std::string_view node, bool with_labels, std::vector<upgrade::DrainPod>& pods) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return std::unexpected(not_found("nodes", node));
  const twin::State& state = engine_.state();
  found_.clear();
  std::size_t made = 0;
  for (twin::Index pod = state.nodes.first_pod[index]; pod != twin::none; pod = state.pods[pod].next_on_node) {
    const twin::Pod& of = state.pods[pod];
    std::string_view name;
    if (of.loaded != twin::none) {
      name = engine_.model().pods[of.loaded].name;
    } else {
      ++made;
    }
    found_.push_back({engine_.model().classes[of.pod_class].name_space, name, pod});
  }
  texts_.clear();
  texts_.reserve(made);  // views into them must stay
  for (Named& each : found_) {
    if (state.pods[each.pod].loaded == twin::none) each.name = texts_.emplace_back(engine_.pod_name(each.pod));
  }
  // The API lists by namespace and name.
  std::sort(found_.begin(), found_.end(), [](const Named& a, const Named& b) {
    const int order = a.name_space.compare(b.name_space);
    return order != 0 ? order < 0 : a.name < b.name;
  });
  pods.reserve(pods.size() + found_.size());
  for (const auto& [name_space, name, pod] : found_) {
    const twin::Pod& of = state.pods[pod];
    const twin::PodClass& pod_class = engine_.model().classes[of.pod_class];
    upgrade::DrainPod out;
    out.id = of.serial;
    out.name_space = name_space;
    out.name = name;  // the id is as good as a uid, which is left out
    out.controller = {.api_version = pod_class.owner.api_version,
                      .kind = pod_class.owner.kind,
                      .name = pod_class.owner.name,
                      .uid = pod_class.owner.uid};
    out.finished = of.finished();
    out.pending = of.phase == twin::PodPhase::starting;
    out.ready = of.phase == twin::PodPhase::ready;
    out.mirror = pod_class.is_mirror;
    out.empty_dir = pod_class.has_empty_dir;
    if (of.deleting) out.deletion = of.deadline;
    out.termination_grace_period_seconds = std::chrono::floor<std::chrono::seconds>(pod_class.grace).count();
    out.creation = of.created;
    if (with_labels) {
      out.labels = pod_class.labels;
      const auto known = engine_.model().namespaces.find(name_space);
      if (known != engine_.model().namespaces.end()) out.namespace_labels = known->second;
    }
    pods.push_back(out);
  }
  return {};
}

kube::Answer<> TwinPods::find_daemon_set(std::string_view name_space, std::string_view name) {
  for (const twin::Index each : engine_.model().daemon_sets) {
    const twin::Workload& set = engine_.model().workloads[each];
    if (set.exists && set.name_space == name_space && set.name == name) return {};
  }
  return std::unexpected(not_found("daemonsets.apps", name));
}

upgrade::PodState TwinPods::state(upgrade::PodId id) {
  const twin::Index pod = pod_of(id);
  if (pod == twin::none) return {.gone = true, .finished = false, .deletion = std::nullopt};
  const twin::Pod& of = engine_.state().pods[pod];
  upgrade::PodState out{.gone = false, .finished = of.finished(), .deletion = std::nullopt};
  if (of.deleting) out.deletion = of.deadline;
  return out;
}

kube::Answer<> TwinPods::evict(upgrade::PodId id, const upgrade::Removal& removal) {
  const twin::Index pod = pod_of(id);
  if (pod == twin::none) return std::unexpected(not_found("pods", ""));
  if (removal.is_terse && engine_.is_held(pod)) {
    return std::unexpected(
        kube::Status{.code = 429, .reason = {}, .message = {}, .causes = {}, .retry_after = std::nullopt});
  }
  const twin::Engine::Eviction answer = engine_.evict(pod, removal.dry_run, grace_of(removal));
  if (answer.passed()) return {};
  return std::unexpected(answer.status());
}

kube::Answer<> TwinPods::remove(upgrade::PodId id, const upgrade::Removal& removal) {
  const twin::Index pod = pod_of(id);
  if (pod == twin::none) return std::unexpected(not_found("pods", ""));
  if (!removal.dry_run) engine_.remove_pod(pod, grace_of(removal));
  return {};
}

kube::Answer<bool> TwinPods::set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return std::unexpected(not_found("nodes", node));
  const bool changes = (engine_.state().nodes.unschedulable[index] != 0) != unschedulable;
  if (changes && !dry_run) engine_.set_unschedulable(index, unschedulable);
  return changes;
}

kube::Answer<> TwinPods::label_node(std::string_view node, std::string_view key, std::string_view value) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return std::unexpected(not_found("nodes", node));
  // What the labels point to lives as long as the node's description.
  struct Labelled {
    std::string key, value;
    std::vector<kube::Label> labels;
    std::shared_ptr<const twin::NodeInfo> before;
  };
  auto labelled = std::make_shared<Labelled>();
  labelled->key = key;
  labelled->value = value;
  labelled->before = engine_.state().nodes.info[index];
  for (const kube::Label& each : labelled->before->labels) {
    if (each.key != key) labelled->labels.push_back(each);
  }
  labelled->labels.push_back({labelled->key, labelled->value});
  auto info = std::make_shared<twin::NodeInfo>(*labelled->before);
  info->labels = labelled->labels;
  info->owned = labelled;
  engine_.replace_node(index, std::move(info));
  return {};
}

bool TwinPods::watch_node(std::string_view node, Token token) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return false;
  if (tokens_.size() <= index) tokens_.resize(index + 1, untold);
  tokens_[index] = token;
  return true;
}

void TwinPods::unwatch_node(std::string_view node) {
  const twin::Index index = engine_.find_node(node);
  if (index < tokens_.size()) tokens_[index] = untold;
}

void TwinPods::on_pod(twin::Index pod, twin::PodChange change) {
  if (also_ != nullptr) also_->on_pod(pod, change);
  if (change != twin::PodChange::gone && change != twin::PodChange::deleting &&
      change != twin::PodChange::finished)
    return;
  const twin::Index node = engine_.state().pods[pod].node;
  if (node < tokens_.size() && tokens_[node] != untold) changed_.push_back(tokens_[node]);
}

void TwinPods::wait(upgrade::Time until, std::vector<Token>& changed) {
  changed_.clear();
  while (changed_.empty() && engine_.step(until)) {
  }
  // What happens in the same instant is told together.
  while (engine_.next() && *engine_.next() <= engine_.now() && engine_.step(engine_.now())) {
  }
  changed.insert(changed.end(), changed_.begin(), changed_.end());
}

}  // namespace bulwark::rehearsal

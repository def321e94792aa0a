#include "upgrade/cluster_pods.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/rfc3339.h"
#include "document/json_writer.h"
#include "document/reader.h"
#include "document/source.h"

namespace bulwark::upgrade {

namespace {

using document::Node;

const kube::Resource pods_resource{.group = "", .version = "v1", .plural = "pods", .kind = "Pod", .verbs = {}};
const kube::Resource nodes_resource{
    .group = "", .version = "v1", .plural = "nodes", .kind = "Node", .namespaced = false, .verbs = {}};
const kube::Resource namespaces_resource{
    .group = "", .version = "v1", .plural = "namespaces", .kind = "Namespace", .namespaced = false, .verbs = {}};
const kube::Resource daemon_sets_resource{
    .group = "apps", .version = "v1", .plural = "daemonsets", .kind = "DaemonSet", .verbs = {}};

const Node* at(const Node* node, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) node = node == nullptr ? nullptr : node->find(key);
  return node;
}
std::string_view text_at(const Node* node, std::initializer_list<std::string_view> path) {
  const Node* found = at(node, path);
  return found == nullptr ? std::string_view() : found->text();
}
std::optional<Time> time_at(const Node& object, std::string_view field) {
  return base::parse_rfc3339(text_at(&object, {"metadata", field}));
}

PodState state_of(const Node& object) {
  const std::string_view phase = text_at(&object, {"status", "phase"});
  return {.finished = phase == "Succeeded" || phase == "Failed", .deletion = time_at(object, "deletionTimestamp")};
}

bool is_ready(const Node& object) {
  const Node* conditions = at(&object, {"status", "conditions"});
  return conditions != nullptr && std::ranges::any_of(conditions->items(), [](const Node& condition) {
           return text_at(&condition, {"type"}) == "Ready" && text_at(&condition, {"status"}) == "True";
         });
}

bool is_true(const Node* node) { return node != nullptr && node->boolean().value_or(false); }

bool has_empty_dir(const Node& object) {
  const Node* volumes = at(&object, {"spec", "volumes"});
  return volumes != nullptr && std::ranges::any_of(volumes->items(), [](const Node& volume) {
           const Node* source = volume.find("emptyDir");
           return source != nullptr && !source->is_null();
         });
}

// Texts of the answers of one call, kept until the next.
class Kept {
 public:
  explicit Kept(base::Arena& arena) : arena_(arena) {}

  std::string_view operator()(std::string_view text) { return arena_.copy(text); }
  kube::Labels labels(const Node* node) {
    std::vector<kube::Label> all;
    if (node != nullptr) {
      for (const auto& [key, value] : node->members())
        all.push_back({arena_.copy(key.text()), arena_.copy(value.text())});
    }
    return arena_.copy(std::span<const kube::Label>(all));
  }
  ControllerRef controller(const Node& object) {
    const Node* owners = at(&object, {"metadata", "ownerReferences"});
    if (owners == nullptr) return {};
    for (const Node& owner : owners->items()) {
      if (!is_true(owner.find("controller"))) continue;
      return {.api_version = arena_.copy(text_at(&owner, {"apiVersion"})),
              .kind = arena_.copy(text_at(&owner, {"kind"})),
              .name = arena_.copy(text_at(&owner, {"name"})),
              .uid = arena_.copy(text_at(&owner, {"uid"}))};
    }
    return {};
  }

 private:
  base::Arena& arena_;
};

class EachObject final : public kube::ObjectSink {
 public:
  EachObject(std::function<void(const Node&)> use, std::function<void()> restart)
      : use_(std::move(use)), restart_(std::move(restart)) {}
  void on_object(const Node& object, std::string_view) override { use_(object); }
  void on_restart() override { restart_(); }

 private:
  std::function<void(const Node&)> use_;
  std::function<void()> restart_;
};

// One object's text, read for the time of the call.
template <class Use>
void with_object(std::string_view json, Use use) {
  class Sink final : public document::DocumentSink {
   public:
    explicit Sink(Use& use) : use_(use) {}
    void on_document(const Node& root) override { use_(root); }
    void on_problem(document::Problem) override {}

   private:
    Use& use_;
  } sink(use);
  const document::Source source("object", json);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
}

kube::Status not_found() {
  kube::Status status;
  status.code = 404;
  status.reason = "NotFound";
  return status;
}

std::string quoted(std::string_view text) {
  std::string json;
  document::append_json_string(json, text);
  return json;
}

}  // namespace

// The pods of one node, listed and then watched; listed again, after a second, when the watch has ended.
class ClusterPods::NodeWatch final : private kube::ObjectSink, private kube::WatchSink {
 public:
  NodeWatch(ClusterPods& pods, std::string node, Token token)
      : pods_(pods), node_(std::move(node)), token_(token) {
    for (PodId id = 0; id < pods_.pods_.size(); ++id) {
      if (pods_.pods_[id].node == node_) known_.insert(id);
    }
  }
  ~NodeWatch() override { stop(); }
  NodeWatch(const NodeWatch&) = delete;
  NodeWatch& operator=(const NodeWatch&) = delete;

  bool is_alive() const { return watch_.has_value(); }
  Token token() const { return token_; }
  std::optional<Time> next_list() const { return watch_ ? std::nullopt : std::optional(next_list_); }

  bool list() {
    stop();
    next_list_ = pods_.cluster_.now() + std::chrono::seconds(1);
    seen_.clear();
    const kube::Query query{.name_space = {}, .labels = {}, .fields = "spec.nodeName=" + node_};
    const auto listed = pods_.cluster_.list(pods_resource, query, *this);
    if (!listed) return false;
    for (const PodId id : known_) {
      if (!seen_.contains(id)) pods_.note(id, {.gone = true, .deletion = {}});
    }
    known_ = seen_;
    watch_ = pods_.cluster_.watch(pods_resource, query, listed->resource_version, *this);
    return true;
  }

 private:
  void on_object(const Node& object, std::string_view) override {
    if (text_at(&object, {"spec", "nodeName"}) != node_) return;
    seen_.insert(present(object));
  }
  void on_restart() override { seen_.clear(); }
  void on_change(kube::Change change, const Node& object, std::string_view) override {
    if (text_at(&object, {"spec", "nodeName"}) != node_) return;
    if (change != kube::Change::deleted) {
      known_.insert(present(object));
      return;
    }
    const PodId id = pods_.id_of(object, node_);
    known_.erase(id);
    pods_.note(id, {.gone = true, .deletion = {}});
  }
  void on_end(const kube::Status& status) override {
    watch_.reset();
    next_list_ = pods_.cluster_.now();
    if (!status.is_expired()) next_list_ += std::chrono::seconds(1);
  }

  PodId present(const Node& object) {
    const PodId id = pods_.id_of(object, node_);
    pods_.note(id, state_of(object));
    return id;
  }
  void stop() {
    if (watch_) pods_.cluster_.unwatch(*watch_);
    watch_.reset();
  }

  ClusterPods& pods_;
  std::string node_;
  Token token_;
  std::optional<kube::Cluster::WatchId> watch_;
  Time next_list_{};
  std::set<PodId> known_, seen_;
};

ClusterPods::ClusterPods(kube::Cluster& cluster) : cluster_(cluster) {}
ClusterPods::~ClusterPods() = default;

PodId ClusterPods::id_of(const Node& object, std::string_view node) {
  const kube::ObjectName name = kube::name_of(object);
  const std::string_view uid = text_at(&object, {"metadata", "uid"});
  const auto [found, is_new] = by_uid_.try_emplace(uid.empty() ? name.text() : std::string(uid), pods_.size());
  if (is_new) {
    pods_.push_back({.name_space = std::string(name.name_space),
                     .name = std::string(name.name),
                     .uid = std::string(uid),
                     .node = std::string(node),
                     .state = {}});
  }
  return found->second;
}

void ClusterPods::note(PodId id, const PodState& state) {
  Pod& pod = pods_[id];
  const bool changed =
      pod.state.gone != state.gone || pod.state.finished != state.finished || pod.state.deletion != state.deletion;
  pod.state = state;
  const auto watch = watches_.find(pod.node);
  if (changed && watch != watches_.end()) news_.push_back(watch->second->token());
}

kube::ObjectKey ClusterPods::key_of(const Pod& pod) const {
  return {.resource = pods_resource, .name_space = pod.name_space, .name = pod.name};
}

kube::Answer<> ClusterPods::list_pods(std::string_view node, bool with_labels, std::vector<DrainPod>& pods) {
  arena_.reset();
  Kept keep(arena_);
  const std::size_t first = pods.size();
  EachObject sink(
      [&](const Node& object) {
        if (text_at(&object, {"spec", "nodeName"}) != node) return;
        const kube::ObjectName name = kube::name_of(object);
        const PodState state = state_of(object);
        const Node* grace = at(&object, {"spec", "terminationGracePeriodSeconds"});
        const Node* mirror = at(&object, {"metadata", "annotations", "kubernetes.io/config.mirror"});
        DrainPod pod{.id = id_of(object, node),
                     .name_space = keep(name.name_space),
                     .name = keep(name.name),
                     .uid = keep(text_at(&object, {"metadata", "uid"})),
                     .controller = keep.controller(object),
                     .finished = state.finished,
                     .pending = text_at(&object, {"status", "phase"}) == "Pending",
                     .ready = is_ready(object),
                     .mirror = mirror != nullptr,
                     .empty_dir = has_empty_dir(object),
                     .deletion = state.deletion,
                     .creation = time_at(object, "creationTimestamp").value_or(Time{}),
                     .labels = {},
                     .namespace_labels = {}};
        if (grace != nullptr) pod.termination_grace_period_seconds = grace->integer().value_or(30);
        if (with_labels) pod.labels = keep.labels(at(&object, {"metadata", "labels"}));
        pods_[pod.id].state = state;
        pods.push_back(pod);
      },
      [&] { pods.resize(first); });
  const auto listed = cluster_.list(
      pods_resource, {.name_space = {}, .labels = {}, .fields = "spec.nodeName=" + std::string(node)}, sink);
  if (!listed) return std::unexpected(listed.error());
  if (!with_labels) return {};
  std::map<std::string_view, kube::Labels> labels;
  for (std::size_t i = first; i < pods.size(); ++i) {
    const auto [found, is_new] = labels.try_emplace(pods[i].name_space);
    if (is_new) {
      const auto json = cluster_.get(
          {.resource = namespaces_resource, .name_space = {}, .name = std::string(pods[i].name_space)});
      // What may not be read has the one label that the API server sets on every namespace.
      const kube::Label name{"kubernetes.io/metadata.name", pods[i].name_space};
      found->second = arena_.copy(std::span<const kube::Label>(&name, 1));
      if (json) {
        with_object(*json,
                    [&](const Node& object) { found->second = keep.labels(at(&object, {"metadata", "labels"})); });
      }
    }
    pods[i].namespace_labels = found->second;
  }
  return {};
}

kube::Answer<> ClusterPods::find_daemon_set(std::string_view name_space, std::string_view name) {
  const auto json = cluster_.get(
      {.resource = daemon_sets_resource, .name_space = std::string(name_space), .name = std::string(name)});
  if (!json) return std::unexpected(json.error());
  return {};
}

PodState ClusterPods::state(PodId id) {
  Pod& pod = pods_[id];
  if (pod.state.gone) return pod.state;
  if (const auto watch = watches_.find(pod.node); watch != watches_.end() && watch->second->is_alive()) {
    return pod.state;
  }
  const auto json = cluster_.get(key_of(pod));
  if (!json) {
    // Without an answer nothing is known but what was known before.
    if (json.error().is_not_found()) pod.state.gone = true;
    return pod.state;
  }
  with_object(*json, [&](const Node& object) {
    const bool is_same = pod.uid.empty() || text_at(&object, {"metadata", "uid"}) == pod.uid;
    pod.state = is_same ? state_of(object) : PodState{.gone = true, .deletion = {}};
  });
  return pod.state;
}

kube::Answer<> ClusterPods::evict(PodId id, const Removal& removal) {
  const Pod& pod = pods_[id];
  if (pod.state.gone) return std::unexpected(not_found());
  auto answer = cluster_.evict(key_of(pod), {.dry_run = removal.dry_run,
                                             .grace_period_seconds = removal.grace_period_seconds,
                                             .propagation = {},
                                             .uid = pod.uid});
  // Another pod has its name.
  if (!answer && answer.error().is_conflict() && state(id).gone) answer.error().code = 404;
  return answer;
}

kube::Answer<> ClusterPods::remove(PodId id, const Removal& removal) {
  const Pod& pod = pods_[id];
  if (pod.state.gone) return std::unexpected(not_found());
  auto answer = cluster_.remove(key_of(pod), {.dry_run = removal.dry_run,
                                              .grace_period_seconds = removal.grace_period_seconds,
                                              .propagation = {},
                                              .uid = pod.uid});
  if (!answer && answer.error().is_conflict() && state(id).gone) answer.error().code = 404;
  return answer;
}

kube::Answer<bool> ClusterPods::set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) {
  const kube::ObjectKey key{.resource = nodes_resource, .name_space = {}, .name = std::string(node)};
  const auto json = cluster_.get(key);
  if (!json) return std::unexpected(json.error());
  bool is_so = false;
  with_object(*json, [&](const Node& object) {
    is_so = is_true(at(&object, {"spec", "unschedulable"})) == unschedulable;
  });
  if (is_so) return false;
  const std::string_view patch =
      unschedulable ? R"({"spec":{"unschedulable":true}})" : R"({"spec":{"unschedulable":null}})";
  kube::WriteOptions options;
  options.dry_run = dry_run;
  const auto answer = cluster_.patch(key, kube::PatchType::strategic_merge, patch, {}, options);
  if (!answer) return std::unexpected(answer.error());
  return true;
}

kube::Answer<> ClusterPods::label_node(std::string_view node, std::string_view key, std::string_view value) {
  const std::string patch = R"({"metadata":{"labels":{)" + quoted(key) + ":" + quoted(value) + "}}}";
  const auto answer = cluster_.patch({.resource = nodes_resource, .name_space = {}, .name = std::string(node)},
                                     kube::PatchType::merge, patch, {}, {});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Time ClusterPods::now() { return cluster_.now(); }

bool ClusterPods::watch_node(std::string_view node, Token token) {
  auto watch = std::make_unique<NodeWatch>(*this, std::string(node), token);
  if (!watch->list()) return false;
  watches_[std::string(node)] = std::move(watch);
  return true;
}

void ClusterPods::unwatch_node(std::string_view node) {
  if (const auto found = watches_.find(node); found != watches_.end()) watches_.erase(found);
}

void ClusterPods::wait(Time until, std::vector<Token>& changed) {
  Time end = until;
  for (const auto& [node, watch] : watches_) {
    if (watch->next_list() && *watch->next_list() <= cluster_.now()) watch->list();
    if (watch->next_list()) end = std::min(end, std::max(*watch->next_list(), cluster_.now()));
  }
  // Once: whoever waits may have been interrupted.
  if (news_.empty()) cluster_.run_until(end);
  changed.insert(changed.end(), news_.begin(), news_.end());
  news_.clear();
}

}  // namespace bulwark::upgrade

#include "e2e/rehearsal/recorder.h"

#include <algorithm>
#include <charconv>

#include "e2e/rehearsal/story.h"
#include "e2e/support/object_keys.h"
#include "e2e/support/played_pod.h"
#include "kube/redact.h"

namespace bulwark::e2e {
namespace {

using document::Node;

const Node* at(const Node& object, std::initializer_list<std::string_view> path) {
  const Node* node = &object;
  for (const std::string_view key : path) node = node == nullptr ? nullptr : node->find(key);
  return node;
}
std::string text_at(const Node& object, std::initializer_list<std::string_view> path) {
  const Node* found = at(object, path);
  return found == nullptr ? std::string() : std::string(found->text());
}
bool is_true(const Node* node) { return node != nullptr && node->boolean().value_or(false); }

const Node* condition(const Node& object, std::string_view type) {
  const Node* conditions = at(object, {"status", "conditions"});
  if (conditions == nullptr) return nullptr;
  for (const Node& each : conditions->items()) {
    if (text_at(each, {"type"}) == type) return &each;
  }
  return nullptr;
}
bool holds(const Node& object, std::string_view type) {
  const Node* found = condition(object, type);
  return found != nullptr && text_at(*found, {"status"}) == "True";
}

SeenPod seen_pod(const Node& object) {
  SeenPod pod;
  pod.name_space = text_at(object, {"metadata", "namespace"});
  pod.name = text_at(object, {"metadata", "name"});
  pod.uid = text_at(object, {"metadata", "uid"});
  pod.node = text_at(object, {"spec", "nodeName"});
  pod.phase = text_at(object, {"status", "phase"});
  pod.ready = holds(object, "Ready");
  pod.deleting = !text_at(object, {"metadata", "deletionTimestamp"}).empty();
  const Node* finalizers = at(object, {"metadata", "finalizers"});
  pod.has_finalizer = finalizers != nullptr && !finalizers->items().empty();
  pod.never_ready = text_at(object, {"metadata", "annotations", ready_after}) == "never";
  if (const Node* owners = at(object, {"metadata", "ownerReferences"})) {
    for (const Node& owner : owners->items()) {
      if (!is_true(owner.find("controller"))) continue;
      pod.controller_kind = text_at(owner, {"kind"});
      pod.controller = text_at(owner, {"name"});
    }
  }
  if (const Node* scheduled = condition(object, "PodScheduled")) {
    if (text_at(*scheduled, {"status"}) == "False") pod.waiting = text_at(*scheduled, {"message"});
  }
  return pod;
}

SeenNode seen_node(const Node& object) {
  SeenNode node{.name = text_at(object, {"metadata", "name"}),
                .ready = holds(object, "Ready"),
                .unschedulable = is_true(at(object, {"spec", "unschedulable"}))};
  if (const Node* taints = at(object, {"spec", "taints"})) {
    node.tainted = std::ranges::any_of(taints->items(), [](const Node& taint) {
      const std::string key = text_at(taint, {"key"});
      return key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable";
    });
  }
  return node;
}

std::uint64_t revision_of(const Node& object) {
  const std::string text = text_at(object, {"metadata", "resourceVersion"});
  std::uint64_t revision = 0;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

}  // namespace

std::string SeenPod::call() const { return called(controller_kind, controller, name); }

class Recorder::Listener : public kube::ObjectSink, public kube::WatchSink {
 public:
  Listener(Recorder& recorder, kube::Resource resource) : recorder_(recorder), resource_(std::move(resource)) {}
  ~Listener() override {
    if (watch_) recorder_.cluster_.unwatch(*watch_);
  }

  base::Result<> start() {
    const auto listed = recorder_.cluster_.list(resource_, {}, *this);
    if (!listed) return std::unexpected(listed.error().error());
    watch_ = recorder_.cluster_.watch(resource_, {}, listed->resource_version, *this);
    return {};
  }

  void on_object(const Node& object, std::string_view) override { recorder_.take(kube::Change::added, object); }
  void on_change(kube::Change change, const Node& object, std::string_view) override {
    recorder_.take(change, object);
  }
  void on_end(const kube::Status&) override {
    watch_.reset();
    recorder_.broken_ = true;
  }

 private:
  Recorder& recorder_;
  kube::Resource resource_;
  std::optional<kube::Cluster::WatchId> watch_;
};

Recorder::Recorder(kube::Cluster& cluster) : cluster_(cluster) {}
Recorder::~Recorder() = default;

base::Result<> Recorder::start() {
  for (const kube::Resource& resource : {pods_resource(), nodes_resource(), budgets}) {
    listeners_.push_back(std::make_unique<Listener>(*this, resource));
    TRY(listeners_.back()->start());
  }
  return {};
}

void Recorder::begin() {
  steps_.clear();
  chapter_ = 0;
}

const std::vector<Recorder::Step>& Recorder::steps() {
  // The watches of the kinds come in as they like.
  std::sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.revision < b.revision; });
  return steps_;
}

void Recorder::take(kube::Change change, const Node& object) {
  Step step;
  step.revision = revision_of(object);
  step.change = change;
  step.key = ApiObjects::key_of(object);
  kube::append_redacted(step.json, object, kube::Redaction::none);
  step.at = last_change_ = cluster_.now();
  step.chapter = chapter_;
  const bool is_gone = change == kube::Change::deleted;
  if (step.key.starts_with("Pod ")) {
    step.pod = seen_pod(object);
    if (const auto known = pods_.find(step.key); known != pods_.end()) step.before = known->second;
    step.before_json = pod_texts_[step.key];
    pod_texts_[step.key] = step.json;
    if (is_gone) {
      pods_.erase(step.key);
    } else {
      pods_[step.key] = *step.pod;
    }
  } else if (step.key.starts_with("Node ")) {
    if (is_gone) {
      nodes_.erase(step.key);
    } else {
      nodes_[step.key] = seen_node(object);
    }
  }
  steps_.push_back(std::move(step));
}

}  // namespace bulwark::e2e

#include "e2e/support/node_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "e2e/support/object_keys.h"

namespace bulwark::e2e {
namespace {

using document::Node;
using kube::PatchType;
using std::chrono::milliseconds;

const Node* at(const Node& object, std::string_view first, std::string_view second) {
  const Node* inner = object.find(first);
  return inner == nullptr ? nullptr : inner->find(second);
}

std::string text_at(const Node& object, std::string_view first, std::string_view second) {
  const Node* found = at(object, first, second);
  return found == nullptr ? std::string() : std::string(found->text());
}

// metadata.uid of an object as the API server sends it.
std::string uid_of(std::string_view json) {
  struct Sink : document::DocumentSink {
    std::string uid;
    void on_document(const Node& root) override { uid = text_at(root, "metadata", "uid"); }
    void on_problem(document::Problem) override {}
  } sink;
  const document::Source source("answer", json);
  base::Arena arena;
  read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  return sink.uid;
}

bool is_ready(const Node& node) {
  const Node* conditions = at(node, "status", "conditions");
  if (conditions == nullptr) return false;
  return std::ranges::any_of(conditions->items(), [](const Node& condition) {
    const Node* type = condition.find("type");
    const Node* status = condition.find("status");
    return type != nullptr && type->text() == "Ready" && status != nullptr && status->text() == "True";
  });
}

}  // namespace

// Takes what a list or a watch of one kind tells to the player. What the player does about it waits for a timer:
// no call to the cluster is made within another.
class NodePlayer::Listener : public kube::ObjectSink, public kube::WatchSink {
 public:
  Listener(NodePlayer& player, bool of_pods) : player_(player), of_pods_(of_pods) {}

  void on_object(const Node& object, std::string_view) override {
    seen.insert(text_at(object, "metadata", of_pods_ ? "uid" : "name"));
    take(object, false);
  }
  void on_restart() override { seen.clear(); }
  void on_change(kube::Change change, const Node& object, std::string_view) override {
    take(object, change == kube::Change::deleted);
  }
  void on_end(const kube::Status& status) override {
    watch.reset();
    kube::Time later = player_.cluster_.now();
    if (!status.is_expired()) player_.is_passing(status, later);
    player_.wake_at({later, of_pods_ ? Timer::What::list_pods : Timer::What::list_nodes, {}});
  }

  std::set<std::string> seen;  // by the list that runs, or ran last
  std::optional<kube::Cluster::WatchId> watch;

 private:
  void take(const Node& object, bool is_gone) {
    if (!of_pods_) {
      player_.on_node(object, is_gone);
    } else if (is_gone) {
      player_.on_pod_gone(text_at(object, "metadata", "uid"));
    } else {
      player_.on_pod(object);
    }
  }

  NodePlayer& player_;
  bool of_pods_;
};

NodePlayer::NodePlayer(kube::Cluster& cluster, NodePlayerOptions options)
    : cluster_(cluster),
      options_(std::move(options)),
      pod_listener_(std::make_unique<Listener>(*this, true)),
      node_listener_(std::make_unique<Listener>(*this, false)) {}

NodePlayer::~NodePlayer() {
  for (const Listener* listener : {pod_listener_.get(), node_listener_.get()}) {
    if (listener->watch) cluster_.unwatch(*listener->watch);
  }
}

base::Result<> NodePlayer::start() {
  const std::size_t count = options_.nodes.size();
  std::size_t index = 0;
  for (NodeShape& shape : options_.nodes) {
    PlayedNode& node = nodes_[shape.name];
    node.shape = std::move(shape);
    node.number = next_number_++;
    TRY(create(node));
    // Spread over the interval, so that the leases of thousands are no burst.
    plan_renewal(node, cluster_.now() + options_.renew_interval * static_cast<std::int64_t>(++index) /
                                            static_cast<std::int64_t>(count));
  }
  options_.nodes.clear();
  if (!list_nodes() || !list_pods()) return base::fail("cannot list nodes and pods: " + tally_.last_failure);
  return {};
}

base::Result<> NodePlayer::create(PlayedNode& node) {
  const std::string& name = node.shape.name;
  const kube::Time now = cluster_.now();
  kube::Answer<std::string> made = cluster_.create(node_key(name), node_json(node.shape, node.number, now), "",
                                                   {.field_manager = "node-player"});
  if (!made && made.error().reason == "AlreadyExists") {
    made =
        cluster_.patch(node_key(name), PatchType::strategic_merge, node_status_patch(node.shape, node.number, now),
                       "status", {.field_manager = "node-player"});
  }
  if (!made) return base::fail(fmt::format("node {}: {}", name, made.error().error().text()));
  node.uid = uid_of(*made);
  const kube::Answer<std::string> lease =
      cluster_.create(lease_key(name), lease_json(name, node.uid, options_.lease_duration, now), "",
                      {.field_manager = "node-player"});
  if (!lease && lease.error().reason != "AlreadyExists") {
    return base::fail(fmt::format("lease of node {}: {}", name, lease.error().error().text()));
  }
  return {};
}

bool NodePlayer::list_pods() {
  Listener& listener = *pod_listener_;
  listener.seen.clear();
  const kube::Query scheduled{.name_space = {}, .labels = {}, .fields = "spec.nodeName!="};
  const kube::Answer<kube::Listed> listed = cluster_.list(pods_resource(), scheduled, listener);
  kube::Time later = cluster_.now();
  if (!listed) {
    is_passing(listed.error(), later);
    wake_at({later, Timer::What::list_pods, {}});
    return false;
  }
  std::vector<std::string> gone;
  for (const auto& [uid, pod] : pods_) {
    if (!listener.seen.contains(uid)) gone.push_back(uid);
  }
  for (const std::string& uid : gone) on_pod_gone(uid);
  listener.watch = cluster_.watch(pods_resource(), scheduled, listed->resource_version, listener);
  return true;
}

bool NodePlayer::list_nodes() {
  Listener& listener = *node_listener_;
  listener.seen.clear();
  const kube::Answer<kube::Listed> listed = cluster_.list(nodes_resource(), {}, listener);
  kube::Time later = cluster_.now();
  if (!listed) {
    is_passing(listed.error(), later);
    wake_at({later, Timer::What::list_nodes, {}});
    return false;
  }
  std::erase_if(nodes_, [&](const auto& entry) {
    return !entry.second.uid.empty() && !listener.seen.contains(entry.first);
  });
  listener.watch = cluster_.watch(nodes_resource(), {}, listed->resource_version, listener);
  return true;
}

void NodePlayer::on_node(const Node& object, bool is_gone) {
  const auto found = nodes_.find(text_at(object, "metadata", "name"));
  if (found == nodes_.end()) return;
  PlayedNode& node = found->second;
  if (is_gone) {
    // The news may be of an earlier node of that name.
    if (text_at(object, "metadata", "uid") == node.uid) nodes_.erase(found);
    return;
  }
  // The node controller has given the node up, though it lives: a kubelet would object.
  if (node.alive && node.shape.ready && !is_ready(object)) {
    wake_at({cluster_.now(), Timer::What::report, node.shape.name});
  }
}

void NodePlayer::on_pod(const Node& object) {
  std::optional<PlayedPod> read = read_pod(object);
  if (!read || !nodes_.contains(read->node)) return;
  const auto [place, is_new] = pods_.try_emplace(read->uid, *read);
  PlayedPod& pod = place->second;
  const kube::Time now = cluster_.now();
  if (is_new) {
    if (pod.host != 0) nodes_.at(pod.node).hosts.insert(pod.host);
    plan(pod);
  } else if (pod.stage != PlayedPod::Stage::scheduled) {
    // A gate has moved, or the node controller took the pod for lost.
    pod.gates_open = read->gates_open;
    pod.ready_told = read->ready_told;
    if (pod.is_ready() != pod.ready_told) wake_at({now, Timer::What::tell_pod, pod.uid});
  }
  if (const std::optional<std::chrono::seconds> grace = grace_of_deletion(object)) {
    milliseconds takes = *grace;
    if (options_.stop_delay) takes = std::min(takes, *options_.stop_delay);
    // Deleted once more with a shorter grace period, it ends earlier; never later.
    if (!pod.ends_at || now + takes < *pod.ends_at) {
      pod.ends_at = now + takes;
      wake_at({*pod.ends_at, Timer::What::end_pod, pod.uid});
    }
  }
}

void NodePlayer::on_pod_gone(const std::string& uid) {
  const auto found = pods_.find(uid);
  if (found == pods_.end()) return;
  const PlayedPod& pod = found->second;
  if (const auto node = nodes_.find(pod.node); node != nodes_.end()) node->second.hosts.erase(pod.host);
  if (pod.ends_at) ++tally_.ended;
  pods_.erase(found);
}

NodePlayer::Tally NodePlayer::tally() const {
  Tally tally = tally_;
  tally.nodes = nodes_.size();
  tally.pods = pods_.size();
  tally.ready = static_cast<std::size_t>(
      std::ranges::count_if(pods_, [](const auto& entry) { return entry.second.ready_told; }));
  return tally;
}

NodePlayerThread::NodePlayerThread(std::unique_ptr<kube::Cluster> cluster, NodePlayerOptions options)
    : cluster_(std::move(cluster)), player_(*cluster_, std::move(options)) {}

NodePlayerThread::~NodePlayerThread() = default;

base::Result<std::unique_ptr<NodePlayerThread>> NodePlayerThread::start(std::unique_ptr<kube::Cluster> cluster,
                                                                        NodePlayerOptions options) {
  std::unique_ptr<NodePlayerThread> played(new NodePlayerThread(std::move(cluster), std::move(options)));
  TRY(played->player_.start());
  played->thread_ = std::jthread([&player = played->player_](const std::stop_token& stop) { player.play(stop); });
  return played;
}

}  // namespace bulwark::e2e

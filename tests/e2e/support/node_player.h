// Plays nodes of a cluster: what the API server hears from kubelets, without kubelets. It makes Node objects,
// keeps their leases, says that pods on them run and are ready, and ends those that are deleted. It knows the
// cluster by kube::Cluster alone, and its time is the cluster's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "e2e/support/node_shape.h"
#include "e2e/support/played_pod.h"
#include "kube/cluster.h"

namespace bulwark::e2e {

struct NodePlayerOptions {
  std::vector<NodeShape> nodes;
  // From the time that a pod gets its node to the time that it runs and is ready.
  std::chrono::milliseconds start_delay{1000};
  // How long the containers of a pod that is deleted take to end, if their grace period is not shorter; nothing:
  // all of it.
  std::optional<std::chrono::milliseconds> stop_delay;
  // As kubelet's nodeLeaseDurationSeconds; each lease is renewed in this interval, the nodes one after the other.
  std::chrono::seconds lease_duration{40};
  std::chrono::milliseconds renew_interval{10'000};
};

class NodePlayer {
 public:
  struct Tally {
    std::size_t nodes = 0, pods = 0, ready = 0;
    std::uint64_t ended = 0;         // deleted pods that are gone
    std::uint64_t renewals = 0;      // of leases
    std::uint64_t failed_calls = 0;  // each was, or will be, tried again
    std::string last_failure;
  };

  NodePlayer(kube::Cluster& cluster, NodePlayerOptions options);
  ~NodePlayer();  // the nodes stay in the cluster, and fall silent

  // Makes the nodes and their leases and finds the pods that are there. A node that exists already is taken over.
  base::Result<> start();
  // Plays until the cluster's time is `end`.
  void play_until(kube::Time end);
  void play(const std::stop_token& stop);
  Tally tally() const;  // not while another thread plays

  // What happens to nodes. From any thread; it is done while `play` or `play_until` runs. Names of nodes that are
  // not played are passed over.
  void add(NodeShape shape);
  void change(std::string node, std::function<void(NodeShape&)> how);
  // Its kubelet and its pods' containers are gone at once, without a word: a crash, or a lost network.
  void kill(std::string node);
  // A killed node comes back: with a new boot id, and all its pods' containers started once more.
  void boot(std::string node, std::function<void(NodeShape&)> how = {});
  // Deletes the Node object and plays it no more.
  void remove(std::string node);

 private:
  class Listener;
  struct PlayedNode {
    NodeShape shape;
    std::uint32_t number = 0;
    std::uint32_t boots = 0;
    bool alive = true;
    std::uint64_t plan = 0;        // of its next renewal; those planned before no longer count
    std::string uid;               // "": not made yet
    std::set<std::uint8_t> hosts;  // last bytes of the addresses that pods have
    std::uint8_t last_host = 1;
  };
  struct Timer {
    enum class What : std::uint8_t { move_pod, tell_pod, end_pod, create, renew, report, list_pods, list_nodes };
    kube::Time due;
    What what;
    std::string of;          // uid of a pod, or name of a node
    std::uint64_t plan = 0;  // for move_pod and renew: void when there is a newer one
    bool operator>(const Timer& other) const { return due > other.due; }
  };

  void wake_at(Timer timer) { timers_.push(std::move(timer)); }
  void post(std::function<void()> what);
  void run_posted();
  void run_due();
  void run(const Timer& timer);

  base::Result<> create(PlayedNode& node);
  void make(PlayedNode& node);  // and tries again when it fails
  PlayedNode* alive_node(const std::string& name);
  void plan_renewal(PlayedNode& node, kube::Time when);
  void renew(PlayedNode& node);
  void report(PlayedNode& node);

  void on_pod(const document::Node& object);
  void on_pod_gone(const std::string& uid);
  void on_node(const document::Node& object, bool is_gone);
  void plan(PlayedPod& pod);
  void move(PlayedPod& pod);
  void tell(PlayedPod& pod);
  void end(PlayedPod& pod);
  bool give_address(PlayedPod& pod, PlayedNode& node);
  bool list_pods();
  bool list_nodes();
  // Whether to try again, after the time that `later` is set to. Counts the failure.
  bool is_passing(const kube::Status& status, kube::Time& later);

  kube::Cluster& cluster_;
  NodePlayerOptions options_;
  std::map<std::string, PlayedNode> nodes_;
  std::uint32_t next_number_ = 0;
  std::uint64_t last_plan_ = 0;
  std::unordered_map<std::string, PlayedPod> pods_;  // by uid
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::unique_ptr<Listener> pod_listener_, node_listener_;
  Tally tally_;

  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

// A player at work on a thread of its own, with a connection of its own to the cluster.
class NodePlayerThread {
 public:
  // The nodes are there when it returns.
  static base::Result<std::unique_ptr<NodePlayerThread>> start(std::unique_ptr<kube::Cluster> cluster,
                                                               NodePlayerOptions options);
  ~NodePlayerThread();  // ends the play

  NodePlayer& player() { return player_; }

 private:
  NodePlayerThread(std::unique_ptr<kube::Cluster> cluster, NodePlayerOptions options);

  std::unique_ptr<kube::Cluster> cluster_;
  NodePlayer player_;
  std::jthread thread_;
};

}  // namespace bulwark::e2e

// What a drain asks of a cluster, as narrow as it can be: a rehearsal on the twin answers it from memory, without
// JSON; ClusterPods answers it for any kube::Cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kube/cluster.h"
#include "kube/label.h"

namespace bulwark::upgrade {

using kube::Time;

// The port's own number for one very pod (one UID); no other pod gets it as long as the port lives.
using PodId = std::uint64_t;

// The owner reference that controls a pod; without a kind there is none.
struct ControllerRef {
  std::string_view api_version, kind, name, uid;

  explicit operator bool() const { return !kind.empty(); }
};

// What a drain looks at. The texts and labels are valid until the port's list_pods is called again.
struct DrainPod {
  PodId id = 0;
  std::string_view name_space, name, uid;
  ControllerRef controller;
  bool finished = false;         // phase Succeeded or Failed
  bool pending = false;          // phase Pending
  bool ready = true;             // condition Ready; of use for a verdict, not for a drain
  bool mirror = false;           // annotation kubernetes.io/config.mirror
  bool empty_dir = false;        // has a volume emptyDir
  std::optional<Time> deletion;  // metadata.deletionTimestamp
  std::int64_t termination_grace_period_seconds = 30;
  Time creation{};
  kube::Labels labels, namespace_labels;  // only when they were asked for
};

// How a pod is now that was listed before.
struct PodState {
  bool gone = false;  // deleted, or another pod has its name by now
  bool finished = false;
  std::optional<Time> deletion;
};

struct Removal {
  std::optional<std::int64_t> grace_period_seconds;  // nullopt: the pod's own
  bool dry_run = false;
};

class Pods {
 public:
  using Token = std::uint32_t;

  virtual ~Pods() = default;

  // The pods whose spec.nodeName is the node's, to the end of `pods`.
  virtual kube::Answer<> list_pods(std::string_view node, bool with_labels, std::vector<DrainPod>& pods) = 0;
  // Whether there is such a DaemonSet (apps/v1); 404 when there is none.
  virtual kube::Answer<> find_daemon_set(std::string_view name_space, std::string_view name) = 0;
  virtual PodState state(PodId pod) = 0;

  // policy/v1 Eviction; 404 when the very pod is gone.
  virtual kube::Answer<> evict(PodId pod, const Removal& removal) = 0;
  // DELETE, past all budgets; 404 when the very pod is gone.
  virtual kube::Answer<> remove(PodId pod, const Removal& removal) = 0;

  // Sets spec.unschedulable. False when it was so already.
  virtual kube::Answer<bool> set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) = 0;
  virtual kube::Answer<> label_node(std::string_view node, std::string_view key, std::string_view value) = 0;

  virtual Time now() = 0;
  // From now on `wait` tells the token when a pod of that node has gone, began to terminate, or finished. A node
  // has one token. False when this cluster cannot tell: the drain looks itself, each second.
  virtual bool watch_node(std::string_view node, Token token) = 0;
  virtual void unwatch_node(std::string_view node) = 0;
  // Lets the cluster's time pass, up to `until`; returns early when tokens were added to `changed` (each may come
  // several times), or when the cluster wants to be asked again.
  virtual void wait(Time until, std::vector<Token>& changed) = 0;
};

}  // namespace bulwark::upgrade

// The pods of any kube::Cluster, as drains read them: through the API, in JSON, with a watch for each node.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "kube/cluster.h"
#include "upgrade/pods.h"

namespace bulwark::upgrade {

class ClusterPods final : public Pods {
 public:
  // The cluster must outlive it.
  explicit ClusterPods(kube::Cluster& cluster);
  ~ClusterPods() override;
  ClusterPods(const ClusterPods&) = delete;
  ClusterPods& operator=(const ClusterPods&) = delete;

  kube::Answer<> list_pods(std::string_view node, bool with_labels, std::vector<DrainPod>& pods) override;
  kube::Answer<> find_daemon_set(std::string_view name_space, std::string_view name) override;
  PodState state(PodId pod) override;
  kube::Answer<> evict(PodId pod, const Removal& removal) override;
  kube::Answer<> remove(PodId pod, const Removal& removal) override;
  kube::Answer<bool> set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) override;
  kube::Answer<> label_node(std::string_view node, std::string_view key, std::string_view value) override;
  Time now() override;
  bool watch_node(std::string_view node, Token token) override;
  void unwatch_node(std::string_view node) override;
  void wait(Time until, std::vector<Token>& changed) override;

 private:
  struct Pod {
    std::string name_space, name, uid, node;
    PodState state;
  };
  class NodeWatch;

  PodId id_of(const document::Node& object, std::string_view node);
  void note(PodId id, const PodState& state);
  kube::ObjectKey key_of(const Pod& pod) const;

  kube::Cluster& cluster_;
  std::deque<Pod> pods_;                           // by PodId
  std::unordered_map<std::string, PodId> by_uid_;  // or by namespace/name of a pod without
  std::map<std::string, std::unique_ptr<NodeWatch>, std::less<>> watches_;
  std::vector<Token> news_;
  base::Arena arena_;  // of the texts that list_pods gave last
};

}  // namespace bulwark::upgrade

#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "twin/engine.h"
#include "upgrade/pods.h"

namespace bulwark::rehearsal {

// The pods of a twin, for a drain: from its state, without an object being written or read.
class TwinPods final : public upgrade::Pods, private twin::Observer {
 public:
  // The engine must outlive it, and is observed by it as long as it lives. Whoever wants to see the same is given
  // as `also`.
  explicit TwinPods(twin::Engine& engine, twin::Observer* also = nullptr);
  ~TwinPods() override;
  TwinPods(const TwinPods&) = delete;
  TwinPods& operator=(const TwinPods&) = delete;

  kube::Answer<> list_pods(std::string_view node, bool with_labels, std::vector<upgrade::DrainPod>& pods) override;
  kube::Answer<> find_daemon_set(std::string_view name_space, std::string_view name) override;
  upgrade::PodState state(upgrade::PodId pod) override;
  kube::Answer<> evict(upgrade::PodId pod, const upgrade::Removal& removal) override;
  kube::Answer<> remove(upgrade::PodId pod, const upgrade::Removal& removal) override;
  kube::Answer<bool> set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) override;
  kube::Answer<> label_node(std::string_view node, std::string_view key, std::string_view value) override;
  upgrade::Time now() override { return engine_.now(); }
  bool watch_node(std::string_view node, Token token) override;
  void unwatch_node(std::string_view node) override;
  void wait(upgrade::Time until, std::vector<Token>& changed) override;

  // The pod that a PodId means; none when it is gone.
  twin::Index pod_of(upgrade::PodId pod) const;

 private:
  void on_pod(twin::Index pod, twin::PodChange change) override;
  void on_node(twin::Index node, twin::NodeChange change) override {
    if (also_ != nullptr) also_->on_node(node, change);
  }
  void on_workload(twin::Index workload) override {
    if (also_ != nullptr) also_->on_workload(workload);
  }
  void on_creation_refused(twin::Index workload, twin::Index webhook) override {
    if (also_ != nullptr) also_->on_creation_refused(workload, webhook);
  }
  void on_budget(twin::Index budget) override {
    if (also_ != nullptr) also_->on_budget(budget);
  }

  static constexpr Token untold = 0xffffffffU;

  twin::Engine& engine_;
  twin::Observer* also_;
  std::vector<Token> tokens_;   // of each node
  std::vector<Token> changed_;  // since wait() began
  struct Named {
    std::string_view name_space, name;
    twin::Index pod = twin::none;
  };
  std::vector<Named> found_;        // pods that were listed last
  std::vector<std::string> texts_;  // and names of theirs
};

}  // namespace bulwark::rehearsal

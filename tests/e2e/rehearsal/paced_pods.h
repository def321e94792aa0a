// A port for drains that keeps two clusters in step: see PacedPods.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "e2e/rehearsal/api_objects.h"
#include "e2e/rehearsal/story.h"
#include "upgrade/pods.h"

namespace bulwark::e2e {

// The pods of another port, real or of the twin, told in a story. After each eviction some time passes, here as
// there: what one eviction sets off (the budget's new status, the replacement and its place) has come to an end
// before the next, so that reality's parallel hands have no order left to choose. The time of the other port is
// taken `speed` times as fast.
class PacedPods final : public upgrade::Pods {
 public:
  PacedPods(upgrade::Pods& inner, Story& story, const Figures& figures, std::int64_t speed)
      : inner_(inner), story_(story), figures_(figures), speed_(speed), began_(inner.now()) {}

  kube::Answer<> list_pods(std::string_view node, bool with_labels, std::vector<upgrade::DrainPod>& pods) override;
  kube::Answer<> find_daemon_set(std::string_view name_space, std::string_view name) override {
    return inner_.find_daemon_set(name_space, name);
  }
  upgrade::PodState state(upgrade::PodId pod) override { return inner_.state(pod); }
  kube::Answer<> evict(upgrade::PodId pod, const upgrade::Removal& removal) override;
  kube::Answer<> remove(upgrade::PodId pod, const upgrade::Removal& removal) override;
  kube::Answer<bool> set_unschedulable(std::string_view node, bool unschedulable, bool dry_run) override {
    return inner_.set_unschedulable(node, unschedulable, dry_run);
  }
  kube::Answer<> label_node(std::string_view node, std::string_view key, std::string_view value) override {
    return inner_.label_node(node, key, value);
  }
  upgrade::Time now() override { return began_ + (inner_.now() - began_) * speed_; }
  bool watch_node(std::string_view node, Token token) override { return inner_.watch_node(node, token); }
  void unwatch_node(std::string_view node) override { inner_.unwatch_node(node); }
  void wait(upgrade::Time until, std::vector<Token>& changed) override;

  void pause(Figures::Duration time);

 private:
  struct Known {
    std::string node, call;
  };

  upgrade::Time inner_time(upgrade::Time time) const;
  std::string key(upgrade::PodId pod) const { return std::to_string(pod); }

  upgrade::Pods& inner_;
  Story& story_;
  const Figures& figures_;
  std::int64_t speed_;
  upgrade::Time began_;
  std::map<upgrade::PodId, Known> known_;
  std::vector<Token> told_;  // during a pause
};

}  // namespace bulwark::e2e

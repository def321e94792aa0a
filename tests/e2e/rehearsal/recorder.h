// What the API server tells of pods, nodes and budgets, in the order of its revisions, while a scenario runs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "e2e/rehearsal/api_objects.h"
#include "kube/cluster.h"

namespace bulwark::e2e {

// What matters here of a pod, or a node, as the API shows it.
struct SeenPod {
  std::string name_space, name, uid, controller_kind, controller, node, phase;
  std::string waiting;  // why no node takes it, in the scheduler's words; "": it has not said so
  bool ready = false, deleting = false, has_finalizer = false, never_ready = false;

  bool finished() const { return phase == "Succeeded" || phase == "Failed"; }
  std::string call() const;
};
struct SeenNode {
  std::string name;
  bool ready = false, unschedulable = false, tainted = false;  // by the node lifecycle controller
};

class Recorder {
 public:
  // One change. Revisions count all objects of a cluster: they say what was first.
  struct Step {
    std::uint64_t revision = 0;
    kube::Change change = kube::Change::added;
    std::string key, json;
    std::optional<SeenPod> pod;     // of a pod
    std::optional<SeenPod> before;  // the pod as it was
    std::string before_json;
    kube::Time at{};  // when it was told
    std::size_t chapter = 0;
  };

  explicit Recorder(kube::Cluster& cluster);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // What is there now, and from now on what changes.
  base::Result<> start();

  // Forgets the steps so far; the next ones begin chapter 0.
  void begin();
  void next_chapter() { ++chapter_; }
  const std::vector<Step>& steps();  // in order
  kube::Time last_change() const { return last_change_; }
  bool is_broken() const { return broken_; }

  const std::map<std::string, SeenPod>& pods() const { return pods_; }
  const std::map<std::string, SeenNode>& nodes() const { return nodes_; }

 private:
  class Listener;
  void take(kube::Change change, const document::Node& object);

  kube::Cluster& cluster_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::map<std::string, SeenPod> pods_;  // by key, as now known
  std::map<std::string, std::string> pod_texts_;
  std::map<std::string, SeenNode> nodes_;
  std::vector<Step> steps_;
  std::size_t chapter_ = 0;
  kube::Time last_change_{};
  bool broken_ = false;
};

}  // namespace bulwark::e2e

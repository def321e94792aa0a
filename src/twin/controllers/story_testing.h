// What the stories of the controllers' tests are told with.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "twin/cluster_testing.h"

namespace bulwark::twin {

inline std::string nodes_yaml(int count, std::string_view cpu = "8") {
  std::string out;
  for (int i = 1; i <= count; ++i) out += node_yaml(fmt::format("n{}", i), cpu);
  return out;
}

// The template of every workload of a story: `image` tells the versions apart.
inline std::string template_yaml(std::string_view app, std::string_view image) {
  return fmt::format(
      "{{metadata: {{labels: {{app: {}}}}}, spec: {{containers: [{{name: main, image: {}, resources: {{requests: "
      "{{cpu: "
      "100m}}}}}}]}}}}",
      app, image);
}

// A workload of apps/v1 with more of its spec.
inline std::string workload_yaml(std::string_view kind, std::string_view name, std::string_view image,
                                 std::string_view spec = {}, std::string_view metadata = {},
                                 std::string_view app = {}) {
  return fmt::format(
      "---\n{{apiVersion: apps/v1, kind: {0}, metadata: {{name: {1}, namespace: shop, uid: {0}-{1}, {4}}}, spec: "
      "{{{3} selector: {{matchLabels: {{app: {5}}}}}, template: {2}}}}}\n",
      kind, name, template_yaml(app.empty() ? name : app, image), spec, metadata, app.empty() ? name : app);
}

inline std::string owner_yaml(std::string_view kind, std::string_view name) {
  return fmt::format(
      "ownerReferences: [{{apiVersion: apps/v1, kind: {0}, name: {1}, uid: {0}-{1}, controller: true}}]", kind,
      name);
}

// A pod that is ready, of the workload.
inline std::string pod_yaml(std::string_view name, std::string_view node, std::string_view kind,
                            std::string_view owner, std::string_view app, std::string_view image,
                            std::string_view labels = {}, std::string_view status = {}) {
  return fmt::format(
      "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {0}, namespace: shop, uid: pod-{0}, {5}, labels: "
      "{{app: {2}, "
      "{6}}}}}, spec: {{nodeName: {1}, containers: [{{name: main, image: {4}, resources: {{requests: {{cpu: "
      "100m}}}}}}]}}, "
      "status: {{{7}}}}}\n",
      name, node, app, owner, image, owner_yaml(kind, owner), labels,
      status.empty() ? "phase: Running, conditions: [{type: Ready, status: 'True', lastTransitionTime: "
                       "'2019-01-01T00:00:00Z'}]"
                     : status);
}

// Counts the pods of a workload as the story goes on.
class Watcher : public Observer {
 public:
  Watcher(Engine& engine, std::string workload) : engine_(engine), workload_(std::move(workload)) {
    engine.observe(this);
    look();
  }
  ~Watcher() override { engine_.observe(nullptr); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void on_pod(Index, PodChange) override { look(); }

  int most = 0, fewest_ready = 1'000'000;

 private:
  void look() {
    int all = 0, ready = 0;
    for (const Index pod : pods_of(engine_, workload_)) {
      const Pod& of = engine_.state().pods[pod];
      all += of.active() ? 1 : 0;
      ready += of.phase == PodPhase::ready && !of.deleting ? 1 : 0;
    }
    most = std::max(most, all);
    fewest_ready = std::min(fewest_ready, ready);
  }

  Engine& engine_;
  std::string workload_;
};

// The images that a workload's pods run now, with how many do.
inline std::map<std::string, int> images_of(const Engine& engine, std::string_view workload) {
  std::map<std::string, int> out;
  for (const Index pod : pods_of(engine, workload)) {
    const Pod& of = engine.state().pods[pod];
    if (!of.active()) continue;
    ++out[std::string(engine.model().classes[of.pod_class].spec->containers[0].image)];
  }
  return out;
}

inline std::set<std::string> names_of(const Engine& engine, std::string_view workload) {
  std::set<std::string> out;
  for (const Index pod : pods_of(engine, workload)) out.insert(engine.pod_name(pod));
  return out;
}

inline Index workload_index(const Engine& engine, std::string_view kind, std::string_view name) {
  const auto& all = engine.model().workloads;
  for (Index i = 0; i < all.size(); ++i) {
    if (all[i].kind_name == kind && all[i].name == name) return i;
  }
  return none;
}

}  // namespace bulwark::twin

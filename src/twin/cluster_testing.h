// A twin from YAML, for tests.
#pragma once

#include <stdexcept>
#include <memory>
#include <string>
#include <string_view>

#include "document/reader.h"
#include "kube/inventory.h"
#include "twin/engine.h"
#include "twin/load.h"

namespace bulwark::twin {

// The objects of a YAML text, and the model of them. Shared pointers to it keep all of it.
class YamlCluster : private document::DocumentSink {
 public:
  explicit YamlCluster(std::string text)
      : text_(std::move(text)), source_("test.yaml", text_), decoder_(objects_, text_) {
    base::Arena arena;
    document::read_yaml(source_, {0, static_cast<std::uint32_t>(text_.size())}, arena, {}, *this);
  }

  static std::shared_ptr<const Model> model(std::string text, LoadOptions options = {}) {
    auto cluster = std::make_shared<YamlCluster>(std::move(text));
    if (options.now == Time{}) options.now = Time{std::chrono::hours(24 * 365 * 50)};
    options.owned = cluster;
    return load(cluster->inventory_, options);
  }

 private:
  // A test's own YAML is right.
  [[noreturn]] static void wrong(const std::string& message) { throw std::invalid_argument(message); }
  void on_document(const document::Node& root) override {
    const kube::Object* object = kube::decode_object(root, {}, objects_, decoder_);
    if (object != nullptr) inventory_.add(*object);
    for (const kube::DecodeProblem& each : decoder_.problems()) wrong(each.message);
    decoder_.problems().clear();
  }
  void on_problem(document::Problem problem) override { wrong(problem.message); }

  std::string text_;
  document::Source source_;
  base::Arena objects_;
  kube::Decoder decoder_;
  kube::Inventory inventory_;
};

// One document each.
inline std::string node_yaml(std::string_view name, std::string_view cpu = "4", std::string_view extra = {}) {
  return "---\n{apiVersion: v1, kind: Node, metadata: {name: " + std::string(name) +
         ", labels: {kubernetes.io/hostname: " + std::string(name) + "}}, spec: {" + std::string(extra) +
         "}, status: {allocatable: {cpu: '" + std::string(cpu) + "', memory: 16Gi, pods: '110'}}}\n";
}

inline std::string deployment_yaml(std::string_view name, int replicas, std::string_view pod_spec = {}) {
  const std::string n(name);
  return "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + n +
         ", namespace: shop}, spec: {replicas: " + std::to_string(replicas) +
         ", selector: {matchLabels: {app: " + n + "}}, template: {metadata: {labels: {app: " + n + "}}, spec: {" +
         std::string(pod_spec) +
         "containers: [{name: main, image: i, resources: {requests: {cpu: 500m, memory: 128Mi}}}]}}}}\n";
}

inline std::string budget_yaml(std::string_view name, std::string_view app, std::string_view rule) {
  return "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + std::string(name) +
         ", namespace: shop}, spec: {selector: {matchLabels: {app: " + std::string(app) + "}}, " +
         std::string(rule) + "}}\n";
}

// Lets time pass until nothing happens any more, at most a day.
inline void settle(Engine& engine) {
  const Time end = engine.now() + std::chrono::hours(24);
  while (engine.next() && *engine.next() <= end) engine.step(end);
}

// The pods of a class of workload that run now, by name.
inline std::vector<Index> pods_of(const Engine& engine, std::string_view workload) {
  std::vector<Index> out;
  for (Index i = 0; i < engine.state().pods.size(); ++i) {
    const Pod& pod = engine.state().pods[i];
    if (!pod.exists() || pod.workload == none) continue;
    Index owner = pod.workload;
    if (engine.model().workloads[owner].parent != none) owner = engine.model().workloads[owner].parent;
    if (engine.model().workloads[owner].name == workload) out.push_back(i);
  }
  return out;
}

}  // namespace bulwark::twin

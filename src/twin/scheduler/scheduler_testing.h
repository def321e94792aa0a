// Nodes and pods of the scheduler's tests, as YAML.
#pragma once

#include "twin/cluster_testing.h"

namespace bulwark::twin {

struct NodeOf {
  std::string name, zone, labels, spec;
  std::string cpu = "4", pods = "110", images;
  bool ready = true;
};

inline std::string yaml(const NodeOf& node) {
  const std::string zone = node.zone.empty() ? "" : ", topology.kubernetes.io/zone: " + node.zone;
  const std::string labels = node.labels.empty() ? "" : ", " + node.labels;
  return "---\n{apiVersion: v1, kind: Node, metadata: {name: " + node.name +
         ", labels: {kubernetes.io/hostname: " + node.name + zone + labels + "}}, spec: {" + node.spec +
         "}, status: {allocatable: {cpu: '" + node.cpu + "', memory: 16Gi, pods: '" + node.pods + "'}, images: [" +
         node.images + "], conditions: [{type: Ready, status: '" + (node.ready ? "True" : "False") + "'}]}}\n";
}

inline std::string nodes(int count) {
  std::string out;
  for (int i = 1; i <= count; ++i) out += yaml({.name = "n" + std::to_string(i)});
  return out;
}

// A pod with labels {app: its name up to a dash}; bound when a node is named.
inline std::string pod(const std::string& name, const std::string& spec, const std::string& node = {},
                       const std::string& container = "resources: {requests: {cpu: 500m, memory: 128Mi}}") {
  const std::string bound = node.empty() ? "" : "nodeName: " + node + ", ";
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name +
         ", namespace: shop, labels: {app: " + name.substr(0, name.find('-')) + "}}, spec: {" + bound + spec +
         (spec.empty() ? "" : ", ") + "containers: [{name: main, image: i, " + container +
         "}]}, status: {phase: " +
         (node.empty() ? "Pending" : "Running, conditions: [{type: Ready, status: 'True'}]") + "}}\n";
}

inline std::string asks_cpu(const std::string& amount) { return "resources: {requests: {cpu: " + amount + "}}"; }

inline std::string priority_class(const std::string& name, int value) {
  return "---\n{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: " + name +
         "}, value: " + std::to_string(value) + "}\n";
}

inline const std::string in_zone = "topologyKey: topology.kubernetes.io/zone";
inline const std::string on_host = "topologyKey: kubernetes.io/hostname";

inline std::string affinity(const std::string& kind, const std::string& app, const std::string& key) {
  return "affinity: {" + kind +
         ": {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: "
         "{app: " +
         app + "}}, " + key + "}]}}";
}

inline std::string spread(const std::string& app, const std::string& key) {
  return "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: "
         "{app: " +
         app + "}}, " + key + "}]";
}

inline std::string claim(const std::string& name, const std::string& spec, const std::string& volume_spec = {}) {
  std::string out = "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name +
                    ", namespace: shop}, spec: {" + spec + "}}\n";
  if (!volume_spec.empty()) {
    out += "---\n{apiVersion: v1, kind: PersistentVolume, metadata: {name: v-" + name + "}, spec: {" +
           volume_spec + "}}\n";
  }
  return out;
}

inline std::string uses(const std::string& claim) {
  return "volumes: [{name: d, persistentVolumeClaim: {claimName: " + claim + "}}]";
}

inline const std::string only_zone_a =
    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, "
    "operator: "
    "In, values: [a]}]}]}}";

inline Engine engine_of(const std::string& objects, int minor) {
  return Engine(YamlCluster::model(objects, {.owned = {}, .now = {}, .assumptions = {}, .minor = minor}));
}

inline std::string node_of(const Engine& engine, Index pod) {
  const Index node = engine.state().pods[pod].node;
  return node == none ? "" : engine.state().nodes.info[node]->name;
}

}  // namespace bulwark::twin

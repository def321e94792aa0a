// A sensor protects the nodes it runs on. A DaemonSet with a node selector leaves out the nodes that do not have
// the label; of an operating system or architecture it may be, for which another DaemonSet may be there.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/sensors.h"

namespace bulwark::posture {

namespace {

bool is_platform(std::string_view key) {
  return key == "kubernetes.io/os" || key == "beta.kubernetes.io/os" || key == "kubernetes.io/arch" ||
         key == "beta.kubernetes.io/arch";
}

void judge(const Sensor& sensor, const kube::Label& wanted, std::span<const kube::Object* const> nodes,
           ClusterReporter& report) {
  const FieldPath at = FieldPath("spec") / "template" / "spec" / "nodeSelector" / wanted.key;
  if (nodes.empty()) {
    report.unknown(*sensor.object, at,
                   fmt::format("{} runs only on nodes with {}={}", sensor.product, wanted.key, wanted.value),
                   "the labels of the nodes");
    return;
  }
  std::size_t left_out = 0;
  const kube::Object* first = nullptr;
  for (const kube::Object* object : nodes) {
    const NodeView node(*object);
    if (!concerns(sensor, node)) continue;
    const std::string_view value = node.label(wanted.key);
    if (kube::is_set(value) && value == wanted.value) continue;
    if (left_out++ == 0) first = object;
  }
  if (left_out == 0) return;
  report
      .broken(*sensor.object, at,
              fmt::format("{} does not run on node \"{}\"{}", sensor.product, first->metadata.name,
                          left_out == 1 ? std::string() : fmt::format(", nor on {} more", left_out - 1)))
      .fix([&] { return Edits{remove(at)}; });
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  for (const Sensor& sensor : find_sensors(inventory)) {
    report.judged(*sensor.object);
    for (const kube::Label& wanted : sensor.spec->node_selector) {
      if (!is_platform(wanted.key)) judge(sensor, wanted, nodes, report);
    }
  }
}

}  // namespace

extern const Check sensor_node_selector;
const Check sensor_node_selector{
    .about = {.id = "sensor-node-selector",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::medium,
              .title = "Runtime sensors run on the nodes of every pool",
              .effect =
                  "On the nodes that the selector leaves out nobody watches what containers do, and new pools "
                  "are left out silently.",
              .remedy = "Take the label out of the sensor's nodeSelector.",
              .sources =
                  {{"Kubernetes: DaemonSet",
                    "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"},
                   {"Defender for Containers",
                    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// A sensor protects the nodes it runs on. A DaemonSet runs on a tainted node (GPU, spot, system pools) when its
// pods tolerate the taint; nodes that it leaves out raise no alert.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/sensors.h"

namespace bulwark::posture {

namespace {

const kube::Taint* find_barrier(const Sensor& sensor, const NodeView& node) {
  const auto taints = node.node.spec.taints;
  const auto found = std::find_if(taints.begin(), taints.end(), [&](const kube::Taint& taint) {
    return !is_passing_or_virtual(taint) && !tolerates(sensor.spec->tolerations, taint);
  });
  return found == taints.end() ? nullptr : &*found;
}

bool tolerates_everything(const Sensor& sensor) {
  return tolerates(sensor.spec->tolerations, {"", "", "NoSchedule"}) &&
         tolerates(sensor.spec->tolerations, {"", "", "NoExecute"});
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  for (const Sensor& sensor : find_sensors(inventory)) {
    report.judged(*sensor.object);
    if (tolerates_everything(sensor)) continue;
    const FieldPath at = FieldPath("spec") / "template" / "spec" / "tolerations";
    if (nodes.empty()) {
      report.unknown(*sensor.object, at, fmt::format("{} does not tolerate every taint", sensor.product),
                     "the taints of the nodes");
      continue;
    }
    std::size_t shut = 0;
    const kube::Object* first = nullptr;
    const kube::Taint* barrier = nullptr;
    for (const kube::Object* object : nodes) {
      const NodeView node(*object);
      if (!concerns(sensor, node)) continue;
      const kube::Taint* taint = find_barrier(sensor, node);
      if (taint == nullptr) continue;
      if (shut++ == 0) {
        first = object;
        barrier = taint;
      }
    }
    if (shut == 0) continue;
    report
        .broken(*sensor.object, at,
                fmt::format("{} does not run on node \"{}\", whose taint {} it does not tolerate{}",
                            sensor.product, first->metadata.name, barrier->key,
                            shut == 1 ? std::string() : fmt::format(", nor on {} more", shut - 1)))
        .no_fix("which taints are meant to keep it away is known to its owner alone");
  }
}

}  // namespace

extern const Check sensor_tolerations;
const Check sensor_tolerations{
    .about = {.id = "sensor-tolerations",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::medium,
              .title = "Runtime sensors run on tainted nodes, too",
              .effect = "On nodes with taints of their own, such as GPU and spot pools, nobody watches what "
                        "containers do.",
              .remedy = "Let the sensor tolerate every taint: tolerations: [{operator: Exists}].",
              .sources =
                  {{"Kubernetes: taints and tolerations",
                    "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"},
                   {"Defender for Containers",
                    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

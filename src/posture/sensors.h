#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "kube/inventory.h"
#include "posture/nodes.h"

namespace bulwark::posture {

// A DaemonSet that watches at run time what the containers and processes of its node do.
struct Sensor {
  std::string_view product;  // "Falco"
  const kube::Object* object = nullptr;
  const kube::PodSpec* spec = nullptr;

  bool is_for_windows() const;
};

// The product by the images of a pod: Defender for Containers, Falco, Tetragon, ...; empty when it is none.
std::string_view sensor_product(const kube::PodSpec& spec);
std::vector<Sensor> find_sensors(const kube::Inventory& inventory);

// A pod with the tolerations may run on a node with the taint. NoSchedule and NoExecute keep pods away; an empty
// key with Exists is every taint, an empty effect every effect (corev1.Toleration.ToleratesTaint).
bool tolerates(std::span<const kube::Toleration> tolerations, const kube::Taint& taint);

// Taints that tell of a passing state of the node, such as node.kubernetes.io/not-ready, most of which the
// DaemonSet controller tolerates of itself, or of a virtual node, on which no DaemonSet runs.
bool is_passing_or_virtual(const kube::Taint& taint);

// The node is of the sensor's operating system, and no virtual one.
bool concerns(const Sensor& sensor, const NodeView& node);

}  // namespace bulwark::posture

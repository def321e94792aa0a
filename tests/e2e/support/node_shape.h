// What a played node says about itself: the texts that a kubelet would send to the API server.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cluster.h"

namespace bulwark::e2e {

struct NodeTaint {
  std::string key, value, effect;  // NoSchedule, PreferNoSchedule, NoExecute
};

struct NodeShape {
  std::string name;
  std::string kubelet_version = "v1.20.2";
  std::string os_image = "Ubuntu 22.04.5 LTS";
  std::string kernel = "5.15.0-1074-azure";
  std::string container_runtime = "containerd://1.6.20";
  std::string operating_system = "linux";  // or "windows"
  std::string architecture = "amd64";
  std::string boot_id;                        // "": one made from the name
  std::map<std::string, std::string> labels;  // besides kubernetes.io/hostname, os and arch
  std::map<std::string, std::string> annotations;
  std::vector<NodeTaint> taints;
  // Resource to quantity; all of it is allocatable.
  std::map<std::string, std::string> capacity = {
      {"cpu", "4"}, {"memory", "16Gi"}, {"ephemeral-storage", "100Gi"}, {"pods", "110"}};
  bool ready = true;  // what the condition Ready says
};

// Copies of a shape named PREFIX-0000, PREFIX-0001, ...
std::vector<NodeShape> numbered_nodes(std::size_t count, const NodeShape& pattern = {},
                                      std::string_view prefix = "node");

// The addresses of the node with this number, of 32,768 in all: its own in 10.0.0.0/9, its pods' in 10.128.0.0/9.
std::string node_address(std::uint32_t number);
std::string pod_range(std::uint32_t number);
std::string pod_address(std::uint32_t number, std::uint8_t host);

// A UUID or 64 hexadecimal digits that are always the same for the same text.
std::string uuid_of(std::string_view text);
std::string digest_of(std::string_view text);

// metav1.Time and metav1.MicroTime
std::string rfc3339(kube::Time time);
std::string rfc3339_micro(kube::Time time);

// A whole Node, with its status.
std::string node_json(const NodeShape& shape, std::uint32_t number, kube::Time now);
// A patch (strategic merge) of what a kubelet keeps in the status.
std::string node_status_patch(const NodeShape& shape, std::uint32_t number, kube::Time now);

// A Lease in kube-node-lease that goes with the node, and the patch (merge) that renews it.
std::string lease_json(std::string_view node, std::string_view node_uid, std::chrono::seconds duration,
                       kube::Time now);
std::string lease_patch(std::string_view node, kube::Time now);

}  // namespace bulwark::e2e

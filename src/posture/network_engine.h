#pragma once

#include <cstdint>
#include <string_view>

#include "kube/inventory.h"

namespace bulwark::posture {

// What enforces network policies on the nodes of one operating system. `none`: AKS says that nothing of its own
// does, and no DaemonSet of a known engine is there.
enum class NetworkEngine : std::uint8_t { unknown, none, azure_npm, calico, cilium, other };

struct EngineEvidence {
  NetworkEngine engine = NetworkEngine::unknown;
  const kube::Object* object = nullptr;  // the DaemonSet or Node that tells; unset when unknown
};

// By the DaemonSet of the engine (in any namespace), else by the label that AKS puts on its nodes.
EngineEvidence find_network_engine(const kube::Inventory& inventory, bool windows);

// none, azure, calico or cilium: the network policy of the AKS cluster.
inline constexpr std::string_view network_policy_label = "kubernetes.azure.com/network-policy";

}  // namespace bulwark::posture

#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "kube/inventory.h"
#include "twin/model.h"

namespace bulwark::twin {

struct LoadOptions {
  // What the objects of the inventory point to; the model keeps it.
  std::shared_ptr<const void> owned;
  // When the objects were as they are, when no Snapshot tells.
  Time now{};
  Assumptions assumptions;
  bool is_living = false;      // all of a cluster, though no Snapshot says so
  std::vector<Gap> gaps = {};  // what is known to be missing already
  std::optional<int> minor;    // of the server, when no Snapshot tells; 0 in `1.0` never happens
};

// A model of the cluster that the inventory shows. Whatever is missing in it, does not add up or cannot be read is
// among the model's gaps, and the rest is taken as it is.
std::shared_ptr<const Model> load(const kube::Inventory& inventory, const LoadOptions& options);

// The pool of a node, as the labels of the clouds name it: AKS, EKS, GKE, Karpenter; "" when none does.
std::string_view pool_of(kube::Labels labels);
std::string_view zone_of(kube::Labels labels);
NodeInfo node_info(const kube::Object& node, std::vector<std::string_view>& resources);

}  // namespace bulwark::twin

#pragma once

#include <string_view>

#include "posture/check.h"

namespace bulwark::posture {

// Something that runs in an AKS cluster when it is enabled in Azure.
struct AddOn {
  std::string_view name;      // "the Defender sensor"
  std::string_view workload;  // how the names of its workloads begin
  std::string_view instead;   // what does its work in the cluster as well; empty: nothing
};

// Reports at the Namespace kube-system, or else at the first Node, that the input shows a whole AKS cluster and
// not the add-on: unknown when it has no workloads of kube-system, of low severity when something else does its
// work. Other clouds' clusters are not judged.
void report_missing_add_on(const kube::Inventory& inventory, const AddOn& add_on, ClusterReporter& report);

}  // namespace bulwark::posture

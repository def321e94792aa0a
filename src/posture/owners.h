#pragma once

#include <vector>

#include "finding/finding.h"
#include "kube/inventory.h"

namespace bulwark::posture {

// Lets findings name the object to change, and say each thing once. What a pod or ReplicaSet has from the template
// of an owner that is in the inventory too is left out, for the owner's finding says it. What only the pods have,
// such as a sidecar that admission put in, stays at the first of them, with its owner and the number of the
// others. Takes the findings in the order of the report, and keeps it.
void join_with_owners(std::vector<finding::Finding*>& findings, const kube::Inventory& inventory);

}  // namespace bulwark::posture

#pragma once

#include <cstdint>
#include <string>

namespace bulwark::e2e {

// A scenario with a cluster and drains that the seed makes: nodes of different sizes, labels and taints,
// Deployments and StatefulSets with random requests, budgets, affinities and tolerations.
std::string random_cluster(std::uint64_t seed);

}  // namespace bulwark::e2e

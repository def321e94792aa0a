#pragma once

#include "adapters/kubeapi/api_client.h"

namespace bulwark::adapters {

// kube::Cluster::resources.
kube::Answer<std::vector<kube::Resource>> discover(ApiClient& api, std::vector<std::string>& missing);

// The apiVersion of evictions, from what /api/v1 says of pods/eviction: policy/v1, or policy/v1beta1 before 1.22.
kube::Answer<std::string> discover_eviction(ApiClient& api);

}  // namespace bulwark::adapters

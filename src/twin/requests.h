#pragma once

#include <string_view>
#include <vector>

#include "twin/model.h"

namespace bulwark::twin {

// The column of a resource's name in `names`, added when it is new.
std::size_t column_of(std::vector<std::string_view>& names, std::string_view name);

// An amount as its column counts it; nullopt: no quantity. Negative ones, which the API server refuses, are 0.
std::optional<std::int64_t> amount_of(std::string_view resource, std::string_view quantity);

// What the scheduler counts for a pod (resource.PodRequests, KEP-753 and KEP-2837): the sum of containers and
// sidecars, or the largest moment of its initialization, whichever is more, plus the overhead. A container that
// names a limit and no request asks for the limit.
struct PodRequests {
  Amounts amounts;                               // by column, pods is 1
  std::int64_t score_cpu = 0, score_memory = 0;  // with 100m and 200 MiB for containers that ask for none
  std::vector<std::string> problems;             // quantities that cannot be read
};
PodRequests requests_of(const kube::PodSpec& spec, kube::Labels overhead, std::vector<std::string_view>& names);

}  // namespace bulwark::twin

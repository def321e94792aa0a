// Commands that give a workload another number of replicas.
#pragma once

#include <string>

#include "twin/model.h"

namespace bulwark::rehearsal {

// What is scaled by an autoscaler is scaled by its minReplicas: the autoscaler would take back what `kubectl
// scale` does.
std::string scale_command(const twin::Workload& workload, std::int32_t replicas);
// Takes that back.
std::string unscale_command(const twin::Workload& workload, std::int32_t from, std::int32_t to);

}  // namespace bulwark::rehearsal

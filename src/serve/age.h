#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "kube/cluster.h"

namespace bulwark::serve {

// "5m", "2d3h": as kubectl shows durations (k8s.io/apimachinery/pkg/util/duration, HumanDuration).
std::string human_duration(std::chrono::seconds duration);

// The time since an RFC 3339 time; "<unknown>" when there is none.
std::string age(std::string_view since, kube::Time now);

}  // namespace bulwark::serve

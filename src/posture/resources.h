#pragma once

#include <string_view>

#include "posture/reporter.h"
#include "posture/views.h"

namespace bulwark::posture {

// Whether the container's share of a resource (cpu, memory) is reserved: by its own request or limit (a limit
// alone is taken as the request, too), or from Kubernetes 1.34 on by those of its pod.
bool has_request(const ContainerView& view, std::string_view resource);

// Whether the container's use of a resource is limited: by its own limit, or from Kubernetes 1.34 on by its pod's.
bool has_limit(const ContainerView& view, std::string_view resource);

// The rules of the checks that ask for one: ephemeral containers, which have no resources, are not judged.
void report_missing_request(const ContainerView& view, std::string_view resource, Reporter& report);
void report_missing_limit(const ContainerView& view, std::string_view resource, Reporter& report);

}  // namespace bulwark::posture

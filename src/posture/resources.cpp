#include "posture/resources.h"

#include <fmt/format.h>

namespace bulwark::posture {

namespace {

bool names(kube::Labels amounts, std::string_view resource) {
  return kube::is_set(kube::find_label(amounts, resource));
}

// The pod's own amounts, where the API server reads them (KEP-2837: beta and on by default from 1.34).
const kube::ResourceRequirements* of_pod(const ContainerView& view) {
  return view.pod.version >= kube::MinorVersion{1, 34} ? view.pod.spec.resources : nullptr;
}

constexpr std::string_view no_fix = "how much it needs must be measured";

}  // namespace

bool has_request(const ContainerView& view, std::string_view resource) {
  for (const kube::ResourceRequirements* amounts : {view.container.resources, of_pod(view)}) {
    if (amounts != nullptr && (names(amounts->requests, resource) || names(amounts->limits, resource)))
      return true;
  }
  return false;
}

bool has_limit(const ContainerView& view, std::string_view resource) {
  for (const kube::ResourceRequirements* amounts : {view.container.resources, of_pod(view)}) {
    if (amounts != nullptr && names(amounts->limits, resource)) return true;
  }
  return false;
}

void report_missing_request(const ContainerView& view, std::string_view resource, Reporter& report) {
  if (view.role == ContainerRole::ephemeral || has_request(view, resource)) return;
  report
      .broken(view.path("resources") / "requests" / resource,
              fmt::format("the container has no {} request", resource))
      .no_fix(no_fix);
}

void report_missing_limit(const ContainerView& view, std::string_view resource, Reporter& report) {
  if (view.role == ContainerRole::ephemeral || has_limit(view, resource)) return;
  report
      .broken(view.path("resources") / "limits" / resource, fmt::format("the container has no {} limit", resource))
      .no_fix(no_fix);
}

}  // namespace bulwark::posture

#include "posture/serving.h"

#include <algorithm>

namespace bulwark::posture {

bool serves(const ContainerView& view) {
  using enum kube::ResourceKind;
  if (view.role != ContainerRole::ordinary) return false;
  const kube::ResourceKind kind = view.pod.object.kind;
  if (kind == job || kind == cron_job) return false;
  const std::string_view restart = view.pod.spec.restart_policy;
  if (restart == "Never" || restart == "OnFailure") return false;
  return std::ranges::any_of(view.container.ports, [](const kube::ContainerPort& port) {
    return port.name.find("metrics") == std::string_view::npos && port.name != "prometheus";
  });
}

}  // namespace bulwark::posture

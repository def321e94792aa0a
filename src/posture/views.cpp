#include "posture/views.h"

namespace bulwark::posture {

FieldPath PodView::path(std::string_view below) const {
  FieldPath path;
  for (const std::string_view key : prefix) path = std::move(path) / key;
  return std::move(path) / below;
}

FieldPath ContainerView::path() const {
  const bool init = role == ContainerRole::init || role == ContainerRole::sidecar;
  const std::string_view list = init                               ? "initContainers"
                                : role == ContainerRole::ephemeral ? "ephemeralContainers"
                                                                   : "containers";
  return pod.spec_path() / list / index;
}

}  // namespace bulwark::posture

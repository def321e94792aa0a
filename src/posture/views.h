#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "document/field_path.h"
#include "kube/minor_version.h"
#include "kube/object.h"

namespace bulwark::posture {

using document::FieldPath;

// A pod, or the pod template of a workload, as checks see it.
struct PodView {
  const kube::Object& object;
  const kube::PodSpec& spec;
  const kube::ObjectMeta& metadata;          // the pod's own, which for a workload is the template's
  std::span<const std::string_view> prefix;  // from the object's root to where metadata and spec stand
  kube::MinorVersion version;                // of Kubernetes, whose rules apply

  // Way to a field of the pod: path("spec") / "hostNetwork".
  FieldPath path(std::string_view below) const;
  FieldPath spec_path() const { return path("spec"); }
  // os.name says windows: fields that only Linux has do not apply. (Windows by node selector alone does not count,
  // as for Pod Security admission.)
  bool is_windows() const { return spec.os != nullptr && spec.os->name == "windows"; }
  // Runs in a user namespace of its own (hostUsers: false).
  bool has_own_users() const { return !spec.host_users.value_or(true); }
};

enum class ContainerRole : std::uint8_t { init, sidecar, ordinary, ephemeral };

// One container of a pod.
struct ContainerView {
  const PodView& pod;
  const kube::Container& container;
  ContainerRole role;
  std::uint32_t index;  // within its list

  // Way to the container, or to a field of it.
  FieldPath path() const;
  FieldPath path(std::string_view field) const { return path() / field; }
  // Stays for the life of the pod: an ordinary container or a sidecar.
  bool is_long_running() const { return role == ContainerRole::ordinary || role == ContainerRole::sidecar; }
};

// Calls visit(ContainerView) for init, ordinary and ephemeral containers, in this order.
template <class Visit>
void for_each_container(const PodView& pod, Visit&& visit) {
  std::uint32_t index = 0;
  for (const kube::Container& container : pod.spec.init_containers) {
    const bool sidecar = container.restart_policy == "Always";
    visit(ContainerView{pod, container, sidecar ? ContainerRole::sidecar : ContainerRole::init, index++});
  }
  index = 0;
  for (const kube::Container& container : pod.spec.containers) {
    visit(ContainerView{pod, container, ContainerRole::ordinary, index++});
  }
  index = 0;
  for (const kube::Container& container : pod.spec.ephemeral_containers) {
    visit(ContainerView{pod, container, ContainerRole::ephemeral, index++});
  }
}

// Calls visit(context, path) for the security context of the pod and for those of its containers, where they are
// set; path() makes the way to it. The two are of different types, which have most fields in common.
template <class Visit>
void for_each_security_context(const PodView& pod, Visit&& visit) {
  if (const auto* context = pod.spec.security_context; context != nullptr) {
    visit(*context, [&] { return pod.spec_path() / "securityContext"; });
  }
  for_each_container(pod, [&](const ContainerView& container) {
    if (const auto* context = container.container.security_context; context != nullptr) {
      visit(*context, [&] { return container.path("securityContext"); });
    }
  });
}

}  // namespace bulwark::posture

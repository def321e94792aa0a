#pragma once

#include <string_view>

#include "posture/views.h"

namespace bulwark::posture {

// Whether the node selector sends the pod to Windows nodes.
inline bool selects_windows(const kube::PodSpec& spec) {
  for (const std::string_view key : {"kubernetes.io/os", "beta.kubernetes.io/os"}) {
    if (kube::find_label(spec.node_selector, key) == "windows") return true;
  }
  return kube::find_label(spec.node_selector, "kubernetes.azure.com/os-sku").starts_with("Windows");
}

// Calls visit(field name, path) for what the pod sets and only Linux has: what the API server forbids on a pod
// whose os.name is windows (validateWindows in kubernetes/kubernetes, pkg/apis/core/validation).
template <class Visit>
void for_each_linux_field(const PodView& pod, Visit&& visit) {
  const kube::PodSpec& spec = pod.spec;
  const auto of_spec = [&](bool is_set, const char* name) {
    if (is_set) visit(std::string_view(name), pod.spec_path() / name);
  };
  of_spec(spec.host_pid.value_or(false), "hostPID");
  of_spec(spec.host_ipc.value_or(false), "hostIPC");
  of_spec(spec.host_users.has_value(), "hostUsers");
  of_spec(spec.share_process_namespace.has_value(), "shareProcessNamespace");
  if (const auto* context = spec.security_context; context != nullptr) {
    const auto of_pod = [&](bool is_set, const char* name) {
      if (is_set) visit(std::string_view(name), pod.spec_path() / "securityContext" / name);
    };
    of_pod(context->app_armor_profile != nullptr, "appArmorProfile");
    of_pod(context->fs_group.has_value(), "fsGroup");
    of_pod(context->run_as_group.has_value(), "runAsGroup");
    of_pod(context->run_as_user.has_value(), "runAsUser");
    of_pod(context->se_linux_options != nullptr, "seLinuxOptions");
    of_pod(context->seccomp_profile != nullptr, "seccompProfile");
    of_pod(!context->supplemental_groups.empty(), "supplementalGroups");
    of_pod(!context->sysctls.empty(), "sysctls");
  }
  for_each_container(pod, [&](const ContainerView& container) {
    const auto* context = container.container.security_context;
    if (context == nullptr) return;
    const auto of_container = [&](bool is_set, const char* name) {
      if (is_set) visit(std::string_view(name), container.path("securityContext") / name);
    };
    of_container(context->allow_privilege_escalation.has_value(), "allowPrivilegeEscalation");
    of_container(context->app_armor_profile != nullptr, "appArmorProfile");
    of_container(context->capabilities != nullptr, "capabilities");
    of_container(context->privileged.has_value(), "privileged");
    of_container(kube::is_set(context->proc_mount), "procMount");
    of_container(context->read_only_root_filesystem.has_value(), "readOnlyRootFilesystem");
    of_container(context->run_as_group.has_value(), "runAsGroup");
    of_container(context->run_as_user.has_value(), "runAsUser");
    of_container(context->se_linux_options != nullptr, "seLinuxOptions");
    of_container(context->seccomp_profile != nullptr, "seccompProfile");
  });
}

}  // namespace bulwark::posture

// The guide's newest text asks for user namespaces: hostUsers: false, on by default from Kubernetes 1.33 and
// stable in 1.36 (KEP-127).
#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// A pod with users of its own has 65536 of them.
bool is_mapped(const kube::OptionalInt& id) { return !id || *id < 65536; }

bool is_mapped(const kube::PodSecurityContext& context) {
  return is_mapped(context.run_as_user) && is_mapped(context.run_as_group) && is_mapped(context.fs_group) &&
         std::all_of(context.supplemental_groups.begin(), context.supplemental_groups.end(),
                     [](const kube::OptionalInt& id) { return is_mapped(id); });
}

// Whether the container asks for rights over the node that it would no longer have.
bool needs_the_node(const kube::Container& container) {
  const kube::SecurityContext* context = container.security_context;
  if (context == nullptr) return false;
  if (context->privileged.value_or(false) || !is_mapped(context->run_as_user) ||
      !is_mapped(context->run_as_group)) {
    return true;
  }
  const auto* capabilities = context->capabilities;
  return capabilities != nullptr && std::any_of(capabilities->add.begin(), capabilities->add.end(),
                                                [](std::string_view name) { return name != "NET_BIND_SERVICE"; });
}

// The kinds of volumes that the kubelet fills itself, on the node's own file system.
bool is_local(const kube::Volume& volume) {
  return volume.empty_dir != nullptr || volume.config_map != nullptr || volume.secret != nullptr ||
         volume.projected != nullptr || volume.downward_api;
}

// Why hostUsers: false could keep the pod from running; empty when nothing here says so.
std::string_view obstacle(const PodView& pod) {
  if (pod.version < kube::MinorVersion{1, 36})
    return "before Kubernetes 1.36 nodes may lack what it needs: Linux 6.3";
  if (!std::all_of(pod.spec.volumes.begin(), pod.spec.volumes.end(), is_local)) {
    return "its volumes may lie on file systems without id-mapped mounts";
  }
  if (!kube::is_set(pod.spec.runtime_class_name)) {
    bool needs = pod.spec.security_context != nullptr && !is_mapped(*pod.spec.security_context);
    for_each_container(pod, [&](const ContainerView& view) { needs = needs || needs_the_node(view.container); });
    return needs ? "it asks for rights over the node, or for user ids above 65535" : "";
  }
  return "its runtime class may not support it";
}

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() || pod.has_own_users()) return;
  // The API server refuses a user namespace together with the node's own namespaces, and with block devices.
  if (pod.spec.host_network.value_or(false) || pod.spec.host_pid.value_or(false) ||
      pod.spec.host_ipc.value_or(false)) {
    return;
  }
  bool devices = false;
  for_each_container(
      pod, [&](const ContainerView& view) { devices = devices || !view.container.volume_devices.empty(); });
  if (devices) return;
  const FieldPath at = pod.spec_path() / "hostUsers";
  auto finding = report.broken(at, "the pod shares the node's users");
  if (const std::string_view why = obstacle(pod); !why.empty()) {
    finding.no_fix(why);
  } else {
    finding.fix([&] { return Edits{set(at, document::Literal::boolean(false))}; });
  }
}

}  // namespace

extern const Check user_namespace;
const Check user_namespace{
    .about =
        {.id = "user-namespace",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Pods run in a user namespace of their own",
         .effect = "A process that breaks out of the container keeps its user id on the node; with hostUsers: "
                   "false even root becomes a user without rights.",
         .remedy =
             "Set hostUsers: false on the pod (Kubernetes 1.33, Linux nodes with Azure Linux 3 or Ubuntu 24.04).",
         .sources = {{"AKS: secure container access to resources",
                      "https://learn.microsoft.com/azure/aks/secure-container-access"},
                     {"Kubernetes: user namespaces",
                      "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"}},
         .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 33},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// A Localhost profile is a file (seccomp) or a loaded policy (AppArmor) of the node. Kubernetes copies it nowhere:
// on a node that was added or reimaged since, the container does not start. Profiles under operator/ are put on
// every node by the Security Profiles Operator; a pod that chooses its nodes is taken to choose those that have
// the profile.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool chooses_nodes(const kube::PodSpec& spec) {
  for (const kube::Label& label : spec.node_selector) {
    // Every node has these, whatever is installed on it.
    if (label.key != "kubernetes.io/os" && label.key != "kubernetes.io/arch") return true;
  }
  return !spec.node_name.empty() || (spec.affinity != nullptr && spec.affinity->node_affinity);
}

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() || chooses_nodes(pod.spec)) return;
  const auto judge = [&](const kube::ConfinementProfile* profile, const FieldPath& at, std::string_view what) {
    if (profile == nullptr || profile->type != "Localhost") return;
    if (profile->localhost_profile.starts_with("operator/")) return;
    report.unknown(at / "localhostProfile",
                   fmt::format("the pod can start only on nodes that have the {} profile \"{}\"", what,
                               profile->localhost_profile),
                   "on which nodes the profile is installed");
  };
  const auto judge_context = [&](const auto* context, const FieldPath& at) {
    if (context == nullptr) return;
    judge(context->seccomp_profile, at / "seccompProfile", "seccomp");
    judge(context->app_armor_profile, at / "appArmorProfile", "AppArmor");
  };
  judge_context(pod.spec.security_context, pod.spec_path() / "securityContext");
  for_each_container(pod, [&](const ContainerView& container) {
    judge_context(container.container.security_context, container.path("securityContext"));
  });
}

}  // namespace

extern const Check localhost_profile;
const Check localhost_profile{
    .about = {.id = "localhost-profile",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Pods with a profile of the node go where the profile is",
              .effect = "On a node that was added or reimaged after somebody copied the profile, the container "
                        "does not start: the next node upgrade stops the workload.",
              .remedy =
                  "Install profiles with a DaemonSet or the Security Profiles Operator, and choose the nodes "
                  "that have them by a label.",
              .sources = {{"Kubernetes: seccomp and Kubernetes",
                           "https://kubernetes.io/docs/reference/node/seccomp/"},
                          {"Kubernetes: restrict a container's access with AppArmor",
                           "https://kubernetes.io/docs/tutorials/security/apparmor/"},
                          {"Security Profiles Operator",
                           "https://github.com/kubernetes-sigs/security-profiles-operator"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 19},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

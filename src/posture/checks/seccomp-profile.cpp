// Pod Security Standards, Restricted from v1.19, "Seccomp": RuntimeDefault or Localhost on the pod or on every
// container; from v1.25 not asked of Windows pods.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() && pod.version >= kube::MinorVersion{1, 25}) return;
  const auto is_good = [](const kube::ConfinementProfile* profile) {
    return profile->type == "RuntimeDefault" || profile->type == "Localhost";
  };
  const auto* pod_context = pod.spec.security_context;
  const auto* inherited = pod_context == nullptr ? nullptr : pod_context->seccomp_profile;
  // A profile that switches the filter off is the matter of seccomp-unconfined, which this control replaces.
  const bool all = report.is_pod_security();
  const FieldPath pod_field = pod.spec_path() / "securityContext" / "seccompProfile";
  const auto bad = [&](const FieldPath& at, std::string_view type) {
    report.broken(at, fmt::format("seccomp profile type is \"{}\"", type)).fix([&] {
      return Edits{set(at, document::Literal::string("RuntimeDefault"))};
    });
  };
  if (inherited != nullptr && !is_good(inherited) && all) bad(pod_field / "type", inherited->type);
  std::size_t without = 0;
  for_each_container(pod, [&](const ContainerView& container) {
    const auto* context = container.container.security_context;
    const auto* own = context == nullptr ? nullptr : context->seccomp_profile;
    if (own == nullptr) {
      if (inherited == nullptr) ++without;
    } else if (!is_good(own) && all) {
      bad(container.path("securityContext") / "seccompProfile" / "type", own->type);
    }
  });
  if (without == 0) return;
  report
      .broken(pod_field, without == 1 ? std::string("a container has no seccomp profile")
                                      : fmt::format("{} containers have no seccomp profile", without))
      .fix([&] { return Edits{set(pod_field / "type", document::Literal::string("RuntimeDefault"))}; });
}

}  // namespace

extern const Check seccomp_profile;
const Check seccomp_profile{
    .about = {.id = "seccomp-profile",
              .aliases = {"KSV030"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers run with a seccomp profile",
              .effect = "Without a profile every system call of the kernel is open to the container, unless the "
                        "kubelet was told otherwise.",
              .remedy = "Set seccompProfile.type: RuntimeDefault on the pod.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"Kubernetes: seccomp and Kubernetes",
                           "https://kubernetes.io/docs/reference/node/seccomp/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_restricted, "Seccomp"},
                           {finding::Framework::cis_kubernetes, "5.7.2"},
                           {finding::Framework::nsa, "Pod security: seccomp"}}},
    .pss = {.level = PssLevel::restricted,
            .since = {1, 19},
            .control = "seccompProfile_restricted",
            .replaces = "seccompProfile"},
    .from = {1, 19},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

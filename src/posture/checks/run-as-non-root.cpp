// Pod Security Standards, Restricted, "Running as Non-root": runAsNonRoot true on the pod or on every container,
// false on none; from v1.35 not asked of pods with hostUsers: false.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view image_decides =
    "with no runAsUser the image decides, and an image that runs as root would not start";

kube::OptionalBool own_setting(const ContainerView& container) {
  const auto* context = container.container.security_context;
  return context == nullptr ? kube::OptionalBool{} : context->run_as_non_root;
}

// The user that the manifest names for a container, on it or on the pod.
kube::OptionalInt user_of(const ContainerView& container) {
  const auto* own = container.container.security_context;
  if (own != nullptr && own->run_as_user) return own->run_as_user;
  const auto* context = container.pod.spec.security_context;
  return context == nullptr ? kube::OptionalInt{} : context->run_as_user;
}

bool is_surely_not_root(const ContainerView& container) { return user_of(container).value_or(0) > 0; }

void require(Reported finding, const FieldPath& field, bool starts) {
  if (starts) {
    finding.fix([&] { return Edits{set(field, document::Literal::boolean(true))}; });
  } else {
    finding.no_fix(image_decides);
  }
}

void run(const PodView& pod, Reporter& report) {
  if (pod.version >= kube::MinorVersion{1, 35} && pod.has_own_users()) return;
  const auto* pod_context = pod.spec.security_context;
  const kube::OptionalBool inherited =
      pod_context == nullptr ? kube::OptionalBool{} : pod_context->run_as_non_root;
  std::vector<ContainerView> unset;
  bool all_unset = true;
  for_each_container(pod, [&](const ContainerView& container) {
    const kube::OptionalBool own = own_setting(container);
    if (own) {
      all_unset = false;
      if (*own) return;
    } else if (inherited.value_or(false)) {
      return;
    }
    // Root by number is reported by run-as-root-user.
    if (!report.is_pod_security() && user_of(container) == 0) {
      all_unset = false;
    } else if (own) {
      const FieldPath field = container.path("securityContext") / "runAsNonRoot";
      require(report.broken(field, "runAsNonRoot is false"), field, is_surely_not_root(container));
    } else {
      unset.push_back(container);
    }
  });
  if (!inherited && unset.empty()) return;
  const FieldPath pod_field = pod.spec_path() / "securityContext" / "runAsNonRoot";
  const bool pod_starts = all_unset && std::all_of(unset.begin(), unset.end(), is_surely_not_root);
  if (inherited) {
    if (!*inherited) require(report.broken(pod_field, "runAsNonRoot is false for the pod"), pod_field, pod_starts);
  } else if (all_unset && !unset.empty()) {
    require(report.broken(pod_field,
                          unset.size() == 1
                              ? std::string("runAsNonRoot is not set to true")
                              : fmt::format("runAsNonRoot is not set to true for {} containers", unset.size())),
            pod_field, pod_starts);
  } else {
    for (const ContainerView& container : unset) {
      const FieldPath field = container.path("securityContext") / "runAsNonRoot";
      require(report.broken(field, "runAsNonRoot is not set to true"), field, is_surely_not_root(container));
    }
  }
}

}  // namespace

extern const Check run_as_non_root;
const Check run_as_non_root{
    .about = {.id = "run-as-non-root",
              .aliases = {"KSV012", "C-0013"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Containers run as a user other than root",
              .effect =
                  "A process that is root in the container is root on the node as soon as it finds a way out.",
              .remedy = "Set runAsNonRoot: true and a runAsUser other than 0, on the pod or on the container.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_restricted, "Running as Non-root"},
                           {finding::Framework::cis_kubernetes, "5.2.7"},
                           {finding::Framework::nsa, "Pod security: non-root containers"},
                           {finding::Framework::defender, "Running containers as root user should be avoided"}}},
    .pss = {.level = PssLevel::restricted, .since = {1, 0}, .control = "runAsNonRoot"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

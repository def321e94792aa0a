// Pod Security Standards, Restricted, "Running as Non-root": runAsNonRoot true on the pod or on every container,
// false on none; from v1.35 not asked of pods with hostUsers: false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.version >= kube::MinorVersion{1, 35} && pod.has_own_users()) return;
  const auto* pod_context = pod.spec.security_context;
  const kube::OptionalBool inherited =
      pod_context == nullptr ? kube::OptionalBool{} : pod_context->run_as_non_root;
  const kube::OptionalInt pod_user = pod_context == nullptr ? kube::OptionalInt{} : pod_context->run_as_user;
  const FieldPath pod_field = pod.spec_path() / "securityContext" / "runAsNonRoot";
  if (inherited && !*inherited) {
    report.broken(pod_field, "runAsNonRoot is false for the pod").fix([&] {
      return pod_user.value_or(0) > 0 ? Edits{set(pod_field, document::Literal::boolean(true))} : Edits{};
    });
  }
  for_each_container(pod, [&](const ContainerView& container) {
    const auto* context = container.container.security_context;
    const kube::OptionalBool own = context == nullptr ? kube::OptionalBool{} : context->run_as_non_root;
    if (own.value_or(inherited.value_or(false))) return;
    // One fault, one finding: what the pod says is reported above, and root by number by run-as-root-user.
    if (!own && inherited) return;
    const kube::OptionalInt user = context != nullptr && context->run_as_user ? context->run_as_user : pod_user;
    if (!report.is_pod_security() && user == 0) return;
    const FieldPath at = container.path("securityContext") / "runAsNonRoot";
    auto finding = report.broken(at, own ? "runAsNonRoot is false" : "runAsNonRoot is not set to true");
    if (user.value_or(0) > 0) {
      finding.fix([&] { return Edits{set(at, document::Literal::boolean(true))}; });
    } else {
      finding.no_fix("with no runAsUser the image decides, and an image that runs as root would not start");
    }
  });
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

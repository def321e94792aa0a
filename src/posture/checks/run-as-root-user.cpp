// Pod Security Standards, Restricted from v1.23, "Running as Non-root user": runAsUser must not be 0; from v1.35
// not asked of pods with hostUsers: false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.version >= kube::MinorVersion{1, 35} && pod.has_own_users()) return;
  const auto judge = [&](const kube::OptionalInt& user, const auto& context) {
    if (user != 0) return;
    report.broken(context() / "runAsUser", "runAsUser is 0, which is root")
        .no_fix("which user the image's files belong to is known to its owner alone");
  };
  for_each_security_context(pod, [&](const auto& context, const auto& path) { judge(context.run_as_user, path); });
}

}  // namespace

extern const Check run_as_root_user;
const Check run_as_root_user{
    .about = {.id = "run-as-root-user",
              .aliases = {"KSV105"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "No container names user 0",
              .effect =
                  "A process that is root in the container is root on the node as soon as it finds a way out.",
              .remedy = "Set runAsUser to a number above 0, best above 10000.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_restricted, "Running as Non-root user"},
                           {finding::Framework::cis_kubernetes, "5.2.7"},
                           {finding::Framework::defender, "Running containers as root user should be avoided"}}},
    .pss = {.level = PssLevel::restricted, .since = {1, 23}, .control = "runAsUser"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// Pod Security Standards, Baseline, "Seccomp": before v1.19 the alpha annotations must be runtime/default,
// docker/default or localhost/*; from v1.19 the fields must not be Unconfined. Unset is allowed here.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.version < kube::MinorVersion{1, 19}) {
    const auto judge = [&](std::string_view key) {
      const std::string_view value = kube::find_label(pod.metadata.annotations, key);
      if (value.data() == nullptr || value == "runtime/default" || value == "docker/default" ||
          value.starts_with("localhost/")) {
        return;
      }
      for (const kube::Label& annotation : pod.metadata.annotations) {
        if (annotation.key != key) continue;
        report.broken(pod.path("metadata") / "annotations" / annotation.key,
                      fmt::format("seccomp annotation \"{}\" switches the filter off", value));
        break;
      }
    };
    judge("seccomp.security.alpha.kubernetes.io/pod");
    for_each_container(pod, [&](const ContainerView& container) {
      judge(fmt::format("container.seccomp.security.alpha.kubernetes.io/{}", container.container.name));
    });
    return;
  }
  const auto judge = [&](const kube::ConfinementProfile* profile, const auto& context) {
    if (profile == nullptr || profile->type == "RuntimeDefault" || profile->type == "Localhost") return;
    const FieldPath at = context() / "seccompProfile" / "type";
    report.broken(at, fmt::format("seccomp profile type \"{}\" switches the filter off", profile->type)).fix([&] {
      return Edits{set(at, document::Literal::string("RuntimeDefault"))};
    });
  };
  for_each_security_context(pod,
                            [&](const auto& context, const auto& path) { judge(context.seccomp_profile, path); });
}

}  // namespace

extern const Check seccomp_unconfined;
const Check seccomp_unconfined{
    .about = {.id = "seccomp-unconfined",
              .aliases = {"KSV104"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Seccomp is not switched off",
              .effect = "Every system call of the kernel is open to the container, and with it the kernel's "
                        "rarely used and often attacked corners.",
              .remedy = "Use RuntimeDefault, or a profile of your own (Localhost).",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Seccomp"},
                           {finding::Framework::nsa, "Pod security: seccomp"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "seccompProfile"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

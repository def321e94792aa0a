// The alpha seccomp annotations are deprecated since 1.19 and not read from 1.27 on; the fields are there
// from 1.19.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  constexpr std::string_view pod_key = "seccomp.security.alpha.kubernetes.io/pod";
  constexpr std::string_view container_prefix = "container.seccomp.security.alpha.kubernetes.io/";
  for (const kube::Label& annotation : pod.metadata.annotations) {
    const bool whole_pod = annotation.key == pod_key;
    if (!whole_pod && !annotation.key.starts_with(container_prefix)) continue;
    const FieldPath at = pod.path("metadata") / "annotations" / annotation.key;
    const bool ignored = pod.version >= kube::MinorVersion{1, 27};
    auto finding = report.broken(
        at, fmt::format("the annotation \"{}\" is {}", annotation.key,
                        ignored ? "ignored: the pod runs without this profile" : "deprecated since 1.19"));
    if (!ignored) finding.severity(finding::Severity::medium);
    const auto* context = pod.spec.security_context;
    if (!whole_pod || (context != nullptr && context->seccomp_profile != nullptr)) {
      if (whole_pod) finding.fix([&] { return Edits{remove(at)}; });
      continue;
    }
    const std::string_view value = annotation.value;
    const FieldPath field = pod.spec_path() / "securityContext" / "seccompProfile";
    if (value == "runtime/default" || value == "docker/default") {
      finding.fix(
          [&] { return Edits{set(field / "type", document::Literal::string("RuntimeDefault")), remove(at)}; });
    } else if (value.starts_with("localhost/")) {
      finding.fix([&] {
        return Edits{set(field / "type", document::Literal::string("Localhost")),
                     set(field / "localhostProfile", document::Literal::string(value.substr(10))), remove(at)};
      });
    }
  }
}

}  // namespace

extern const Check seccomp_annotation;
const Check seccomp_annotation{
    .about = {.id = "seccomp-annotation",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Seccomp profiles are set by field and not by annotation",
              .effect = "From Kubernetes 1.27 the annotation is ignored: the pod runs without the profile, and "
                        "nothing says so.",
              .remedy = "Set securityContext.seccompProfile on the pod or container, and remove the annotation.",
              .sources = {{"Kubernetes: seccomp and Kubernetes",
                           "https://kubernetes.io/docs/reference/node/seccomp/"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 19},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

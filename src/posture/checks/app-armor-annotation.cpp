// KEP-24: fields from 1.30; the API server stops copying fields to annotations in 1.34 and annotations to fields
// in 1.36.
#include <fmt/format.h>

#include <vector>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
  for (const kube::Label& annotation : pod.metadata.annotations) {
    if (!annotation.key.starts_with(prefix)) continue;
    const std::string_view name = annotation.key.substr(prefix.size());
    const FieldPath at = pod.path("metadata") / "annotations" / annotation.key;
    const ContainerView* named = nullptr;
    std::vector<ContainerView> all;
    for_each_container(pod, [&](const ContainerView& container) { all.push_back(container); });
    for (const ContainerView& container : all) {
      if (container.container.name == name) named = &container;
    }
    if (named == nullptr) {
      report.broken(at, fmt::format("the annotation names \"{}\", and the pod has no such container", name));
      continue;
    }
    const auto* context = named->container.security_context;
    if (context != nullptr && context->app_armor_profile != nullptr) continue;
    const bool ignored = pod.version >= kube::MinorVersion{1, 36};
    auto finding = report.broken(at, ignored ? "the AppArmor annotation is ignored from Kubernetes 1.36"
                                             : "the AppArmor annotation is deprecated since Kubernetes 1.30");
    if (!ignored) finding.severity(finding::Severity::low);
    const FieldPath field = named->path("securityContext") / "appArmorProfile";
    if (annotation.value == "runtime/default") {
      finding.fix(
          [&] { return Edits{set(field / "type", document::Literal::string("RuntimeDefault")), remove(at)}; });
    } else if (annotation.value.starts_with("localhost/")) {
      finding.fix([&] {
        return Edits{set(field / "type", document::Literal::string("Localhost")),
                     set(field / "localhostProfile", document::Literal::string(annotation.value.substr(10))),
                     remove(at)};
      });
    }
  }
}

}  // namespace

extern const Check app_armor_annotation;
const Check app_armor_annotation{
    .about = {.id = "app-armor-annotation",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "AppArmor profiles are set by field and not by annotation",
              .effect = "From Kubernetes 1.36 the API server no longer copies the annotation into the field: the "
                        "pod runs with the default profile instead of its own.",
              .remedy = "Set securityContext.appArmorProfile on the container, and remove the annotation.",
              .sources = {{"KEP-24: AppArmor",
                           "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/24-apparmor"},
                          {"Kubernetes: restrict a container's access with AppArmor",
                           "https://kubernetes.io/docs/tutorials/security/apparmor/"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 30},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

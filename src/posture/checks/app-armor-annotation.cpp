// KEP-24: AppArmor is a field from 1.30 on. The API server stops copying fields to annotations in 1.34, and
// annotations to fields in 1.36. A pod with neither is not unconfined: the runtime gives it its default profile.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
constexpr std::string_view localhost = "localhost/";

// The type that the field would have; empty when the value is none that the API server takes.
std::string_view type_of(std::string_view value) {
  if (value.empty() || value == "runtime/default") return "RuntimeDefault";
  if (value == "unconfined") return "Unconfined";
  if (value.starts_with(localhost) && value.size() > localhost.size()) return "Localhost";
  return {};
}

bool says_the_same(const kube::ConfinementProfile& field, std::string_view value) {
  if (field.type != type_of(value)) return false;
  return field.type != "Localhost" || field.localhost_profile == value.substr(localhost.size());
}

Edits to_field(const FieldPath& annotation, const FieldPath& field, std::string_view value) {
  const std::string_view type = type_of(value);
  Edits edits{set(field / "type", document::Literal::string(type))};
  if (type == "Localhost") {
    edits.push_back(set(field / "localhostProfile", document::Literal::string(value.substr(localhost.size()))));
  }
  edits.push_back(remove(annotation));
  return edits;
}

void judge(const ContainerView& view, std::string_view value, const FieldPath& at, Reporter& report) {
  using finding::Severity;
  const kube::MinorVersion version = view.pod.version;
  const bool ignored = version >= kube::MinorVersion{1, 36};
  const auto* context = view.container.security_context;
  if (context != nullptr && context->app_armor_profile != nullptr) {
    // From 1.36 the field rules; a manifest for old and new clusters has both.
    if (version < kube::MinorVersion{1, 30} || ignored || says_the_same(*context->app_armor_profile, value))
      return;
    report
        .broken(at,
                fmt::format("the annotation \"{}\" and the field \"{}\" differ: the API server refuses the pod",
                            value, context->app_armor_profile->type))
        .severity(Severity::high)
        .no_fix("which of the two is meant is known to its owner alone");
    return;
  }
  if (version < kube::MinorVersion{1, 30}) return;
  const std::string_view type = type_of(value);
  auto finding = report.broken(at, ignored ? "the AppArmor annotation is ignored from Kubernetes 1.36"
                                           : "the AppArmor annotation is deprecated since Kubernetes 1.30");
  // Without the annotation the runtime's default applies: only a profile of its own is lost.
  if (!ignored || type != "Localhost") finding.severity(Severity::low);
  if (type == "Unconfined") {
    finding.no_fix("a field would give the container no better profile");
  } else {
    finding.fix([&] { return to_field(at, view.path("securityContext") / "appArmorProfile", value); });
  }
}

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows()) return;
  for (const kube::Label& annotation : pod.metadata.annotations) {
    if (!annotation.key.starts_with(prefix)) continue;
    const std::string_view name = annotation.key.substr(prefix.size());
    const FieldPath at = pod.path("metadata") / "annotations" / annotation.key;
    if (type_of(annotation.value).empty()) {
      report
          .broken(at,
                  fmt::format("\"{}\" is no AppArmor profile: the API server refuses the pod", annotation.value))
          .severity(finding::Severity::high)
          .no_fix("which profile is meant is known to its owner alone");
      continue;
    }
    bool found = false;
    for_each_container(pod, [&](const ContainerView& view) {
      if (view.container.name != name) return;
      found = true;
      judge(view, annotation.value, at, report);
    });
    if (found) continue;
    report.broken(at, fmt::format("the annotation names \"{}\", and the pod has no such container", name))
        .severity(finding::Severity::high)
        .no_fix("which container is meant is known to its owner alone");
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
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

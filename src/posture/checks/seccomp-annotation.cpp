// KEP-135: seccomp is a field from 1.19 on, and the alpha annotations are deprecated. Until 1.26 the API server
// copied them into the fields; from 1.27 on nobody reads them.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view pod_key = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view container_prefix = "container.seccomp.security.alpha.kubernetes.io/";

// The type that the field would have; empty when the annotation's value means nothing.
std::string_view type_of(std::string_view value) {
  if (value == "runtime/default" || value == "docker/default") return "RuntimeDefault";
  if (value == "unconfined") return "Unconfined";
  if (value.starts_with("localhost/") && value.size() > 10) return "Localhost";
  return {};
}

struct Place {
  bool exists = true;       // the pod, or the container that is named
  bool has_field = false;   // which the annotation does not change
  std::string_view holder;  // of that field
  FieldPath security_context;
};

bool has_profile(const ContainerView& view) {
  const auto* context = view.container.security_context;
  return context != nullptr && context->seccomp_profile != nullptr;
}

Place place_of(const PodView& pod, std::string_view key) {
  if (key == pod_key) {
    const FieldPath at = pod.spec_path() / "securityContext";
    const auto* context = pod.spec.security_context;
    if (context != nullptr && context->seccomp_profile != nullptr) return {true, true, "the pod", at};
    // When every container has a profile of its own, the pod's is of no use.
    bool everywhere = true;
    for_each_container(pod, [&](const ContainerView& view) { everywhere = everywhere && has_profile(view); });
    return {true, everywhere, "every container", at};
  }
  Place place{false, false, {}, {}};
  for_each_container(pod, [&](const ContainerView& view) {
    if (view.container.name != key.substr(container_prefix.size())) return;
    place = {true, has_profile(view), "the container", view.path("securityContext")};
  });
  return place;
}

Edits to_field(const FieldPath& annotation, const FieldPath& security_context, std::string_view value) {
  const FieldPath field = security_context / "seccompProfile";
  const std::string_view type = type_of(value);
  Edits edits{set(field / "type", document::Literal::string(type))};
  if (type == "Localhost") {
    edits.push_back(set(field / "localhostProfile", document::Literal::string(value.substr(10))));
  }
  edits.push_back(remove(annotation));
  return edits;
}

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows()) return;
  for (const kube::Label& annotation : pod.metadata.annotations) {
    if (annotation.key != pod_key && !annotation.key.starts_with(container_prefix)) continue;
    const FieldPath at = pod.path("metadata") / "annotations" / annotation.key;
    const std::string_view value = annotation.value, type = type_of(value);
    const Place place = place_of(pod, annotation.key);
    const char* whose = annotation.key == pod_key ? "pod" : "container";
    const bool ignored = pod.version >= kube::MinorVersion{1, 27};
    // Until then the API server itself writes the annotation beside the field of a pod (KEP-135).
    if (!ignored && place.has_field && !pod.object.metadata.uid.empty() &&
        pod.object.kind == kube::ResourceKind::pod) {
      continue;
    }
    if (!place.exists || place.has_field) {
      report
          .broken(at, place.exists ? fmt::format("the annotation has no effect: {} has its field", place.holder)
                                   : std::string("the annotation has no effect: the pod has no such container"))
          .severity(finding::Severity::low)
          .fix([&] { return Edits{remove(at)}; });
    } else if (!ignored) {
      auto finding =
          report.broken(at, fmt::format("the annotation \"{}\" is no longer read from Kubernetes 1.27 on", value));
      finding.severity(finding::Severity::medium);
      if (type.empty() || type == "Unconfined") {
        finding.no_fix("a field would give the pod no better profile");
      } else {
        finding.fix([&] { return to_field(at, place.security_context, value); });
      }
    } else if (type == "Unconfined") {
      report.broken(at, "the annotation \"unconfined\" is not read since Kubernetes 1.27")
          .severity(finding::Severity::low)
          .fix([&] { return Edits{remove(at)}; });
    } else {
      auto finding = report.broken(
          at,
          fmt::format("the annotation \"{}\" is not read since Kubernetes 1.27: the {} runs without this profile",
                      value, whose));
      if (type.empty()) {
        finding.no_fix("it names no profile that there could be");
      } else {
        finding.fix([&] { return to_field(at, place.security_context, value); });
      }
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
                          {"KEP-135: seccomp",
                           "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/135-seccomp"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 19},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// ValidateResourceRequirements of the API server: "must be less than or equal to limit".
#include <fmt/format.h>

#include "kube/quantity.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void judge(const kube::ResourceRequirements* resources, const FieldPath& at, Reporter& report) {
  for (const kube::Label& request : resources->requests) {
    const std::string_view limit_text = kube::find_label(resources->limits, request.key);
    if (!kube::is_set(limit_text)) continue;
    const auto wanted = kube::Quantity::from_manifest(request.value),
               limit = kube::Quantity::from_manifest(limit_text);
    if (!wanted || !limit || *wanted <= *limit) continue;
    report
        .broken(at / "limits" / request.key,
                fmt::format("the {} limit {} is below the request {}", request.key, limit_text, request.value))
        .no_fix("which of the two is meant is known to its owner alone");
  }
}

void run(const PodView& pod, Reporter& report) {
  if (pod.spec.resources != nullptr) judge(pod.spec.resources, pod.spec_path() / "resources", report);
  for_each_container(pod, [&](const ContainerView& view) {
    if (view.container.resources != nullptr) judge(view.container.resources, view.path("resources"), report);
  });
}

}  // namespace

extern const Check limit_below_request;
const Check limit_below_request{
    .about = {.id = "limit-below-request",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Limits are not below requests",
              .effect = "The API server refuses the pod: after an upgrade or a drain it is not made again.",
              .remedy = "Raise the limit or lower the request.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

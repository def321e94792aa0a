// ValidateResourceRequirements of the API server: "must be less than or equal to limit".
#include <fmt/format.h>

#include "kube/quantity.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

// `at` gives the way to what has the resources, which is asked for only when something is wrong.
template <class At>
void judge(const kube::ResourceRequirements* resources, const At& at, Reporter& report) {
  if (resources == nullptr) return;
  for (const kube::Label& request : resources->requests) {
    const std::string_view limit_text = kube::find_label(resources->limits, request.key);
    // Alike is the usual case, and no amount is below itself.
    if (!kube::is_set(limit_text) || limit_text == request.value) continue;
    const auto wanted = kube::Quantity::from_manifest(request.value),
               limit = kube::Quantity::from_manifest(limit_text);
    if (!wanted || !limit || *wanted <= *limit) continue;
    report
        .broken(at() / "resources" / "limits" / request.key,
                fmt::format("the {} limit {} is below the request {}", request.key, limit_text, request.value))
        .no_fix("which of the two is meant is known to its owner alone");
  }
}

void run(const PodView& pod, Reporter& report) {
  judge(pod.spec.resources, [&] { return pod.spec_path(); }, report);
  for_each_container(pod, [&](const ContainerView& view) {
    judge(view.container.resources, [&] { return view.path(); }, report);
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

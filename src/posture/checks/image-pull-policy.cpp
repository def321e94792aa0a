// Unset, the policy of a moving tag is Always (kubernetes.io/docs/concepts/containers/images).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const std::string_view policy = container.container.image_pull_policy;
  if (policy.empty() || policy == "Always") return;
  const FieldPath at = container.path("imagePullPolicy");
  if (policy != "IfNotPresent" && policy != "Never") {
    report.broken(at, fmt::format("\"{}\" is no pull policy: the API server refuses the pod", policy))
        .severity(finding::Severity::high)
        .no_fix("which policy is meant is known to its owner alone");
    return;
  }
  const ImageReference image = parse_image(container.container.image);
  if (!image.digest.empty() || (!image.tag.empty() && image.tag != "latest")) return;
  report.broken(at, fmt::format("imagePullPolicy is {} for a moving tag", policy)).fix([&] {
    return Edits{set(at, document::Literal::string("Always"))};
  });
}

}  // namespace

extern const Check image_pull_policy;
const Check image_pull_policy{
    .about =
        {.id = "image-pull-policy",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Moving tags are pulled anew",
         .effect = "With IfNotPresent or Never, each node keeps running whatever \"latest\" was when it first "
                   "pulled it, flaws included.",
         .remedy = "Use a fixed tag; with a moving one, imagePullPolicy: Always.",
         .sources = {{"Kubernetes: images", "https://kubernetes.io/docs/concepts/containers/images/"},
                     {"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

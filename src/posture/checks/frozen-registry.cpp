// k8s.gcr.io (and its older name in gcr.io) gets no new images since 3 April 2023; Bitnami moved the images that
// it no longer maintains to docker.io/bitnamilegacy on 28 August 2025.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const std::string_view text = container.container.image;
  const ImageReference image = parse_image(text);
  const FieldPath at = container.path("image");
  if (image.registry == "k8s.gcr.io") {
    report.broken(at, fmt::format("image \"{}\" comes from the frozen registry k8s.gcr.io", text)).fix([&] {
      return Edits{set(
          at, document::Literal::string(fmt::format("registry.k8s.io{}", text.substr(image.registry.size()))))};
    });
    return;
  }
  const auto below = [&](std::string_view folder) { return image.repository.starts_with(folder); };
  if (image.registry == "gcr.io" && (below("google-containers/") || below("google_containers/"))) {
    report.broken(at, fmt::format("image \"{}\" comes from the frozen registry gcr.io/google-containers", text))
        .no_fix("registry.k8s.io has not every image of that name");
  } else if ((image.registry.empty() || image.registry == "docker.io") && below("bitnamilegacy/")) {
    report.broken(at, fmt::format("image \"{}\" comes from the frozen registry docker.io/bitnamilegacy", text))
        .no_fix("which maintained image takes its place is known to its owner alone");
  }
}

}  // namespace

extern const Check frozen_registry;
const Check frozen_registry{
    .about =
        {.id = "frozen-registry",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::medium,
         .title = "Images come from a registry that still gets updates",
         .effect = "The registry is frozen: its images get no security fixes, and may go away.",
         .remedy = "Use registry.k8s.io for Kubernetes' own images, and a maintained image for others.",
         .sources = {{"Kubernetes: k8s.gcr.io image registry will be frozen",
                      "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/"},
                     {"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

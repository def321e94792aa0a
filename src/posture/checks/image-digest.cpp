// Only a digest names content; kubernetes.io/docs/concepts/containers/images. Beyond the guide.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (container.container.image.empty() || !parse_image(container.container.image).digest.empty()) return;
  report
      .broken(container.path("image"),
              fmt::format("image \"{}\" is named without its digest", container.container.image))
      .no_fix("the digest must be asked of the registry");
}

}  // namespace

extern const Check image_digest;
const Check image_digest{
    .about =
        {.id = "image-digest",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Images are named by their digest",
         .effect = "A tag can be moved to another image, in the registry or on the way.",
         .remedy = "Add the digest: image:tag@sha256:...",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {}},
    .in_guide = false,
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

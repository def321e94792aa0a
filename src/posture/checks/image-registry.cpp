// The guide's page on images: use a trusted registry. Defender: container images should be deployed from trusted
// registries only. Which these are is said by --registries.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (container.container.image.empty()) return;
  const ImageReference image = parse_image(container.container.image);
  if (!report.registries().empty()) {
    if (comes_from(image, report.registries())) return;
    report
        .broken(container.path("image"),
                fmt::format("image \"{}\" comes from none of the registries allowed: {}",
                            container.container.image, fmt::join(report.registries(), ", ")))
        .severity(finding::Severity::high)
        .no_fix("in which allowed registry the image lies is known to its owner alone");
    return;
  }
  if (!image.registry.empty()) return;
  report
      .broken(container.path("image"),
              fmt::format("image \"{}\" names no registry: it comes from docker.io", container.container.image))
      .no_fix("which registry is trusted is known to its owner alone");
}

}  // namespace

extern const Check image_registry;
const Check image_registry{
    .about =
        {.id = "image-registry",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Images name their registry, one that is allowed",
         .effect = "An image without a registry comes from docker.io, where anybody may publish, whatever "
                   "registry was meant.",
         .remedy = "Write the registry in front of the name, one that you trust; --registries names those.",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"},
                      {finding::Framework::defender,
                       "Container images should be deployed from trusted registries only"},
                      {finding::Framework::cis_aks, "5.1.4"},
                      {finding::Framework::nsa, "Supply chain"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// The guide's page on images: "Regularly update the base images and application runtime". What has ended, by its
// maker's announcement, stands in data/images-end-of-life.csv.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image_releases.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto release = ended_release(parse_image(container.container.image));
  if (!release) return;
  report
      .broken(container.path("image"),
              fmt::format("{} {} has had no fixes since {}", release->product, release->version, release->ended))
      .no_fix("a move to another release must be tested");
}

}  // namespace

extern const Check image_end_of_life;
const Check image_end_of_life{
    .about =
        {.id = "image-end-of-life",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::medium,
         .title = "Images are of releases that still get fixes",
         .effect = "The release gets no more security fixes: every flaw found from now on stays.",
         .remedy = "Move to a supported release.",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"},
                      {finding::Framework::defender,
                       "Running container images should have vulnerability findings resolved"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

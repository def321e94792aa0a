// operator-best-practices-container-image-management: "Automatically build ... use a specific tag"; CIS 5.5.1 asks
// for image provenance, which a moving tag defeats.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& view, Reporter& report) {
  const std::string_view text = view.container.image;
  if (text.empty()) return;
  const ImageReference image = parse_image(text);
  if (!image.digest.empty()) return;
  if (image.tag.empty()) {
    report.broken(view.path("image"), fmt::format("image \"{}\" has no tag, so it is \"latest\"", text))
        .no_fix("which version is meant is known to its owner alone");
  } else if (image.tag == "latest") {
    report.broken(view.path("image"), fmt::format("image \"{}\" uses the moving tag \"latest\"", text))
        .no_fix("which version is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check image_tag;
const Check image_tag{
    .about =
        {.id = "image-tag",
         .aliases = {"latest-tag"},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::medium,
         .title = "Images are named with a fixed tag or a digest",
         .effect =
             "What runs changes without a change of the manifest, and an upgrade that re-creates the pod may "
             "start another program than the one that was tested.",
         .remedy = "Name the image with its version, or better with its digest (image@sha256:...).",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"},
                      {finding::Framework::mitre, "T1525"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

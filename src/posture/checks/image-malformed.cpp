// Container runtimes read image names with distribution/reference; the API server only asks that there is one.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image_syntax.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const std::string fault = image_fault(container.container.image);
  if (fault.empty()) return;
  report
      .broken(container.path("image"),
              fmt::format("\"{}\" is no image name: {}", container.container.image, fault))
      .no_fix("which image is meant is known to its owner alone");
}

}  // namespace

extern const Check image_malformed;
const Check image_malformed{
    .about = {.id = "image-malformed",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Image names can be read",
              .effect = "The API server takes the pod, and its container never starts (InvalidImageName).",
              .remedy = "Write the name as registry/repository:tag, in small letters.",
              .sources = {{"Kubernetes: images", "https://kubernetes.io/docs/concepts/containers/images/"}},
              .mappings = {{finding::Framework::guide, "Container image management"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement: no new images since 3 April 2023.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const std::string_view image = container.container.image;
  if (!image.starts_with("k8s.gcr.io/")) return;
  report
      .broken(container.path("image"),
              fmt::format("image \"{}\" comes from the frozen registry k8s.gcr.io", image))
      .fix([&] {
        return Edits{set(container.path("image"),
                         document::Literal::string(fmt::format("registry.k8s.io/{}", image.substr(11))))};
      });
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
         .effect = "k8s.gcr.io is frozen since April 2023: its images get no security fixes, and may go away.",
         .remedy = "Use registry.k8s.io.",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// validateVolumeMounts of the API server: Not found. A StatefulSet's claim templates are volumes, too.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto& volumes = container.pod.spec.volumes;
  const auto mounts = container.container.volume_mounts;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const auto named = [&](const auto& volume) { return volume.name == mounts[i].name; };
    if (std::any_of(volumes.begin(), volumes.end(), named)) continue;
    if (const auto* set = kube::as<kube::StatefulSet>(container.pod.object); set != nullptr) {
      const auto claims = set->spec.volume_claim_templates;
      if (std::any_of(claims.begin(), claims.end(),
                      [&](const kube::Claim& claim) { return claim.metadata.name == mounts[i].name; }))
        continue;
    }
    report.broken(container.path("volumeMounts") / i / "name",
                  fmt::format("the pod has no volume \"{}\"", mounts[i].name));
  }
}

}  // namespace

extern const Check missing_volume;
const Check missing_volume{
    .about = {.id = "missing-volume",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Mounts name volumes that the pod has",
              .effect = "The API server refuses the pod, or with a template its pods are never made.",
              .remedy = "Add the volume, or correct the name.",
              .sources = {{"Kubernetes: volumes", "https://kubernetes.io/docs/concepts/storage/volumes/"}},
              .mappings = {}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

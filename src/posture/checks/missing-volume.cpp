// validateVolumeMounts and validateVolumeDevices of the API server: Not found. A StatefulSet's claim templates are
// volumes, too.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool has_volume(const PodView& pod, std::string_view name) {
  const auto& volumes = pod.spec.volumes;
  if (std::any_of(volumes.begin(), volumes.end(),
                  [&](const kube::Volume& volume) { return volume.name == name; })) {
    return true;
  }
  const auto* set = kube::as<kube::StatefulSet>(pod.object);
  if (set == nullptr) return false;
  const auto& claims = set->spec.volume_claim_templates;
  return std::any_of(claims.begin(), claims.end(),
                     [&](const kube::Claim& claim) { return claim.metadata.name == name; });
}

void run(const ContainerView& container, Reporter& report) {
  const auto judge = [&](const auto& uses, const char* list) {
    for (std::size_t i = 0; i < uses.size(); ++i) {
      if (has_volume(container.pod, uses[i].name)) continue;
      report.broken(container.path(list) / i / "name", fmt::format("the pod has no volume \"{}\"", uses[i].name))
          .no_fix("which volume is meant is known to its owner alone");
    }
  };
  judge(container.container.volume_mounts, "volumeMounts");
  judge(container.container.volume_devices, "volumeDevices");
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

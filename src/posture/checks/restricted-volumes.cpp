// Pod Security Standards, Restricted, "Volume Types": configMap, csi, downwardAPI, emptyDir, ephemeral, image,
// persistentVolumeClaim, projected and secret only. A volume without a source is an emptyDir: the API server makes
// it one before admission.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool has_allowed_source(const kube::Volume& volume) {
  return volume.config_map != nullptr || volume.csi != nullptr || volume.downward_api ||
         volume.empty_dir != nullptr || volume.ephemeral || volume.image ||
         volume.persistent_volume_claim != nullptr || volume.projected != nullptr || volume.secret != nullptr;
}

void run(const PodView& pod, Reporter& report) {
  const auto volumes = pod.spec.volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const std::string_view source = volumes[i].host_path != nullptr ? "hostPath" : volumes[i].other_source;
    if (source.empty() || has_allowed_source(volumes[i])) continue;
    report
        .broken(pod.spec_path() / "volumes" / i / source,
                fmt::format("volume \"{}\" is of kind {}", volumes[i].name, source))
        .no_fix("where the data should live instead is a decision of its owner");
  }
}

}  // namespace

extern const Check restricted_volumes;
const Check restricted_volumes{
    .about = {.id = "restricted-volumes",
              .aliases = {"KSV028"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Volumes are of the kinds that hold no node or cloud secrets",
              .effect = "Volumes such as hostPath, nfs or iscsi reach past the pod to machines that Kubernetes "
                        "does not guard.",
              .remedy = "Use a PersistentVolumeClaim or another of the allowed kinds.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::pss_restricted, "Volume Types"}}},
    .pss = {.level = PssLevel::restricted,
            .since = {1, 0},
            .control = "restrictedVolumes",
            .replaces = "hostPathVolumes"},
    .in_guide = false,
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

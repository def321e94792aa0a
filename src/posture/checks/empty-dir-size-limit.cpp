// emptyDir.sizeLimit: unset, the volume may fill the node's disk, or with medium: Memory its memory. Beyond the
// guide.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  for (std::size_t i = 0; i < pod.spec.volumes.size(); ++i) {
    const kube::Volume& volume = pod.spec.volumes[i];
    if (volume.empty_dir == nullptr || volume.empty_dir->size_limit.set()) continue;
    const bool memory = volume.empty_dir->medium == "Memory";
    auto finding = report.broken(
        pod.spec_path() / "volumes" / i / "emptyDir" / "sizeLimit",
        fmt::format("the volume \"{}\" has no limit{}", volume.name, memory ? ", and lies in memory" : ""));
    if (memory) finding.severity(finding::Severity::medium);
    finding.no_fix("how much it needs must be measured");
  }
}

}  // namespace

extern const Check empty_dir_size_limit;
const Check empty_dir_size_limit{
    .about = {.id = "empty-dir-size-limit",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Scratch volumes have a limit",
              .effect = "One pod's files fill the disk or the memory of the node, and others are evicted for it.",
              .remedy = "Set sizeLimit on the emptyDir.",
              .sources = {{"Kubernetes: volumes",
                           "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"}},
              .mappings = {}},
    .in_guide = false,
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

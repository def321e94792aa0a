// kubectl drain: pods with an emptyDir volume, in memory or on disk, need --delete-emptydir-data; the data goes
// with the pod. Drains by AKS delete it.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  using kube::ResourceKind;
  const ResourceKind kind = pod.object.kind;
  // Jobs start again from scratch anyway, and drains leave the pods of DaemonSets alone.
  if (kind == ResourceKind::job || kind == ResourceKind::cron_job || kind == ResourceKind::daemon_set) return;
  const auto volumes = pod.spec.volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (volumes[i].empty_dir == nullptr) continue;
    report.broken(pod.spec_path() / "volumes" / i,
                  fmt::format("emptyDir \"{}\": its data is lost when the node is drained", volumes[i].name));
    return;
  }
}

}  // namespace

extern const Check empty_dir_data;
const Check empty_dir_data{
    .about = {.id = "empty-dir-data",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Pods keep no data in emptyDir volumes",
              .effect =
                  "kubectl drain refuses the pod without --delete-emptydir-data, and the data is gone afterwards.",
              .remedy = "Keep data in a PersistentVolumeClaim, and leave emptyDir to what can be made again.",
              .sources = {{"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"},
                          {"Kubernetes: volumes",
                           "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"}},
              .mappings = {}},
    .in_guide = false,
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// resources.limits.ephemeral-storage: the writable layer, logs and emptyDirs. Beyond the guide.
#include "posture/check.h"
#include "posture/resources.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  report_missing_limit(container, "ephemeral-storage", report);
}

}  // namespace

extern const Check ephemeral_storage_limits;
const Check ephemeral_storage_limits{
    .about = {.id = "ephemeral-storage-limits",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Containers state their limits of local storage",
              .effect =
                  "One container's files and logs fill the node's disk, and the kubelet evicts its neighbours.",
              .remedy = "Set resources.limits.ephemeral-storage.",
              .sources = {{"Kubernetes: local ephemeral storage",
                           "https://kubernetes.io/docs/concepts/storage/ephemeral-storage/"}},
              .mappings = {}},
    .in_guide = false,
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// Which pods of a node `kubectl drain` removes, leaves or refuses, with its words
// (kubernetes/kubectl pkg/drain/filters.go).
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "upgrade/drain_options.h"
#include "upgrade/pods.h"

namespace bulwark::upgrade {

// PodDeleteStatus.
struct PodDeleteStatus {
  enum class Reason : std::uint8_t { okay, skip, warning, error };

  bool remove = true;  // "Delete"
  Reason reason = Reason::okay;
  std::string message;  // of a warning or an error
};

// Asks the filters in kubectl's order: deleted pods, DaemonSets, mirror pods, local storage, pods without a
// controller. The first that leaves the pod ends it; else the last one's word stands, so that the warning about
// local storage is lost, as it is in kubectl.
PodDeleteStatus filter_pod(const DrainPod& pod, const DrainOptions& options, Time now, Pods& pods);

// A warning or an error with the pods that it is about ("shop/web-0").
struct PodsMessage {
  std::string message;
  std::vector<std::string> pods;
};

struct FilteredPods {
  std::vector<std::uint32_t> removed;  // indices of those that have to go
  // Those with the same message together, in the order of the pods. (kubectl's own order is that of a Go map.)
  std::vector<PodsMessage> warnings, errors;
};

FilteredPods filter_pods(std::span<const DrainPod> pods, const DrainOptions& options, Time now, Pods& cluster);

// PodDeleteList.Warnings: "ignoring DaemonSet-managed Pods: a/b, a/c; deleting Pods that ..."; empty for none.
std::string warnings_text(std::span<const PodsMessage> warnings);
// The errors one by one: "cannot delete Pods with local storage (use --delete-emptydir-data to override): a/b".
std::vector<std::string> error_texts(std::span<const PodsMessage> errors);
// As utilerrors.NewAggregate prints them: one as it is, several as "[a, b]", each text once.
std::string aggregate(std::span<const std::string> errors);

// Whether a pod has been terminating for longer than --skip-wait-for-delete-timeout, in whole seconds.
bool skips_deleted(const std::optional<Time>& deletion, std::chrono::seconds timeout, Time now);

// Duration.String of Go: "5s", "1m30s", "1h0m0s", "500ms", "0s".
std::string go_duration(std::chrono::milliseconds duration);

}  // namespace bulwark::upgrade

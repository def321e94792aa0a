#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "twin/state.h"

namespace bulwark::twin {

// Whether a toleration covers a taint (k8s.io/api/core/v1/toleration.go, ToleratesTaint).
bool tolerates(const kube::Toleration& toleration, const kube::Taint& taint);
bool tolerates(std::span<const kube::Toleration> tolerations, const kube::Taint& taint);

inline constexpr kube::Taint not_ready_no_schedule{"node.kubernetes.io/not-ready", "", "NoSchedule", {}};
inline constexpr kube::Taint not_ready_no_execute{"node.kubernetes.io/not-ready", "", "NoExecute", {}};
inline constexpr kube::Taint unschedulable_taint{"node.kubernetes.io/unschedulable", "", "NoSchedule", {}};

// The taints of a node: its own, and those that the node lifecycle controller sets for what the node is at the
// moment. Calls visit(taint) until it returns false.
template <class Visit>
bool for_each_taint(const NodeInfo& info, bool is_ready, bool is_unschedulable, Visit&& visit) {
  for (const kube::Taint& taint : info.taints) {
    if (!visit(taint)) return false;
  }
  if (!is_ready && (!visit(not_ready_no_schedule) || !visit(not_ready_no_execute))) return false;
  return !is_unschedulable || visit(unschedulable_taint);
}
template <class Visit>
bool for_each_taint(const State& state, Index node, Visit&& visit) {
  return for_each_taint(*state.nodes.info[node], state.nodes.ready[node] != 0,
                        state.nodes.unschedulable[node] != 0, visit);
}

// Which a DaemonSet's pods are given besides their own (pkg/controller/daemon/util,
// AddOrUpdateDaemonPodTolerations).
std::span<const kube::Toleration> daemon_tolerations(bool host_network);

// How long a pod may stay on a node with its NoExecute taints: nullopt, for ever; zero, not at all. Pods that say
// nothing of a node that is not ready stay for five minutes (admission plugin DefaultTolerationSeconds).
std::optional<Duration> stay_despite_taints(const State& state, Index node, const PodClass& pod_class,
                                            bool is_daemon);

}  // namespace bulwark::twin

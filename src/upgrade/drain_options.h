#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kube/selector.h"

namespace bulwark::upgrade {

// The flags of `kubectl drain`, with their defaults.
struct DrainOptions {
  bool force = false;                                    // --force: pods without a controller are removed, too
  bool ignore_daemon_sets = false;                       // --ignore-daemonsets
  bool delete_empty_dir_data = false;                    // --delete-emptydir-data
  bool disable_eviction = false;                         // --disable-eviction: delete, past all budgets
  bool dry_run = false;                                  // --dry-run=server: the server judges and stores nothing
  std::optional<std::int64_t> grace_period_seconds;      // --grace-period; nullopt: the pod's own
  std::chrono::milliseconds timeout{0};                  // --timeout; 0: for ever
  std::chrono::seconds skip_wait_for_delete_timeout{0};  // --skip-wait-for-delete-timeout; 0: never
  const kube::LabelSelector* pod_selector = nullptr;     // --pod-selector; somebody else's
  std::chrono::milliseconds retry_delay{5'000};          // after a refusal; Retry-After is not heeded
  std::chrono::milliseconds poll_interval{1'000};        // where changes are not told

  // As the upgrade of a node pool drains: what kubectl asks flags for is removed.
  static DrainOptions of_upgrade() {
    DrainOptions options;
    options.force = options.ignore_daemon_sets = options.delete_empty_dir_data = true;
    return options;
  }
};

enum class DrainBehavior : std::uint8_t {
  drain,           // evicted, after all pods of a lower order have gone
  skip,            // left alone, and not waited for
  wait_completed,  // not evicted, but waited for until it has finished
};

// Which pods a rule is for: both selectors must match. nullptr matches all. Somebody else's.
struct PodRuleSelector {
  const kube::LabelSelector* pods = nullptr;
  const kube::LabelSelector* namespaces = nullptr;  // on the labels of the pod's namespace
};

// MachineDrainRule of Cluster API, without its machine selectors: pass those rules that are for the node.
struct DrainRule {
  std::string name;
  DrainBehavior behavior = DrainBehavior::drain;
  std::int32_t order = 0;             // of behaviour drain: higher goes later
  std::vector<PodRuleSelector> pods;  // one of them must match; none: all pods
};

// Rules for the workloads of a node. Pods of DaemonSets and mirror pods are skipped before any rule is asked; the
// pod's own label goes before the rules, the first rule by name before the others; without one a pod is drained
// with order 0 (kubernetes-sigs/cluster-api docs/proposals/20240930-machine-drain-rules.md).
struct DrainRules {
  std::span<const DrainRule> rules;
  bool pod_labels = false;  // heed cluster.x-k8s.io/drain: skip, wait-completed

  bool empty() const { return rules.empty() && !pod_labels; }
};

struct PodTreatment {
  DrainBehavior behavior = DrainBehavior::drain;
  std::int32_t order = 0;
};

PodTreatment treatment(const DrainRules& rules, kube::Labels labels, kube::Labels namespace_labels);

}  // namespace bulwark::upgrade

// What stays as it is while the twin's time passes: shapes and rules, decoded once and shared by all copies of a
// twin. What moves is in state.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kube/cluster.h"
#include "kube/cluster_objects.h"
#include "kube/object.h"
#include "kube/workload.h"
#include "twin/assumptions.h"

namespace bulwark::twin {

// Things of the twin are numbered: pods, nodes, workloads, budgets, classes.
using Index = std::uint32_t;
inline constexpr Index none = 0xffffffffU;

using kube::Time;
using Duration = std::chrono::milliseconds;

// Amounts of resources, a column for each name in Model::resources. cpu counts in thousandths, all else in units
// (bytes, pieces).
enum Column : std::uint8_t { cpu, memory, ephemeral_storage, pods, first_extended };
using Amounts = std::vector<std::int64_t>;

// A claim of a pod, and where its volume can be reached.
struct Claim {
  std::string_view name_space, name;
  // The volume that it is bound to, or none yet (WaitForFirstConsumer). `needs`: the nodes that reach the volume;
  // nullptr: all of them.
  std::string_view volume;
  const kube::NodeSelector* needs = nullptr;
  std::string_view driver;  // of the CSI volume, or "" for a source that has no limit of volumes
  bool is_bound = false;
  bool is_local = false;       // local or hostPath: its data is on one node
  bool waits_for_pod = false;  // WaitForFirstConsumer
  bool once_per_node = false;  // ReadWriteOnce
  bool once_per_pod = false;   // ReadWriteOncePod
  bool exists = false;         // a claim with this name is there
};

// What pods have in common that are made from one template: all that scheduling, disruption and draining ask for.
struct PodClass {
  std::string_view name_space;
  kube::Labels labels;
  const kube::ObjectMeta* metadata = nullptr;  // annotations and finalizers
  // Of one such pod, or of the template. Classes of one workload share it: what depends on the spec alone may be
  // kept by this pointer. Of a DaemonSet it is without the node that each of its pods is for.
  const kube::PodSpec* spec = nullptr;
  Index workload = none;       // that makes such pods; none: nobody does
  kube::OwnerReference owner;  // as the pods carry it; uid unset: they have no controller

  // max(sum of containers, init containers) plus sidecars and overhead; Column::pods is 1
  // (KEP-753, pkg/api/v1/resource/helpers.go).
  Amounts requests;
  std::int64_t score_cpu = 0, score_memory = 0;  // with 100m and 200Mi where nothing is asked for (NonZeroRequest)
  std::int32_t priority = 0;
  bool never_preempts = false;
  bool is_mirror = false, has_empty_dir = false;
  std::vector<Index> claims;   // into Model::claims; with a StatefulSet's own ones in the class of each ordinal
  std::vector<Index> budgets;  // that select these pods
  std::vector<Index> creation_webhooks, eviction_webhooks;  // that are asked about these pods
  bool answers_webhooks = false;                            // its pods stand behind one
  Duration grace{30'000};                                   // from the deletion to SIGKILL
  Duration start{};               // from the binding to Running (phase Pending until then)
  Duration readiness{};           // from Running to Ready
  Duration stop{-1};              // from deletion to gone, when it is known; negative: Timing::pod_stop
  Duration runs{-1};              // from Running to Succeeded; negative: it never ends
  bool start_is_learned = false;  // from pods of its workload
  bool becomes_ready = true;      // false: pods like this one were seen never to become ready
};

enum class WorkloadKind : std::uint8_t {
  replica_set,
  replication_controller,
  deployment,
  stateful_set,
  daemon_set,
  job,
  cron_job,
  custom,  // a kind that only its operator knows
};

// What makes pods again.
struct Workload {
  WorkloadKind kind = WorkloadKind::custom;
  const kube::Object* object = nullptr;  // nullptr for an owner that was not in the input
  std::string_view name_space, name, uid, api_version, kind_name;
  Index parent = none;        // the Deployment of a ReplicaSet, the CronJob of a Job
  Index pod_class = none;     // of the pods that it makes; none: it makes none
  std::int32_t replicas = 0;  // that are asked for at the start; of a Job: completions still wanted
  std::int32_t parallelism = 1;
  Duration min_ready{};
  bool is_parallel = false;  // podManagementPolicy, and Jobs
  bool has_scale = true;     // a scale subresource, which budgets need
  bool exists = true;        // false: pods name it, and it is not there
  bool comes_back = true;    // custom: its operator is expected to make the pods again
  std::int32_t first_ordinal = 0;
  std::vector<Index> classes;  // of its pods: pod_class, those of older templates, a StatefulSet's of each ordinal
  std::vector<Index> ordinals;  // StatefulSet: the class of each ordinal from first_ordinal on
};

struct Budget {
  std::string_view name_space, name;
  const kube::PodDisruptionBudget* body = nullptr;
  const kube::ObjectMeta* metadata = nullptr;
  std::vector<Index> classes;  // that it selects
  bool exists = true;
  bool always_allow = false;  // unhealthyPodEvictionPolicy: AlwaysAllow

  const kube::PodDisruptionBudgetSpec& spec() const { return body->spec; }
};

// An admission webhook that refuses what it is asked about when nobody answers (failurePolicy: Fail).
struct Webhook {
  std::string_view name, configuration, kind;  // of the configuration: ValidatingWebhookConfiguration, ...
  std::string_view service_namespace, service, path;
  std::int64_t port = 443, timeout_seconds = 10;
  std::vector<Index> classes;  // of the pods behind its Service
  bool exists = true;
  bool always_answers = false;  // it is not in this cluster, or nothing is known of its Service
};

// A node's part that does not move. Nodes that are added later bring their own.
struct NodeInfo {
  std::string name;
  kube::Labels labels;
  std::span<const kube::Taint> taints;  // without those that the node controller sets for conditions
  Amounts allocatable;
  std::span<const kube::ContainerImage> images;
  std::span<const kube::CsiNodeDriver> drivers;
  std::string pool, zone;
  std::string kubelet_version;
  bool ready = true, unschedulable = false;  // when it was loaded
  // Keeps what the views above point to; nullptr when the model does.
  std::shared_ptr<const void> owned;
};

// What could not be seen, or does not add up: a verdict names them.
struct Gap {
  enum class Weight : std::uint8_t { note, doubt };  // doubt: no confident "completes" with it
  Weight weight = Weight::doubt;
  std::string subject, message;
};

struct LoadedPod {
  Index pod_class = none, node = none, workload = none;
  std::string_view name, uid;
  const kube::Object* object = nullptr;
  Time created{};
  std::int32_t ordinal = -1;
  Time gone_at{};  // of one that is going
  bool ready = false, running = false, finished = false, failed = false;
  bool deleting = false, is_stuck = false;
  bool stays_unready = false;  // it has not been ready for longer than starting takes
};

struct Model {
  int minor = 34;  // of the API server: what it and its scheduler do depends on it
  Time taken_at{};
  std::vector<std::string_view> resources{"cpu", "memory", "ephemeral-storage", "pods"};
  std::vector<PodClass> classes;
  std::vector<Workload> workloads;
  std::vector<Index> daemon_sets;  // of the workloads
  std::vector<Budget> budgets;
  std::vector<Webhook> webhooks;
  std::vector<Claim> claims;
  std::vector<std::shared_ptr<const NodeInfo>> nodes;
  std::vector<LoadedPod> pods;
  std::unordered_map<std::string, Index> pod_by_name;           // "shop/cart-0", into pods
  std::unordered_map<std::string, Index> stateful_set_by_name;  // "shop/cart"
  std::vector<Gap> gaps;
  std::unordered_map<std::string_view, kube::Labels> namespaces;  // their labels, for namespace selectors
  // That are being deleted, since when: nothing is created there any more, evictions included.
  std::unordered_map<std::string_view, Time> terminating;
  std::unordered_map<std::string_view, Index> workload_by_uid;
  std::unordered_map<std::string_view, const kube::PriorityClass*> priority_classes;
  std::unordered_map<std::string_view, const kube::RuntimeClass*> runtime_classes;
  Assumptions assumptions;

  // What the views point to: arenas of the input, and those of what was made while loading.
  std::vector<std::shared_ptr<const void>> owned;
};

}  // namespace bulwark::twin

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
#include "kube/snapshot.h"
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
  std::int32_t instances = 0;     // that were there when it was loaded, finished ones aside
  bool is_outdated = false;       // made from an older template of its StatefulSet or DaemonSet
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

// How pods of an older template are replaced.
enum class UpdateKind : std::uint8_t { rolling, recreate, on_delete };

// When a CronJob makes a Job, a bit for each value (the five fields of robfig/cron/v3's standard parser).
struct CronSchedule {
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0, days = 0, months = 0, weekdays = 0;
  bool any_day = true, any_weekday = true;  // the field is `*`, so that the other one alone counts

  bool set() const { return minutes != 0; }
};
enum class Concurrency : std::uint8_t { allow, forbid, replace };

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
  const kube::HorizontalPodAutoscaler* autoscaler = nullptr;
  std::string_view autoscaler_name;
  bool exists = true;      // false: pods name it, and it is not there
  bool comes_back = true;  // custom: its operator is expected to make the pods again
  std::int32_t first_ordinal = 0;
  std::vector<Index> classes;  // of its pods: pod_class, those of older templates, a StatefulSet's of each ordinal
  std::vector<Index> ordinals;      // StatefulSet: the class of each ordinal from first_ordinal on
  std::vector<Index> old_ordinals;  // the same of its older template; none or missing: as in `ordinals`

  UpdateKind update = UpdateKind::rolling;
  kube::IntOrString max_surge, max_unavailable;  // unset: the default of the kind
  std::int32_t partition = 0;                    // StatefulSet: ordinals below keep the older template
  bool is_paused = false;
  std::vector<Index> children;       // ReplicaSets of a Deployment, oldest first; the Jobs of a CronJob
  Index newest = none;               // Deployment: the child with its template
  std::int32_t replicas_before = 0;  // Deployment: what its ReplicaSets were last made for

  std::int32_t backoff_limit = 6;  // Job: pods that may fail
  std::int32_t failed_before = 0;
  bool is_work_queue = false;  // Job without completions: the first pod that succeeds is enough
  CronSchedule schedule;       // CronJob: unset, it makes no Jobs here
  Concurrency concurrency = Concurrency::allow;

  bool keeps_names = false;    // custom: a pod comes again with the name of the one that went
  bool switches_over = false;  // custom: before a node is drained, its operator makes another pod the primary
};

struct Budget {
  std::string_view name_space, name;
  const kube::PodDisruptionBudget* body = nullptr;
  const kube::ObjectMeta* metadata = nullptr;
  std::vector<Index> classes;  // that it selects
  bool exists = true;
  bool always_allow = false;     // unhealthyPodEvictionPolicy: AlwaysAllow
  bool follows_primary = false;  // an operator's own, about the primary alone, which moves off a cordoned node

  const kube::PodDisruptionBudgetSpec& spec() const { return body->spec; }
};

// An admission webhook that refuses what it is asked about when nobody answers (failurePolicy: Fail).
struct Webhook {
  std::string_view name, configuration, kind;  // of the configuration: ValidatingWebhookConfiguration, ...
  std::string_view service_namespace, service, path;
  std::int64_t port = 443, timeout_seconds = 10;
  std::size_t place = 0;       // among the configuration's webhooks
  std::vector<Index> classes;  // of the pods behind its Service
  bool exists = true;
  bool has_service = true;      // or none can be seen
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
  int minor = 34;            // of the API server: what it and its scheduler do depends on it
  bool knows_minor = false;  // else it is supposed
  // Deprecated APIs that are still asked for.
  std::span<const kube::DeprecatedRequest> deprecated_requests;
  Time taken_at{};
  // A living cluster or a snapshot of one, whose pods are as they are; else files, which show what is asked for.
  bool is_living = false;
  std::vector<std::string_view> resources{"cpu", "memory", "ephemeral-storage", "pods"};
  std::vector<PodClass> classes;
  std::vector<Workload> workloads;
  std::vector<Index> daemon_sets;  // of the workloads
  std::vector<Budget> budgets;
  std::vector<Webhook> webhooks;
  std::vector<Claim> claims;
  std::vector<std::shared_ptr<const NodeInfo>> nodes;
  std::vector<LoadedPod> pods;
  // No more are made, for one workload and for all: the nodes have not nearly so many places.
  std::int32_t most_replicas = 10'000;
  std::size_t most_pods = 100'000;
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

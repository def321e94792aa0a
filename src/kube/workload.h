#pragma once

#include "kube/pod.h"

namespace bulwark::kube {

struct RollingUpdate {
  IntOrString max_surge, max_unavailable;
  OptionalInt partition;
};

// DeploymentStrategy, DaemonSetUpdateStrategy and StatefulSetUpdateStrategy.
struct UpdateStrategy {
  std::string_view type;
  const RollingUpdate* rolling_update = nullptr;
};

struct Claim {
  ObjectMeta metadata;
};

struct ReplicaStatus {
  OptionalInt replicas, ready_replicas, available_replicas, observed_generation;
};

struct DeploymentSpec {
  OptionalInt replicas, min_ready_seconds, progress_deadline_seconds, revision_history_limit;
  OptionalBool paused;
  const LabelSelector* selector = nullptr;
  UpdateStrategy strategy;
  PodTemplate pod_template;
};
struct Deployment {
  DeploymentSpec spec;
  ReplicaStatus status;
};

struct ReplicaSetSpec {
  OptionalInt replicas, min_ready_seconds;
  const LabelSelector* selector = nullptr;
  PodTemplate pod_template;
};
struct ReplicaSet {
  ReplicaSetSpec spec;
};

struct ReplicationControllerSpec {
  OptionalInt replicas, min_ready_seconds;
  Labels selector;
  PodTemplate pod_template;
};
struct ReplicationController {
  ReplicationControllerSpec spec;
};

struct StatefulSetOrdinals {
  OptionalInt start;
};

struct StatefulSetSpec {
  OptionalInt replicas, min_ready_seconds;
  const LabelSelector* selector = nullptr;
  std::string_view service_name, pod_management_policy;
  StatefulSetOrdinals ordinals;
  UpdateStrategy update_strategy;
  std::span<const Claim> volume_claim_templates;
  PodTemplate pod_template;
};
struct StatefulSetStatus {
  OptionalInt replicas, ready_replicas, available_replicas, observed_generation;
  std::string_view update_revision;  // the hash in the labels of its new pods
};
struct StatefulSet {
  StatefulSetSpec spec;
  StatefulSetStatus status;
};

struct DaemonSetSpec {
  OptionalInt min_ready_seconds;
  const LabelSelector* selector = nullptr;
  UpdateStrategy update_strategy;
  PodTemplate pod_template;
};
struct DaemonSet {
  DaemonSetSpec spec;
};

struct JobSpec {
  OptionalInt parallelism, completions, backoff_limit, active_deadline_seconds, ttl_seconds_after_finished;
  const LabelSelector* selector = nullptr;
  OptionalBool suspend;
  PodTemplate pod_template;
};
struct JobStatus {
  OptionalInt active, succeeded, failed;
};
struct Job {
  JobSpec spec;
  JobStatus status;
};

struct JobTemplate {
  ObjectMeta metadata;
  JobSpec spec;
};
struct CronJobSpec {
  std::string_view schedule, time_zone, concurrency_policy;
  OptionalInt starting_deadline_seconds;
  OptionalBool suspend;
  JobTemplate job_template;
};
struct CronJob {
  CronJobSpec spec;
};

// The top-level kind PodTemplate of core/v1.
struct PodTemplateObject {
  PodTemplate pod_template;
};

}  // namespace bulwark::kube

// Fields of apps, batch and the workloads of core (k8s.io/api/{apps,batch,core}/v1/types.go).
#include "kube/decoder.h"
#include "kube/workload.h"

namespace bulwark::kube {

template <>
const Listing& listing<RollingUpdate>() {
  using T = RollingUpdate;
  static const Listing fields{"RollingUpdate",
                              {field<&T::max_surge>("maxSurge"), field<&T::max_unavailable>("maxUnavailable"),
                               int32<&T::partition>("partition")}};
  return fields;
}

template <>
const Listing& listing<UpdateStrategy>() {
  using T = UpdateStrategy;
  static const Listing fields{"UpdateStrategy",
                              {field<&T::rolling_update>("rollingUpdate"), field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<Claim>() {
  static const Listing fields{
      "PersistentVolumeClaim",
      {known("apiVersion"), known("kind"), field<&Claim::metadata>("metadata"), known("spec"), known("status")}};
  return fields;
}

template <>
const Listing& listing<ReplicaStatus>() {
  using T = ReplicaStatus;
  static const Listing fields{
      "Status",
      {int32<&T::available_replicas>("availableReplicas"), known("collisionCount"), known("conditions"),
       known("currentReplicas"), known("currentRevision"), field<&T::observed_generation>("observedGeneration"),
       int32<&T::ready_replicas>("readyReplicas"), int32<&T::replicas>("replicas"), known("terminatingReplicas"),
       known("unavailableReplicas"), known("updateRevision"), known("updatedReplicas")}};
  return fields;
}

template <>
const Listing& listing<StatefulSetStatus>() {
  using T = StatefulSetStatus;
  static const Listing fields{
      "StatefulSetStatus",
      {int32<&T::available_replicas>("availableReplicas"), known("collisionCount"), known("conditions"),
       known("currentReplicas"), known("currentRevision"), field<&T::observed_generation>("observedGeneration"),
       int32<&T::ready_replicas>("readyReplicas"), int32<&T::replicas>("replicas"),
       field<&T::update_revision>("updateRevision"), known("updatedReplicas")}};
  return fields;
}

template <>
const Listing& listing<DeploymentSpec>() {
  using T = DeploymentSpec;
  static const Listing fields{
      "DeploymentSpec",
      {int32<&T::min_ready_seconds>("minReadySeconds"), field<&T::paused>("paused"),
       int32<&T::progress_deadline_seconds>("progressDeadlineSeconds"), int32<&T::replicas>("replicas"),
       int32<&T::revision_history_limit>("revisionHistoryLimit"), known("rollbackTo"),
       field<&T::selector>("selector"), field<&T::strategy>("strategy"), field<&T::pod_template>("template")}};
  return fields;
}

template <>
const Listing& listing<ReplicaSetSpec>() {
  using T = ReplicaSetSpec;
  static const Listing fields{"ReplicaSetSpec",
                              {int32<&T::min_ready_seconds>("minReadySeconds"), int32<&T::replicas>("replicas"),
                               field<&T::selector>("selector"), field<&T::pod_template>("template")}};
  return fields;
}

template <>
const Listing& listing<ReplicationControllerSpec>() {
  using T = ReplicationControllerSpec;
  static const Listing fields{"ReplicationControllerSpec",
                              {int32<&T::min_ready_seconds>("minReadySeconds"), int32<&T::replicas>("replicas"),
                               field<&T::selector>("selector"), field<&T::pod_template>("template")}};
  return fields;
}

template <>
const Listing& listing<StatefulSetOrdinals>() {
  static const Listing fields{"StatefulSetOrdinals", {int32<&StatefulSetOrdinals::start>("start")}};
  return fields;
}

template <>
const Listing& listing<StatefulSetSpec>() {
  using T = StatefulSetSpec;
  static const Listing fields{
      "StatefulSetSpec",
      {int32<&T::min_ready_seconds>("minReadySeconds"), field<&T::ordinals>("ordinals"),
       known("persistentVolumeClaimRetentionPolicy"), field<&T::pod_management_policy>("podManagementPolicy"),
       int32<&T::replicas>("replicas"), known("revisionHistoryLimit"), field<&T::selector>("selector"),
       field<&T::service_name>("serviceName"), field<&T::pod_template>("template"),
       field<&T::update_strategy>("updateStrategy"), field<&T::volume_claim_templates>("volumeClaimTemplates")}};
  return fields;
}

template <>
const Listing& listing<DaemonSetSpec>() {
  using T = DaemonSetSpec;
  static const Listing fields{"DaemonSetSpec",
                              {int32<&T::min_ready_seconds>("minReadySeconds"), known("revisionHistoryLimit"),
                               field<&T::selector>("selector"), field<&T::pod_template>("template"),
                               known("templateGeneration"), field<&T::update_strategy>("updateStrategy")}};
  return fields;
}

template <>
const Listing& listing<JobSpec>() {
  using T = JobSpec;
  static const Listing fields{
      "JobSpec",
      {field<&T::active_deadline_seconds>("activeDeadlineSeconds"), int32<&T::backoff_limit>("backoffLimit"),
       known("backoffLimitPerIndex"), known("completionMode"), int32<&T::completions>("completions"),
       known("managedBy"), known("manualSelector"), known("maxFailedIndexes"),
       int32<&T::parallelism>("parallelism"), known("podFailurePolicy"), known("podReplacementPolicy"),
       known("scheduling"), field<&T::selector>("selector"), known("successPolicy"), field<&T::suspend>("suspend"),
       field<&T::pod_template>("template"), int32<&T::ttl_seconds_after_finished>("ttlSecondsAfterFinished")}};
  return fields;
}

template <>
const Listing& listing<JobStatus>() {
  using T = JobStatus;
  static const Listing fields{
      "JobStatus",
      {int32<&T::active>("active"), known("completedIndexes"), known("completionTime"), known("conditions"),
       int32<&T::failed>("failed"), known("failedIndexes"), known("ready"), known("startTime"),
       int32<&T::succeeded>("succeeded"), known("terminating"), known("uncountedTerminatedPods")}};
  return fields;
}

template <>
const Listing& listing<JobTemplate>() {
  static const Listing fields{"JobTemplateSpec",
                              {field<&JobTemplate::metadata>("metadata"), field<&JobTemplate::spec>("spec")}};
  return fields;
}

template <>
const Listing& listing<CronJobSpec>() {
  using T = CronJobSpec;
  static const Listing fields{
      "CronJobSpec",
      {field<&T::concurrency_policy>("concurrencyPolicy"), known("failedJobsHistoryLimit"),
       field<&T::job_template>("jobTemplate"), field<&T::schedule>("schedule"),
       field<&T::starting_deadline_seconds>("startingDeadlineSeconds"), known("successfulJobsHistoryLimit"),
       field<&T::suspend>("suspend"), field<&T::time_zone>("timeZone")}};
  return fields;
}

}  // namespace bulwark::kube

#pragma once

#include "kube/meta.h"
#include "kube/pod.h"

namespace bulwark::kube {

struct Namespace {
  std::string_view phase;
};

struct Taint {
  std::string_view key, value, effect, time_added;
};

struct NodeSystemInfo {
  std::string_view architecture, container_runtime_version, kernel_version, kubelet_version, kube_proxy_version,
      operating_system, os_image, boot_id;
};

struct NodeSpec {
  std::string_view provider_id;
  std::span<const Taint> taints;
  OptionalBool unschedulable;
};

struct ContainerImage {
  std::span<const std::string_view> names;
  OptionalInt size_bytes;
};

struct NodeStatus {
  Labels allocatable, capacity;
  std::span<const ContainerImage> images;
  std::span<const PodCondition> conditions;
  NodeSystemInfo node_info;
};

struct Node {
  NodeSpec spec;
  NodeStatus status;
};

// ConfigMap: names of its keys only.
struct ConfigMap {
  std::span<const std::string_view> keys, binary_keys;
  OptionalBool immutable;
};

// Secret: names of its keys only. Values never leave the reader.
struct Secret {
  std::string_view type;
  std::span<const std::string_view> keys, string_keys;
  OptionalBool immutable;
};

struct PodDisruptionBudgetSpec {
  IntOrString min_available, max_unavailable;
  const LabelSelector* selector = nullptr;
  std::string_view unhealthy_pod_eviction_policy;
};

// metav1.Condition.
struct Condition {
  std::string_view type, status, reason, message;
};

struct PodDisruptionBudgetStatus {
  OptionalInt current_healthy, desired_healthy, disruptions_allowed, expected_pods, observed_generation;
  Labels disrupted_pods;  // name to the time at which the API server let its eviction pass
  std::span<const Condition> conditions;
};

struct PodDisruptionBudget {
  PodDisruptionBudgetSpec spec;
  PodDisruptionBudgetStatus status;
};

struct EndpointConditions {
  OptionalBool ready;
};

struct Endpoint {
  EndpointConditions conditions;
};

// Some of the endpoints of the Service that its label kubernetes.io/service-name names. Addresses are not kept.
struct EndpointSlice {
  std::span<const Endpoint> endpoints;
};

struct ResourceQuotaSpec {
  Labels hard;
};

struct ResourceQuota {
  ResourceQuotaSpec spec;
};

struct LimitRangeItem {
  std::string_view type;
  Labels max, min, defaults, default_request;
};

struct LimitRangeSpec {
  std::span<const LimitRangeItem> limits;
};

struct LimitRange {
  LimitRangeSpec spec;
};

struct WebhookServiceReference {
  std::string_view name, name_space, path;
  OptionalInt port;
};

struct WebhookClientConfig {
  std::string_view url;
  const WebhookServiceReference* service = nullptr;
  Presence ca_bundle;
};

struct WebhookRule {
  std::span<const std::string_view> api_groups, api_versions, resources, operations;
  std::string_view scope;
};

struct Webhook {
  std::string_view name, failure_policy, match_policy, side_effects;
  WebhookClientConfig client_config;
  const LabelSelector* namespace_selector = nullptr;
  const LabelSelector* object_selector = nullptr;
  std::span<const WebhookRule> rules;
  OptionalInt timeout_seconds;
  Presence match_conditions;
};

// ValidatingWebhookConfiguration and MutatingWebhookConfiguration.
struct WebhookConfiguration {
  std::span<const Webhook> webhooks;
};

// An API group that another server answers for, through the API server (apiregistration.k8s.io).
struct ApiServiceSpec {
  std::string_view group, version;
  const WebhookServiceReference* service = nullptr;  // nullptr: the API server itself
};

struct ApiServiceStatus {
  std::span<const Condition> conditions;
};

struct ApiService {
  ApiServiceSpec spec;
  ApiServiceStatus status;
};

struct CustomResourceNames {
  std::string_view kind, plural;
};

struct CustomResourceVersion {
  std::string_view name;
  OptionalBool served, storage;
};

struct CustomResourceDefinitionSpec {
  std::string_view group, scope;
  CustomResourceNames names;
  std::span<const CustomResourceVersion> versions;
};

struct CustomResourceDefinition {
  CustomResourceDefinitionSpec spec;
};

struct ScaleTargetRef {
  std::string_view api_version, kind, name;
};

struct HorizontalPodAutoscalerSpec {
  ScaleTargetRef scale_target_ref;
  OptionalInt min_replicas, max_replicas;
};

struct HorizontalPodAutoscaler {
  HorizontalPodAutoscalerSpec spec;
};

struct PersistentVolumeClaimSpec {
  std::string_view storage_class_name, volume_name;
  std::span<const std::string_view> access_modes;
};

struct PersistentVolumeClaimStatus {
  std::string_view phase;  // Pending, Bound, Lost
};

struct PersistentVolumeClaim {
  PersistentVolumeClaimSpec spec;
  PersistentVolumeClaimStatus status;
};

struct ClaimReference {
  std::string_view name_space, name, uid;
};

struct VolumeNodeAffinity {
  const NodeSelector* required = nullptr;
};

struct CsiPersistentVolume {
  std::string_view driver;
};

struct PersistentVolumeSpec {
  std::string_view storage_class_name;
  std::span<const std::string_view> access_modes;
  const ClaimReference* claim_ref = nullptr;
  const VolumeNodeAffinity* node_affinity = nullptr;
  const CsiPersistentVolume* csi = nullptr;
  // A source of another kind, by its name in the API (local, hostPath, nfs, ...); unset when it is csi.
  std::string_view other_source;
};

struct PersistentVolume {
  PersistentVolumeSpec spec;
};

struct TopologyRequirement {
  std::string_view key;
  std::span<const std::string_view> values;
};

struct TopologyTerm {
  std::span<const TopologyRequirement> match_label_expressions;
};

struct StorageClass {
  std::string_view provisioner, volume_binding_mode;
  std::span<const TopologyTerm> allowed_topologies;
};

struct CsiNodeAllocatable {
  OptionalInt count;
};

struct CsiNodeDriver {
  std::string_view name;
  CsiNodeAllocatable allocatable;
};

struct CsiNodeSpec {
  std::span<const CsiNodeDriver> drivers;
};

// How many volumes of each driver a node may have; its name is the node's.
struct CsiNode {
  CsiNodeSpec spec;
};

struct RuntimeClassOverhead {
  Labels pod_fixed;  // resource name to quantity
};

struct RuntimeClassScheduling {
  Labels node_selector;
  std::span<const Toleration> tolerations;
};

struct RuntimeClass {
  RuntimeClassOverhead overhead;
  RuntimeClassScheduling scheduling;
};

struct PriorityClass {
  OptionalInt value;
  OptionalBool global_default;
  std::string_view preemption_policy;
};

}  // namespace bulwark::kube

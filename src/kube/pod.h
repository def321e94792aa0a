#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kube/meta.h"
#include "kube/values.h"

namespace bulwark::kube {

struct Capabilities {
  std::span<const std::string_view> add;
  std::span<const std::string_view> drop;
};

struct SeLinuxOptions {
  std::string_view level, role, type, user;
};

// SeccompProfile and AppArmorProfile have the same shape.
struct ConfinementProfile {
  std::string_view type;  // RuntimeDefault, Localhost, Unconfined; as written
  std::string_view localhost_profile;
};

struct WindowsOptions {
  std::string_view gmsa_credential_spec, gmsa_credential_spec_name, run_as_user_name;
  OptionalBool host_process;
};

// corev1.SecurityContext, of a container.
struct SecurityContext {
  OptionalBool allow_privilege_escalation;
  const ConfinementProfile* app_armor_profile = nullptr;
  const Capabilities* capabilities = nullptr;
  OptionalBool privileged;
  std::string_view proc_mount;
  OptionalBool read_only_root_filesystem;
  OptionalInt run_as_group;
  OptionalBool run_as_non_root;
  OptionalInt run_as_user;
  const SeLinuxOptions* se_linux_options = nullptr;
  const ConfinementProfile* seccomp_profile = nullptr;
  const WindowsOptions* windows_options = nullptr;
};

struct Sysctl {
  std::string_view name, value;
};

struct PodSecurityContext {
  const ConfinementProfile* app_armor_profile = nullptr;
  OptionalInt fs_group;
  OptionalInt run_as_group;
  OptionalBool run_as_non_root;
  OptionalInt run_as_user;
  const SeLinuxOptions* se_linux_options = nullptr;
  const ConfinementProfile* seccomp_profile = nullptr;
  std::span<const OptionalInt> supplemental_groups;
  std::span<const Sysctl> sysctls;
  const WindowsOptions* windows_options = nullptr;
};

struct KeyReference {
  std::string_view name, key;
  OptionalBool optional;
};

struct EnvVarSource {
  const KeyReference* config_map_key_ref = nullptr;
  const KeyReference* secret_key_ref = nullptr;
  Presence field_ref, resource_field_ref, file_key_ref;
};

struct EnvVar {
  std::string_view name, value;
  const EnvVarSource* value_from = nullptr;
};

struct EnvFromSource {
  const NameReference* config_map_ref = nullptr;
  const NameReference* secret_ref = nullptr;
  std::string_view prefix;
};

struct ContainerPort {
  std::string_view name, protocol, host_ip;
  OptionalInt container_port, host_port;
};

struct HttpGetAction {
  std::string_view host, path, scheme;
  IntOrString port;
};

struct TcpSocketAction {
  std::string_view host;
  IntOrString port;
};

struct ExecAction {
  std::span<const std::string_view> command;
};

struct Probe {
  const ExecAction* exec = nullptr;
  const HttpGetAction* http_get = nullptr;
  const TcpSocketAction* tcp_socket = nullptr;
  Presence grpc;
  OptionalInt initial_delay_seconds, period_seconds, timeout_seconds, failure_threshold, success_threshold;
};

struct LifecycleHandler {
  const ExecAction* exec = nullptr;
  const HttpGetAction* http_get = nullptr;
  const TcpSocketAction* tcp_socket = nullptr;
  Presence sleep;
};

struct Lifecycle {
  const LifecycleHandler* post_start = nullptr;
  const LifecycleHandler* pre_stop = nullptr;
};

struct ResourceRequirements {
  Labels limits, requests;  // resource name to quantity
};

struct VolumeMount {
  std::string_view name, mount_path, sub_path, mount_propagation;
  OptionalBool read_only;
};

struct VolumeDevice {
  std::string_view name, device_path;
};

struct Container {
  std::string_view name, image, image_pull_policy, restart_policy, working_dir, target_container_name;
  std::span<const std::string_view> command, args;
  std::span<const ContainerPort> ports;
  std::span<const EnvVar> env;
  std::span<const EnvFromSource> env_from;
  const ResourceRequirements* resources = nullptr;
  std::span<const VolumeMount> volume_mounts;
  std::span<const VolumeDevice> volume_devices;
  const Probe* liveness_probe = nullptr;
  const Probe* readiness_probe = nullptr;
  const Probe* startup_probe = nullptr;
  const Lifecycle* lifecycle = nullptr;
  const SecurityContext* security_context = nullptr;
  OptionalBool stdin_open, tty;
};

struct HostPathVolume {
  std::string_view path, type;
};

struct SecretVolume {
  std::string_view secret_name;
  OptionalBool optional;
};

struct ServiceAccountTokenProjection {
  std::string_view audience, path;
  OptionalInt expiration_seconds;
};

struct VolumeProjection {
  const NameReference* config_map = nullptr;
  const NameReference* secret = nullptr;
  const ServiceAccountTokenProjection* service_account_token = nullptr;
};

struct ProjectedVolume {
  std::span<const VolumeProjection> sources;
};

struct EmptyDirVolume {
  std::string_view medium;
  Scalar size_limit;
};

struct ClaimVolume {
  std::string_view claim_name;
  OptionalBool read_only;
};

struct CsiVolume {
  std::string_view driver;
};

struct Volume {
  std::string_view name;
  const HostPathVolume* host_path = nullptr;
  const EmptyDirVolume* empty_dir = nullptr;
  const SecretVolume* secret = nullptr;
  const NameReference* config_map = nullptr;
  const ProjectedVolume* projected = nullptr;
  const ClaimVolume* persistent_volume_claim = nullptr;
  const CsiVolume* csi = nullptr;
  Presence downward_api, ephemeral, image;
  // A source of another kind, by its name in the API (nfs, gcePersistentDisk, ...); unset when there is none.
  std::string_view other_source;
};

struct Toleration {
  std::string_view key, op, value, effect;
  OptionalInt toleration_seconds;
};

struct TopologySpreadConstraint {
  OptionalInt max_skew, min_domains;
  std::string_view topology_key, when_unsatisfiable;
  const LabelSelector* label_selector = nullptr;
  std::span<const std::string_view> match_label_keys;
  std::string_view node_affinity_policy, node_taints_policy;  // Honor or Ignore; unset: the default of each
};

// Nodes that match all of it (corev1.NodeSelectorTerm). A term without conditions matches no node.
struct NodeSelectorTerm {
  std::span<const Requirement> match_expressions;  // on labels
  std::span<const Requirement> match_fields;       // on metadata.name alone
};

// Nodes that match one of the terms (corev1.NodeSelector).
struct NodeSelector {
  std::span<const NodeSelectorTerm> terms;
};

struct PreferredSchedulingTerm {
  OptionalInt weight;
  const NodeSelectorTerm* preference = nullptr;
};

struct NodeAffinity {
  const NodeSelector* required = nullptr;
  std::span<const PreferredSchedulingTerm> preferred;
};

struct PodAffinityTerm {
  const LabelSelector* label_selector = nullptr;
  std::span<const std::string_view> namespaces;
  const LabelSelector* namespace_selector = nullptr;
  std::string_view topology_key;
  std::span<const std::string_view> match_label_keys, mismatch_label_keys;
};

struct WeightedPodAffinityTerm {
  OptionalInt weight;
  const PodAffinityTerm* pod_affinity_term = nullptr;
};

struct PodAffinity {
  std::span<const PodAffinityTerm> required;
  std::span<const WeightedPodAffinityTerm> preferred;
};

struct Affinity {
  const NodeAffinity* node_affinity = nullptr;
  const PodAffinity* pod_affinity = nullptr;
  const PodAffinity* pod_anti_affinity = nullptr;
};

struct PodOs {
  std::string_view name;
};

struct PodSpec {
  std::span<const Container> init_containers, containers, ephemeral_containers;
  std::span<const Volume> volumes;
  const PodSecurityContext* security_context = nullptr;
  const ResourceRequirements* resources = nullptr;  // of all containers together; by default from 1.34 (KEP-2837)
  std::string_view service_account_name, deprecated_service_account;
  OptionalBool automount_service_account_token, enable_service_links;
  OptionalBool host_network, host_pid, host_ipc, host_users, share_process_namespace;
  std::string_view node_name, restart_policy, priority_class_name, runtime_class_name, scheduler_name, dns_policy;
  std::string_view preemption_policy;
  std::span<const NameReference> scheduling_gates;
  Labels node_selector;
  Labels overhead;  // resource name to quantity
  std::span<const Toleration> tolerations;
  const Affinity* affinity = nullptr;
  std::span<const TopologySpreadConstraint> topology_spread_constraints;
  std::span<const NameReference> image_pull_secrets;
  OptionalInt termination_grace_period_seconds, active_deadline_seconds, priority;
  const PodOs* os = nullptr;
  std::uint32_t key_at = 0;  // byte of the key "spec" that holds it, in its source

  // What the API server takes: serviceAccountName, else the old field; empty when neither is set ("default" then).
  std::string_view service_account() const {
    return service_account_name.empty() ? deprecated_service_account : service_account_name;
  }
};

struct PodTemplate {
  ObjectMeta metadata;
  PodSpec spec;
};

struct PodCondition {
  std::string_view type, status, reason, last_transition_time;
};

struct ContainerStateWaiting {
  std::string_view reason;  // CrashLoopBackOff, ImagePullBackOff, ...
};

struct ContainerState {
  const ContainerStateWaiting* waiting = nullptr;
};

struct ContainerStatus {
  std::string_view name;
  OptionalBool ready;
  OptionalInt restart_count;
  ContainerState state;
};

struct PodStatus {
  std::string_view phase, reason, qos_class, start_time, nominated_node_name;
  std::span<const PodCondition> conditions;
  std::span<const ContainerStatus> container_statuses;
};

struct Pod {
  PodSpec spec;
  PodStatus status;
};

}  // namespace bulwark::kube

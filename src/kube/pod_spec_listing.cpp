// Fields of PodSpec, its volumes and its scheduling, as of Kubernetes 1.37 (k8s.io/api/core/v1/types.go).
#include "kube/decoder.h"
#include "kube/pod.h"

namespace bulwark::kube {

template <>
const Listing& listing<HostPathVolume>() {
  using T = HostPathVolume;
  static const Listing fields{"HostPathVolumeSource", {field<&T::path>("path"), field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<SecretVolume>() {
  using T = SecretVolume;
  static const Listing fields{"SecretVolumeSource",
                              {known("defaultMode"), known("items"), field<&T::optional>("optional"),
                               field<&T::secret_name>("secretName")}};
  return fields;
}

template <>
const Listing& listing<ServiceAccountTokenProjection>() {
  using T = ServiceAccountTokenProjection;
  static const Listing fields{"ServiceAccountTokenProjection",
                              {field<&T::audience>("audience"), field<&T::expiration_seconds>("expirationSeconds"),
                               field<&T::path>("path")}};
  return fields;
}

template <>
const Listing& listing<VolumeProjection>() {
  using T = VolumeProjection;
  static const Listing fields{"VolumeProjection",
                              {known("clusterTrustBundle"), field<&T::config_map>("configMap"),
                               known("downwardAPI"), known("podCertificate"), field<&T::secret>("secret"),
                               field<&T::service_account_token>("serviceAccountToken")}};
  return fields;
}

template <>
const Listing& listing<ProjectedVolume>() {
  static const Listing fields{"ProjectedVolumeSource",
                              {known("defaultMode"), field<&ProjectedVolume::sources>("sources")}};
  return fields;
}

template <>
const Listing& listing<EmptyDirVolume>() {
  using T = EmptyDirVolume;
  static const Listing fields{"EmptyDirVolumeSource",
                              {field<&T::medium>("medium"), field<&T::size_limit>("sizeLimit")}};
  return fields;
}

template <>
const Listing& listing<ClaimVolume>() {
  using T = ClaimVolume;
  static const Listing fields{"PersistentVolumeClaimVolumeSource",
                              {field<&T::claim_name>("claimName"), field<&T::read_only>("readOnly")}};
  return fields;
}

template <>
const Listing& listing<CsiVolume>() {
  static const Listing fields{"CSIVolumeSource",
                              {field<&CsiVolume::driver>("driver"), known("fsType"), known("nodePublishSecretRef"),
                               known("readOnly"), known("volumeAttributes")}};
  return fields;
}

namespace {

// A volume source that is kept by its name alone.
Field other_source(std::string_view name) {
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            if (!node.is_null()) static_cast<Volume*>(object)->other_source = decoder.key();
          },
          nullptr, Shape::present};
}

}  // namespace

template <>
const Listing& listing<Volume>() {
  using T = Volume;
  static const Listing fields{"Volume",
                              {field<&T::name>("name"),
                               field<&T::config_map>("configMap"),
                               field<&T::csi>("csi"),
                               field<&T::downward_api>("downwardAPI"),
                               field<&T::empty_dir>("emptyDir"),
                               field<&T::ephemeral>("ephemeral"),
                               field<&T::host_path>("hostPath"),
                               field<&T::image>("image"),
                               field<&T::persistent_volume_claim>("persistentVolumeClaim"),
                               field<&T::projected>("projected"),
                               field<&T::secret>("secret"),
                               other_source("awsElasticBlockStore"),
                               other_source("azureDisk"),
                               other_source("azureFile"),
                               other_source("cephfs"),
                               other_source("cinder"),
                               other_source("fc"),
                               other_source("flexVolume"),
                               other_source("flocker"),
                               other_source("gcePersistentDisk"),
                               other_source("gitRepo"),
                               other_source("glusterfs"),
                               other_source("iscsi"),
                               other_source("nfs"),
                               other_source("photonPersistentDisk"),
                               other_source("portworxVolume"),
                               other_source("quobyte"),
                               other_source("rbd"),
                               other_source("scaleIO"),
                               other_source("storageos"),
                               other_source("vsphereVolume")}};
  return fields;
}

template <>
const Listing& listing<Toleration>() {
  using T = Toleration;
  static const Listing fields{"Toleration",
                              {field<&T::effect>("effect"), field<&T::key>("key"), field<&T::op>("operator"),
                               field<&T::toleration_seconds>("tolerationSeconds"), field<&T::value>("value")}};
  return fields;
}

template <>
const Listing& listing<TopologySpreadConstraint>() {
  using T = TopologySpreadConstraint;
  static const Listing fields{
      "TopologySpreadConstraint",
      {field<&T::label_selector>("labelSelector"), field<&T::match_label_keys>("matchLabelKeys"),
       int32<&T::max_skew>("maxSkew"), int32<&T::min_domains>("minDomains"),
       field<&T::node_affinity_policy>("nodeAffinityPolicy"), field<&T::node_taints_policy>("nodeTaintsPolicy"),
       field<&T::topology_key>("topologyKey"), field<&T::when_unsatisfiable>("whenUnsatisfiable")}};
  return fields;
}

namespace {

const Listing& node_requirement() {
  static const Listing fields{"NodeSelectorRequirement", listing<Requirement>().fields()};
  return fields;
}

template <std::span<const Requirement> NodeSelectorTerm::* Member>
Field node_requirements(std::string_view name) {
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            decoder.read_objects(node, static_cast<NodeSelectorTerm*>(object)->*Member, node_requirement());
          },
          [](Encoder& encoder, std::string_view key, const void* object) {
            encoder.write_objects(key, static_cast<const NodeSelectorTerm*>(object)->*Member, node_requirement());
          },
          Shape::objects, &node_requirement};
}

}  // namespace

template <>
const Listing& listing<NodeSelectorTerm>() {
  using T = NodeSelectorTerm;
  static const Listing fields{"NodeSelectorTerm",
                              {node_requirements<&T::match_expressions>("matchExpressions"),
                               node_requirements<&T::match_fields>("matchFields")}};
  return fields;
}

template <>
const Listing& listing<NodeSelector>() {
  static const Listing fields{"NodeSelector", {field<&NodeSelector::terms>("nodeSelectorTerms")}};
  return fields;
}

template <>
const Listing& listing<PreferredSchedulingTerm>() {
  using T = PreferredSchedulingTerm;
  static const Listing fields{"PreferredSchedulingTerm",
                              {field<&T::preference>("preference"), int32<&T::weight>("weight")}};
  return fields;
}

template <>
const Listing& listing<NodeAffinity>() {
  using T = NodeAffinity;
  static const Listing fields{"NodeAffinity",
                              {field<&T::preferred>("preferredDuringSchedulingIgnoredDuringExecution"),
                               field<&T::required>("requiredDuringSchedulingIgnoredDuringExecution")}};
  return fields;
}

template <>
const Listing& listing<PodAffinityTerm>() {
  using T = PodAffinityTerm;
  static const Listing fields{
      "PodAffinityTerm",
      {field<&T::label_selector>("labelSelector"), field<&T::match_label_keys>("matchLabelKeys"),
       field<&T::mismatch_label_keys>("mismatchLabelKeys"), field<&T::namespace_selector>("namespaceSelector"),
       field<&T::namespaces>("namespaces"), field<&T::topology_key>("topologyKey")}};
  return fields;
}

template <>
const Listing& listing<WeightedPodAffinityTerm>() {
  using T = WeightedPodAffinityTerm;
  static const Listing fields{"WeightedPodAffinityTerm",
                              {field<&T::pod_affinity_term>("podAffinityTerm"), int32<&T::weight>("weight")}};
  return fields;
}

template <>
const Listing& listing<PodAffinity>() {
  using T = PodAffinity;
  static const Listing fields{"PodAffinity",
                              {field<&T::preferred>("preferredDuringSchedulingIgnoredDuringExecution"),
                               field<&T::required>("requiredDuringSchedulingIgnoredDuringExecution")}};
  return fields;
}

template <>
const Listing& listing<Affinity>() {
  using T = Affinity;
  static const Listing fields{"Affinity",
                              {field<&T::node_affinity>("nodeAffinity"), field<&T::pod_affinity>("podAffinity"),
                               field<&T::pod_anti_affinity>("podAntiAffinity")}};
  return fields;
}

template <>
const Listing& listing<PodOs>() {
  static const Listing fields{"PodOS", {field<&PodOs::name>("name")}};
  return fields;
}

template <>
const Listing& listing<PodSpec>() {
  using T = PodSpec;
  static const Listing fields{"PodSpec",
                              {field<&T::active_deadline_seconds>("activeDeadlineSeconds"),
                               field<&T::affinity>("affinity"),
                               field<&T::automount_service_account_token>("automountServiceAccountToken"),
                               field<&T::containers>("containers"),
                               known("dnsConfig"),
                               field<&T::dns_policy>("dnsPolicy"),
                               field<&T::enable_service_links>("enableServiceLinks"),
                               field<&T::ephemeral_containers>("ephemeralContainers"),
                               known("hostAliases"),
                               field<&T::host_ipc>("hostIPC"),
                               field<&T::host_network>("hostNetwork"),
                               field<&T::host_pid>("hostPID"),
                               field<&T::host_users>("hostUsers"),
                               known("hostname"),
                               known("hostnameOverride"),
                               field<&T::image_pull_secrets>("imagePullSecrets"),
                               field<&T::init_containers>("initContainers"),
                               field<&T::node_name>("nodeName"),
                               field<&T::node_selector>("nodeSelector"),
                               field<&T::os>("os"),
                               quantities<&T::overhead>("overhead"),
                               field<&T::preemption_policy>("preemptionPolicy"),
                               int32<&T::priority>("priority"),
                               field<&T::priority_class_name>("priorityClassName"),
                               known("readinessGates"),
                               known("resourceClaims"),
                               field<&T::resources>("resources"),
                               field<&T::restart_policy>("restartPolicy"),
                               field<&T::runtime_class_name>("runtimeClassName"),
                               field<&T::scheduler_name>("schedulerName"),
                               field<&T::scheduling_gates>("schedulingGates"),
                               known("schedulingGroup"),
                               field<&T::security_context>("securityContext"),
                               field<&T::deprecated_service_account>("serviceAccount"),
                               field<&T::service_account_name>("serviceAccountName"),
                               known("setHostnameAsFQDN"),
                               field<&T::share_process_namespace>("shareProcessNamespace"),
                               known("subdomain"),
                               field<&T::termination_grace_period_seconds>("terminationGracePeriodSeconds"),
                               field<&T::tolerations>("tolerations"),
                               field<&T::topology_spread_constraints>("topologySpreadConstraints"),
                               field<&T::volumes>("volumes"),
                               known("workloadRef")}};
  return fields;
}

void Decoder::read(const document::Node& node, PodSpec& out) {
  out.key_at = key_at_;
  if (!node.is_null()) read_object(node, listing<PodSpec>(), &out);
}

template <>
const Listing& listing<PodTemplate>() {
  static const Listing fields{"PodTemplateSpec",
                              {field<&PodTemplate::metadata>("metadata"), field<&PodTemplate::spec>("spec")}};
  return fields;
}

template <>
const Listing& listing<PodCondition>() {
  using T = PodCondition;
  static const Listing fields{
      "Condition",
      {known("lastHeartbeatTime"), known("lastProbeTime"), field<&T::last_transition_time>("lastTransitionTime"),
       known("message"), known("observedGeneration"), field<&T::reason>("reason"), field<&T::status>("status"),
       field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<ContainerStateWaiting>() {
  static const Listing fields{"ContainerStateWaiting",
                              {known("message"), field<&ContainerStateWaiting::reason>("reason")}};
  return fields;
}

template <>
const Listing& listing<ContainerState>() {
  static const Listing fields{"ContainerState",
                              {known("running"), known("terminated"), field<&ContainerState::waiting>("waiting")}};
  return fields;
}

template <>
const Listing& listing<ContainerStatus>() {
  using T = ContainerStatus;
  static const Listing fields{
      "ContainerStatus",
      {known("allocatedResources"), known("allocatedResourcesStatus"), known("containerID"), known("image"),
       known("imageID"), known("lastState"), field<&T::name>("name"), field<&T::ready>("ready"),
       known("resources"), int32<&T::restart_count>("restartCount"), known("started"), field<&T::state>("state"),
       known("stopSignal"), known("user"), known("volumeMounts")}};
  return fields;
}

template <>
const Listing& listing<PodStatus>() {
  using T = PodStatus;
  static const Listing fields{"PodStatus",
                              {field<&T::conditions>("conditions"),
                               known("allocatedResources"),
                               field<&T::container_statuses>("containerStatuses"),
                               known("ephemeralContainerStatuses"),
                               known("extendedResourceClaimStatus"),
                               known("hostIP"),
                               known("hostIPs"),
                               known("initContainerStatuses"),
                               known("message"),
                               field<&T::nominated_node_name>("nominatedNodeName"),
                               known("observedGeneration"),
                               field<&T::phase>("phase"),
                               known("podIP"),
                               known("podIPs"),
                               field<&T::qos_class>("qosClass"),
                               field<&T::reason>("reason"),
                               known("resize"),
                               known("resourceClaimStatuses"),
                               known("resources"),
                               field<&T::start_time>("startTime")}};
  return fields;
}

}  // namespace bulwark::kube

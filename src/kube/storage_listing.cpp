// Fields of claims, volumes, their classes and runtime classes (k8s.io/api/{core,storage,node}).
#include "kube/cluster_objects.h"
#include "kube/decoder.h"

namespace bulwark::kube {

template <>
const Listing& listing<PersistentVolumeClaimSpec>() {
  using T = PersistentVolumeClaimSpec;
  static const Listing fields{
      "PersistentVolumeClaimSpec",
      {field<&T::access_modes>("accessModes"), known("dataSource"), known("dataSourceRef"), known("resources"),
       known("selector"), field<&T::storage_class_name>("storageClassName"), known("volumeAttributesClassName"),
       known("volumeMode"), field<&T::volume_name>("volumeName")}};
  return fields;
}

template <>
const Listing& listing<PersistentVolumeClaimStatus>() {
  static const Listing fields{
      "PersistentVolumeClaimStatus",
      {known("accessModes"), known("allocatedResourceStatuses"), known("allocatedResources"), known("capacity"),
       known("conditions"), known("currentVolumeAttributesClassName"), known("modifyVolumeStatus"),
       field<&PersistentVolumeClaimStatus::phase>("phase"), known("resizeStatus")}};
  return fields;
}

template <>
const Listing& listing<ClaimReference>() {
  using T = ClaimReference;
  static const Listing fields{
      "ObjectReference",
      {known("apiVersion"), known("fieldPath"), known("kind"), field<&T::name>("name"),
       field<&T::name_space>("namespace"), known("resourceVersion"), field<&T::uid>("uid")}};
  return fields;
}

template <>
const Listing& listing<VolumeNodeAffinity>() {
  static const Listing fields{"VolumeNodeAffinity", {field<&VolumeNodeAffinity::required>("required")}};
  return fields;
}

template <>
const Listing& listing<CsiPersistentVolume>() {
  static const Listing fields{
      "CSIPersistentVolumeSource",
      {known("controllerExpandSecretRef"), known("controllerPublishSecretRef"),
       field<&CsiPersistentVolume::driver>("driver"), known("fsType"), known("nodeExpandSecretRef"),
       known("nodePublishSecretRef"), known("nodeStageSecretRef"), known("readOnly"), known("volumeAttributes"),
       known("volumeHandle")}};
  return fields;
}

namespace {

// A volume source that is kept by its name alone.
Field other_source(std::string_view name) {
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            if (!node.is_null()) static_cast<PersistentVolumeSpec*>(object)->other_source = decoder.key();
          },
          nullptr, Shape::present};
}

}  // namespace

template <>
const Listing& listing<PersistentVolumeSpec>() {
  using T = PersistentVolumeSpec;
  static const Listing fields{"PersistentVolumeSpec",
                              {field<&T::access_modes>("accessModes"),
                               known("capacity"),
                               field<&T::claim_ref>("claimRef"),
                               field<&T::csi>("csi"),
                               known("mountOptions"),
                               field<&T::node_affinity>("nodeAffinity"),
                               known("persistentVolumeReclaimPolicy"),
                               field<&T::storage_class_name>("storageClassName"),
                               known("volumeAttributesClassName"),
                               known("volumeMode"),
                               other_source("awsElasticBlockStore"),
                               other_source("azureDisk"),
                               other_source("azureFile"),
                               other_source("cephfs"),
                               other_source("cinder"),
                               other_source("fc"),
                               other_source("flexVolume"),
                               other_source("flocker"),
                               other_source("gcePersistentDisk"),
                               other_source("glusterfs"),
                               other_source("hostPath"),
                               other_source("iscsi"),
                               other_source("local"),
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
const Listing& listing<PersistentVolume>() {
  static const Listing fields{"PersistentVolume", {field<&PersistentVolume::spec>("spec"), known("status")}};
  return fields;
}

template <>
const Listing& listing<TopologyRequirement>() {
  using T = TopologyRequirement;
  static const Listing fields{"TopologySelectorLabelRequirement",
                              {field<&T::key>("key"), field<&T::values>("values")}};
  return fields;
}

template <>
const Listing& listing<TopologyTerm>() {
  static const Listing fields{"TopologySelectorTerm",
                              {field<&TopologyTerm::match_label_expressions>("matchLabelExpressions")}};
  return fields;
}

template <>
const Listing& listing<StorageClass>() {
  using T = StorageClass;
  static const Listing fields{"StorageClass",
                              {known("allowVolumeExpansion"), field<&T::allowed_topologies>("allowedTopologies"),
                               known("mountOptions"), known("parameters"), field<&T::provisioner>("provisioner"),
                               known("reclaimPolicy"), field<&T::volume_binding_mode>("volumeBindingMode")}};
  return fields;
}

template <>
const Listing& listing<CsiNodeAllocatable>() {
  static const Listing fields{"VolumeNodeResources", {int32<&CsiNodeAllocatable::count>("count")}};
  return fields;
}

template <>
const Listing& listing<CsiNodeDriver>() {
  using T = CsiNodeDriver;
  static const Listing fields{
      "CSINodeDriver",
      {field<&T::allocatable>("allocatable"), field<&T::name>("name"), known("nodeID"), known("topologyKeys")}};
  return fields;
}

template <>
const Listing& listing<CsiNodeSpec>() {
  static const Listing fields{"CSINodeSpec", {field<&CsiNodeSpec::drivers>("drivers")}};
  return fields;
}

template <>
const Listing& listing<CsiNode>() {
  static const Listing fields{"CSINode", {field<&CsiNode::spec>("spec")}};
  return fields;
}

template <>
const Listing& listing<RuntimeClassOverhead>() {
  static const Listing fields{"Overhead", {quantities<&RuntimeClassOverhead::pod_fixed>("podFixed")}};
  return fields;
}

template <>
const Listing& listing<RuntimeClassScheduling>() {
  using T = RuntimeClassScheduling;
  static const Listing fields{"Scheduling",
                              {field<&T::node_selector>("nodeSelector"), field<&T::tolerations>("tolerations")}};
  return fields;
}

template <>
const Listing& listing<RuntimeClass>() {
  using T = RuntimeClass;
  // spec: of v1alpha1, which had everything in there.
  static const Listing fields{
      "RuntimeClass",
      {known("handler"), field<&T::overhead>("overhead"), field<&T::scheduling>("scheduling"), known("spec")}};
  return fields;
}

}  // namespace bulwark::kube

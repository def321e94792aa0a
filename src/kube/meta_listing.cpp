// Fields of metadata and selectors (k8s.io/apimachinery/pkg/apis/meta/v1/types.go).
#include "kube/decoder.h"
#include "kube/meta.h"

namespace bulwark::kube {

template <>
const Listing& listing<OwnerReference>() {
  using T = OwnerReference;
  static const Listing fields{
      "OwnerReference",
      {field<&T::api_version>("apiVersion"), known("blockOwnerDeletion"), field<&T::controller>("controller"),
       field<&T::kind>("kind"), field<&T::name>("name"), field<&T::uid>("uid")}};
  return fields;
}

template <>
const Listing& listing<ObjectMeta>() {
  using T = ObjectMeta;
  static const Listing fields{
      "ObjectMeta",
      {field<&T::annotations>("annotations"), known("clusterName"),
       field<&T::creation_timestamp>("creationTimestamp"), known("deletionGracePeriodSeconds"),
       field<&T::deletion_timestamp>("deletionTimestamp"), field<&T::finalizers>("finalizers"),
       field<&T::generate_name>("generateName"), field<&T::generation>("generation"), known("initializers"),
       field<&T::labels>("labels"), known("managedFields"), field<&T::name>("name"),
       field<&T::name_space>("namespace"), field<&T::owner_references>("ownerReferences"),
       known("resourceVersion"), known("selfLink"), field<&T::uid>("uid")}};
  return fields;
}

template <>
const Listing& listing<Requirement>() {
  using T = Requirement;
  static const Listing fields{"LabelSelectorRequirement",
                              {field<&T::key>("key"),
                               {"operator",
                                [](Decoder& decoder, const document::Node& node, void* object) {
                                  auto& requirement = *static_cast<T*>(object);
                                  decoder.read(node, requirement.op_text);
                                  requirement.op = selector_operator(requirement.op_text);
                                },
                                [](Encoder& encoder, std::string_view name, const void* object) {
                                  encoder.write(name, static_cast<const T*>(object)->op_text);
                                },
                                Shape::text},
                               field<&T::values>("values")}};
  return fields;
}

template <>
const Listing& listing<LabelSelector>() {
  using T = LabelSelector;
  static const Listing fields{
      "LabelSelector", {field<&T::match_expressions>("matchExpressions"), field<&T::match_labels>("matchLabels")}};
  return fields;
}

template <>
const Listing& listing<NameReference>() {
  using T = NameReference;
  // ConfigMap volumes and projections carry more beside the name.
  static const Listing fields{"reference",
                              {known("defaultMode"), known("items"), field<&T::name>("name"),
                               field<&T::optional>("optional"), known("kind"), known("namespace"), known("uid"),
                               known("apiVersion"), known("resourceVersion"), known("fieldPath")}};
  return fields;
}

}  // namespace bulwark::kube

#include "kube/object.h"

#include <algorithm>
#include <array>

namespace bulwark::kube {

namespace {

using document::Kind;

// One row per kind that is decoded: its names, and how its body is read. A row per group that serves it.
struct KindInfo {
  ResourceKind kind;
  std::string_view group;
  std::string_view name;
  bool namespaced;
  const Listing& (*fields)();
  const void* (*make)(base::Arena&, Decoder&, const document::Node&,
                      void (*read)(Decoder&, const document::Node&, const Listing&, void*));
};

template <class T>
const void* make_body(base::Arena& arena, Decoder& decoder, const document::Node& node,
                      void (*read)(Decoder&, const document::Node&, const Listing&, void*)) {
  T body{};
  read(decoder, node, listing<T>(), &body);
  return arena.make<T>(body);
}

template <class T>
KindInfo row(ResourceKind kind, std::string_view group, std::string_view name, bool namespaced = true) {
  return {kind, group, name, namespaced, &listing<T>, &make_body<T>};
}

}  // namespace

// The top levels of the kinds. apiVersion, kind and metadata are read apart.
#define BULWARK_SPEC_ONLY(T)                                                     \
  template <>                                                                    \
  const Listing& listing<T>() {                                                  \
    static const Listing fields{#T, {field<&T::spec>("spec"), known("status")}}; \
    return fields;                                                               \
  }
#define BULWARK_SPEC_AND_STATUS(T)                                                           \
  template <>                                                                                \
  const Listing& listing<T>() {                                                              \
    static const Listing fields{#T, {field<&T::spec>("spec"), field<&T::status>("status")}}; \
    return fields;                                                                           \
  }

BULWARK_SPEC_AND_STATUS(Pod)
BULWARK_SPEC_AND_STATUS(Deployment)
BULWARK_SPEC_AND_STATUS(StatefulSet)
BULWARK_SPEC_AND_STATUS(Job)
BULWARK_SPEC_AND_STATUS(Node)
BULWARK_SPEC_AND_STATUS(PodDisruptionBudget)
BULWARK_SPEC_AND_STATUS(PersistentVolumeClaim)
BULWARK_SPEC_AND_STATUS(ApiService)
BULWARK_SPEC_ONLY(ReplicaSet)
BULWARK_SPEC_ONLY(ReplicationController)
BULWARK_SPEC_ONLY(DaemonSet)
BULWARK_SPEC_ONLY(CronJob)
BULWARK_SPEC_ONLY(NetworkPolicy)
BULWARK_SPEC_ONLY(Service)
BULWARK_SPEC_ONLY(Ingress)
BULWARK_SPEC_ONLY(CustomResourceDefinition)
BULWARK_SPEC_ONLY(HorizontalPodAutoscaler)
BULWARK_SPEC_ONLY(ResourceQuota)
#undef BULWARK_SPEC_ONLY
#undef BULWARK_SPEC_AND_STATUS

template <>
const Listing& listing<PodTemplateObject>() {
  static const Listing fields{"PodTemplate", {field<&PodTemplateObject::pod_template>("template")}};
  return fields;
}

template <>
const Listing& listing<Namespace>() {
  static const Listing fields{"Namespace", {known("spec"), known("status")}};
  return fields;
}

template <>
const Listing& listing<Role>() {
  static const Listing fields{"Role",
                              {field<&Role::aggregation_rule>("aggregationRule"), field<&Role::rules>("rules")}};
  return fields;
}

template <>
const Listing& listing<RoleBinding>() {
  static const Listing fields{
      "RoleBinding", {field<&RoleBinding::role_ref>("roleRef"), field<&RoleBinding::subjects>("subjects")}};
  return fields;
}

template <>
const Listing& listing<ServiceAccount>() {
  using T = ServiceAccount;
  static const Listing fields{"ServiceAccount",
                              {field<&T::automount_service_account_token>("automountServiceAccountToken"),
                               field<&T::image_pull_secrets>("imagePullSecrets"), field<&T::secrets>("secrets")}};
  return fields;
}

namespace {

template <auto Member, class T>
Field keys(std::string_view name) {
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            decoder.read_keys(node, static_cast<T*>(object)->*Member);
          },
          nullptr, Shape::keys};
}

}  // namespace

template <>
const Listing& listing<ConfigMap>() {
  using T = ConfigMap;
  static const Listing fields{
      "ConfigMap",
      {keys<&T::binary_keys, T>("binaryData"), keys<&T::keys, T>("data"), field<&T::immutable>("immutable")}};
  return fields;
}

template <>
const Listing& listing<Secret>() {
  using T = Secret;
  static const Listing fields{"Secret",
                              {keys<&T::keys, T>("data"), field<&T::immutable>("immutable"),
                               keys<&T::string_keys, T>("stringData"), field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<LimitRange>() {
  static const Listing fields{"LimitRange", {field<&LimitRange::spec>("spec")}};
  return fields;
}

template <>
const Listing& listing<WebhookConfiguration>() {
  static const Listing fields{"WebhookConfiguration", {field<&WebhookConfiguration::webhooks>("webhooks")}};
  return fields;
}

template <>
const Listing& listing<PriorityClass>() {
  using T = PriorityClass;
  static const Listing fields{"PriorityClass",
                              {known("description"), field<&T::global_default>("globalDefault"),
                               field<&T::preemption_policy>("preemptionPolicy"), int32<&T::value>("value")}};
  return fields;
}

namespace {

const std::vector<KindInfo>& kinds() {
  using enum ResourceKind;
  static const std::vector<KindInfo> rows{
      row<Pod>(pod, "", "Pod"),
      row<PodTemplateObject>(pod_template, "", "PodTemplate"),
      row<ReplicationController>(replication_controller, "", "ReplicationController"),
      row<Deployment>(deployment, "apps", "Deployment"),
      row<Deployment>(deployment, "extensions", "Deployment"),
      row<ReplicaSet>(replica_set, "apps", "ReplicaSet"),
      row<ReplicaSet>(replica_set, "extensions", "ReplicaSet"),
      row<StatefulSet>(stateful_set, "apps", "StatefulSet"),
      row<DaemonSet>(daemon_set, "apps", "DaemonSet"),
      row<DaemonSet>(daemon_set, "extensions", "DaemonSet"),
      row<Job>(job, "batch", "Job"),
      row<CronJob>(cron_job, "batch", "CronJob"),
      row<Namespace>(name_space, "", "Namespace", false),
      row<Node>(node, "", "Node", false),
      row<ServiceAccount>(service_account, "", "ServiceAccount"),
      row<Role>(role, "rbac.authorization.k8s.io", "Role"),
      row<Role>(cluster_role, "rbac.authorization.k8s.io", "ClusterRole", false),
      row<RoleBinding>(role_binding, "rbac.authorization.k8s.io", "RoleBinding"),
      row<RoleBinding>(cluster_role_binding, "rbac.authorization.k8s.io", "ClusterRoleBinding", false),
      row<NetworkPolicy>(network_policy, "networking.k8s.io", "NetworkPolicy"),
      row<NetworkPolicy>(network_policy, "extensions", "NetworkPolicy"),
      row<Service>(service, "", "Service"),
      row<Ingress>(ingress, "networking.k8s.io", "Ingress"),
      row<Ingress>(ingress, "extensions", "Ingress"),
      row<PodDisruptionBudget>(pod_disruption_budget, "policy", "PodDisruptionBudget"),
      row<EndpointSlice>(endpoint_slice, "discovery.k8s.io", "EndpointSlice"),
      row<ConfigMap>(config_map, "", "ConfigMap"),
      row<Secret>(secret, "", "Secret"),
      row<ResourceQuota>(resource_quota, "", "ResourceQuota"),
      row<LimitRange>(limit_range, "", "LimitRange"),
      row<WebhookConfiguration>(validating_webhook, "admissionregistration.k8s.io",
                                "ValidatingWebhookConfiguration", false),
      row<WebhookConfiguration>(mutating_webhook, "admissionregistration.k8s.io", "MutatingWebhookConfiguration",
                                false),
      row<CustomResourceDefinition>(custom_resource_definition, "apiextensions.k8s.io", "CustomResourceDefinition",
                                    false),
      row<ApiService>(api_service, "apiregistration.k8s.io", "APIService", false),
      row<HorizontalPodAutoscaler>(horizontal_pod_autoscaler, "autoscaling", "HorizontalPodAutoscaler"),
      row<PersistentVolumeClaim>(persistent_volume_claim, "", "PersistentVolumeClaim"),
      row<PersistentVolume>(persistent_volume, "", "PersistentVolume", false),
      row<StorageClass>(storage_class, "storage.k8s.io", "StorageClass", false),
      row<CsiNode>(csi_node, "storage.k8s.io", "CSINode", false),
      row<RuntimeClass>(runtime_class, "node.k8s.io", "RuntimeClass", false),
      row<PriorityClass>(priority_class, "scheduling.k8s.io", "PriorityClass", false),
      row<Snapshot>(snapshot, "bulwark.dev", "Snapshot", false),
      row<SeccompProfile>(seccomp_profile, "security-profiles-operator.x-k8s.io", "SeccompProfile", false),
  };
  return rows;
}

const KindInfo* find_kind(std::string_view group, std::string_view name) {
  for (const KindInfo& info : kinds()) {
    if (info.name == name && info.group == group) return &info;
  }
  return nullptr;
}

// The first row of a kind; of a kind that is not `unknown`.
const KindInfo& info_of(ResourceKind kind) {
  static const auto rows = [] {
    std::array<const KindInfo*, 64> by_kind{};
    for (const KindInfo& info : kinds()) {
      const KindInfo*& row = by_kind[static_cast<std::size_t>(info.kind)];
      if (row == nullptr) row = &info;
    }
    return by_kind;
  }();
  return *rows[static_cast<std::size_t>(kind)];
}

std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view{} : api_version.substr(0, slash);
}

// Reads the members of an object's root but for apiVersion, kind and metadata.
void read_body(Decoder& decoder, const document::Node& root, const Listing& fields, void* out) {
  for (const document::Member& member : root.members()) {
    const std::string_view name = member.key.text();
    if (name == "apiVersion" || name == "kind" || name == "metadata") continue;
    if (root.has_duplicates() && root.find(name) != &member.value) continue;
    const Field* field = fields.find(name);
    if (field == nullptr) decoder.unknown_field(member.key, fields);
    if (field == nullptr || field->decode == nullptr) continue;
    decoder.enter(field->name, member.key.begin());
    field->decode(decoder, member.value, out);
    decoder.leave();
  }
}

}  // namespace

std::string_view Object::group() const { return group_of(api_version); }

std::string_view Object::version() const {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
}

bool is_namespaced(ResourceKind kind) { return kind != ResourceKind::unknown && info_of(kind).namespaced; }

std::string_view Object::namespace_or_default() const {
  if (kind == ResourceKind::unknown) return metadata.name_space;
  if (!is_namespaced(kind)) return {};
  return metadata.name_space.empty() ? std::string_view("default") : metadata.name_space;
}

template <class T>
const T* as(const Object& object) {
  if (object.kind == ResourceKind::unknown || info_of(object.kind).fields != &listing<T>) return nullptr;
  return static_cast<const T*>(object.body);
}
#define BULWARK_AS(T) template const T* as<T>(const Object&);
BULWARK_AS(Pod)
BULWARK_AS(PodTemplateObject)
BULWARK_AS(ReplicationController)
BULWARK_AS(Deployment)
BULWARK_AS(ReplicaSet)
BULWARK_AS(StatefulSet)
BULWARK_AS(DaemonSet)
BULWARK_AS(Job)
BULWARK_AS(CronJob)
BULWARK_AS(Namespace)
BULWARK_AS(Node)
BULWARK_AS(ServiceAccount)
BULWARK_AS(Role)
BULWARK_AS(RoleBinding)
BULWARK_AS(NetworkPolicy)
BULWARK_AS(Service)
BULWARK_AS(Ingress)
BULWARK_AS(PodDisruptionBudget)
BULWARK_AS(EndpointSlice)
BULWARK_AS(ConfigMap)
BULWARK_AS(Secret)
BULWARK_AS(ResourceQuota)
BULWARK_AS(LimitRange)
BULWARK_AS(WebhookConfiguration)
BULWARK_AS(CustomResourceDefinition)
BULWARK_AS(ApiService)
BULWARK_AS(HorizontalPodAutoscaler)
BULWARK_AS(PersistentVolumeClaim)
BULWARK_AS(PersistentVolume)
BULWARK_AS(StorageClass)
BULWARK_AS(CsiNode)
BULWARK_AS(RuntimeClass)
BULWARK_AS(PriorityClass)
BULWARK_AS(SeccompProfile)
BULWARK_AS(Snapshot)
#undef BULWARK_AS

namespace {

bool is_seccomp_file(const document::Node& root) {
  const document::Node* action = root.find("defaultAction");
  return action != nullptr && action->text().starts_with("SCMP_ACT_");
}

const Object* decode_seccomp_file(const document::Node& root, const Origin& origin, base::Arena& arena,
                                  Decoder& decoder) {
  SeccompProfile profile{.spec = {}, .is_file = true};
  decoder.read(root, profile.spec);
  Object object;
  object.kind = ResourceKind::seccomp_profile;
  object.kind_name = "SeccompProfile";
  object.origin = origin;
  object.body = arena.make<SeccompProfile>(profile);
  return arena.make<Object>(object);
}

}  // namespace

const Object* decode_object(const document::Node& root, const Origin& origin, base::Arena& arena,
                            Decoder& decoder) {
  if (root.find("apiVersion") == nullptr && root.find("kind") == nullptr) {
    // Values files, workflows and the like are no Kubernetes objects, and no errors either.
    return is_seccomp_file(root) ? decode_seccomp_file(root, origin, arena, decoder) : nullptr;
  }
  Object object;
  object.origin = origin;
  for (const auto& [key, into] :
       {std::pair{"apiVersion", &object.api_version}, std::pair{"kind", &object.kind_name}}) {
    decoder.enter(key);
    const document::Node* node = root.find(key);
    if (node == nullptr || node->is_null()) {
      decoder.missing(root, key);
    } else {
      decoder.read(*node, *into);
    }
    decoder.leave();
    if (into->empty()) return nullptr;
  }
  if (const document::Node* metadata = root.find("metadata"); metadata != nullptr) {
    decoder.enter("metadata");
    decoder.read(*metadata, object.metadata);
    decoder.leave();
  }
  if (const KindInfo* info = find_kind(object.group(), object.kind_name); info != nullptr) {
    object.kind = info->kind;
    object.body = info->make(arena, decoder, root, &read_body);
  }
  return arena.make<Object>(object);
}

std::vector<DecodedKind> decoded_kinds() {
  std::vector<DecodedKind> out;
  for (const KindInfo& info : kinds()) out.push_back({info.group, info.name, &info.fields()});
  return out;
}

std::string encode_object(const Object& object) {
  std::string out;
  Encoder encoder(out);
  if (const auto* profile = as<SeccompProfile>(object); profile != nullptr && profile->is_file) {
    encoder.write_object(listing<SeccompSpec>(), &profile->spec);
    return out;
  }
  out = "{";
  encoder.write("apiVersion", object.api_version);
  encoder.write("kind", object.kind_name);
  encoder.write("metadata", object.metadata);
  if (object.body != nullptr) {
    for (const Field& field : info_of(object.kind).fields().fields()) {
      if (field.encode != nullptr) field.encode(encoder, field.name, object.body);
    }
  }
  out += '}';
  return out;
}

}  // namespace bulwark::kube

// Fields of rbac.authorization.k8s.io, networking.k8s.io and core's Service and ServiceAccount
// (k8s.io/api/{rbac,networking,core}/v1/types.go).
#include "kube/decoder.h"
#include "kube/network.h"
#include "kube/rbac.h"

namespace bulwark::kube {

template <>
const Listing& listing<PolicyRule>() {
  using T = PolicyRule;
  static const Listing fields{
      "PolicyRule",
      {field<&T::api_groups>("apiGroups"), field<&T::non_resource_urls>("nonResourceURLs"),
       field<&T::resource_names>("resourceNames"), field<&T::resources>("resources"), field<&T::verbs>("verbs")}};
  return fields;
}

template <>
const Listing& listing<AggregationRule>() {
  static const Listing fields{"AggregationRule",
                              {field<&AggregationRule::cluster_role_selectors>("clusterRoleSelectors")}};
  return fields;
}

template <>
const Listing& listing<RoleRef>() {
  using T = RoleRef;
  static const Listing fields{
      "RoleRef", {field<&T::api_group>("apiGroup"), field<&T::kind>("kind"), field<&T::name>("name")}};
  return fields;
}

template <>
const Listing& listing<Subject>() {
  using T = Subject;
  static const Listing fields{"Subject",
                              {field<&T::api_group>("apiGroup"), field<&T::kind>("kind"), field<&T::name>("name"),
                               field<&T::name_space>("namespace"), known("apiVersion")}};
  return fields;
}

template <>
const Listing& listing<IpBlock>() {
  static const Listing fields{"IPBlock", {field<&IpBlock::cidr>("cidr"), field<&IpBlock::except>("except")}};
  return fields;
}

template <>
const Listing& listing<NetworkPolicyPeer>() {
  using T = NetworkPolicyPeer;
  static const Listing fields{"NetworkPolicyPeer",
                              {field<&T::ip_block>("ipBlock"), field<&T::namespace_selector>("namespaceSelector"),
                               field<&T::pod_selector>("podSelector")}};
  return fields;
}

template <>
const Listing& listing<NetworkPolicyPort>() {
  using T = NetworkPolicyPort;
  static const Listing fields{
      "NetworkPolicyPort",
      {int32<&T::end_port>("endPort"), field<&T::port>("port"), field<&T::protocol>("protocol")}};
  return fields;
}

namespace {

// NetworkPolicyRule stands for two types of the API, and a field of the other one counts for nothing.
const Listing& ingress_rule() {
  using T = NetworkPolicyRule;
  static const Listing fields{"NetworkPolicyIngressRule", {field<&T::peers>("from"), field<&T::ports>("ports")}};
  return fields;
}

const Listing& egress_rule() {
  using T = NetworkPolicyRule;
  static const Listing fields{"NetworkPolicyEgressRule", {field<&T::ports>("ports"), field<&T::peers>("to")}};
  return fields;
}

template <auto Rules, auto Present, const Listing& (*Fields)()>
Field rules(std::string_view name) {
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            auto& spec = *static_cast<NetworkPolicySpec*>(object);
            decoder.read(node, spec.*Present);
            decoder.read_objects(node, spec.*Rules, Fields());
          },
          [](Encoder& encoder, std::string_view key, const void* object) {
            encoder.write_objects(key, static_cast<const NetworkPolicySpec*>(object)->*Rules, Fields());
          },
          Shape::objects, Fields};
}

}  // namespace

template <>
const Listing& listing<NetworkPolicySpec>() {
  using T = NetworkPolicySpec;
  static const Listing fields{"NetworkPolicySpec",
                              {rules<&T::egress, &T::has_egress, egress_rule>("egress"),
                               rules<&T::ingress, &T::has_ingress, ingress_rule>("ingress"),
                               field<&T::pod_selector>("podSelector"), field<&T::policy_types>("policyTypes")}};
  return fields;
}

template <>
const Listing& listing<ServicePort>() {
  using T = ServicePort;
  static const Listing fields{
      "ServicePort",
      {known("appProtocol"), field<&T::name>("name"), int32<&T::node_port>("nodePort"), int32<&T::port>("port"),
       field<&T::protocol>("protocol"), field<&T::target_port>("targetPort")}};
  return fields;
}

template <>
const Listing& listing<ServiceSpec>() {
  using T = ServiceSpec;
  static const Listing fields{"ServiceSpec",
                              {known("allocateLoadBalancerNodePorts"),
                               field<&T::cluster_ip>("clusterIP"),
                               known("clusterIPs"),
                               field<&T::external_ips>("externalIPs"),
                               field<&T::external_name>("externalName"),
                               field<&T::external_traffic_policy>("externalTrafficPolicy"),
                               known("healthCheckNodePort"),
                               known("internalTrafficPolicy"),
                               field<&T::ip_families>("ipFamilies"),
                               known("ipFamily"),
                               known("ipFamilyPolicy"),
                               known("loadBalancerClass"),
                               field<&T::load_balancer_ip>("loadBalancerIP"),
                               field<&T::load_balancer_source_ranges>("loadBalancerSourceRanges"),
                               field<&T::ports>("ports"),
                               known("publishNotReadyAddresses"),
                               field<&T::selector>("selector"),
                               known("sessionAffinity"),
                               known("sessionAffinityConfig"),
                               known("topologyKeys"),
                               known("trafficDistribution"),
                               field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<IngressTls>() {
  using T = IngressTls;
  static const Listing fields{"IngressTLS", {field<&T::hosts>("hosts"), field<&T::secret_name>("secretName")}};
  return fields;
}

template <>
const Listing& listing<ServiceBackendPort>() {
  using T = ServiceBackendPort;
  static const Listing fields{"ServiceBackendPort", {field<&T::name>("name"), int32<&T::number>("number")}};
  return fields;
}

template <>
const Listing& listing<IngressServiceBackend>() {
  using T = IngressServiceBackend;
  static const Listing fields{"IngressServiceBackend", {field<&T::name>("name"), field<&T::port>("port")}};
  return fields;
}

template <>
const Listing& listing<IngressBackend>() {
  using T = IngressBackend;
  static const Listing fields{"IngressBackend",
                              {field<&T::resource>("resource"), field<&T::service>("service"),
                               field<&T::service_name>("serviceName"), field<&T::service_port>("servicePort")}};
  return fields;
}

template <>
const Listing& listing<IngressPath>() {
  using T = IngressPath;
  static const Listing fields{
      "HTTPIngressPath",
      {field<&T::backend>("backend"), field<&T::path>("path"), field<&T::path_type>("pathType")}};
  return fields;
}

template <>
const Listing& listing<IngressHttp>() {
  static const Listing fields{"HTTPIngressRuleValue", {field<&IngressHttp::paths>("paths")}};
  return fields;
}

template <>
const Listing& listing<IngressRule>() {
  using T = IngressRule;
  static const Listing fields{"IngressRule", {field<&T::host>("host"), field<&T::http>("http")}};
  return fields;
}

template <>
const Listing& listing<IngressSpec>() {
  using T = IngressSpec;
  static const Listing fields{
      "IngressSpec",
      {field<&T::backend>("backend"), field<&T::default_backend>("defaultBackend"),
       field<&T::ingress_class_name>("ingressClassName"), field<&T::rules>("rules"), field<&T::tls>("tls")}};
  return fields;
}

bool NetworkPolicySpec::is_ingress() const {
  if (policy_types.empty()) return true;
  for (const std::string_view type : policy_types) {
    if (type == "Ingress") return true;
  }
  return false;
}

bool NetworkPolicySpec::is_egress() const {
  // The API server's defaulting looks at the length of the list, not at its presence.
  if (policy_types.empty()) return !egress.empty();
  for (const std::string_view type : policy_types) {
    if (type == "Egress") return true;
  }
  return false;
}

}  // namespace bulwark::kube

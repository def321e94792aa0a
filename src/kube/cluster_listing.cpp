// Fields of nodes, budgets, quotas, webhooks, custom resources and autoscalers
// (k8s.io/api/{core,policy,admissionregistration,autoscaling}, apiextensions.k8s.io).
#include "kube/cluster_objects.h"
#include "kube/decoder.h"

namespace bulwark::kube {

template <>
const Listing& listing<Taint>() {
  using T = Taint;
  static const Listing fields{"Taint",
                              {field<&T::effect>("effect"), field<&T::key>("key"),
                               field<&T::time_added>("timeAdded"), field<&T::value>("value")}};
  return fields;
}

template <>
const Listing& listing<NodeSystemInfo>() {
  using T = NodeSystemInfo;
  static const Listing fields{
      "NodeSystemInfo",
      {field<&T::architecture>("architecture"), field<&T::boot_id>("bootID"),
       field<&T::container_runtime_version>("containerRuntimeVersion"), field<&T::kernel_version>("kernelVersion"),
       field<&T::kube_proxy_version>("kubeProxyVersion"), field<&T::kubelet_version>("kubeletVersion"),
       known("machineID"), field<&T::operating_system>("operatingSystem"), field<&T::os_image>("osImage"),
       known("swap"), known("systemUUID")}};
  return fields;
}

template <>
const Listing& listing<NodeSpec>() {
  using T = NodeSpec;
  static const Listing fields{"NodeSpec",
                              {known("configSource"), known("externalID"), known("podCIDR"), known("podCIDRs"),
                               field<&T::provider_id>("providerID"), field<&T::taints>("taints"),
                               field<&T::unschedulable>("unschedulable")}};
  return fields;
}

template <>
const Listing& listing<ContainerImage>() {
  using T = ContainerImage;
  static const Listing fields{"ContainerImage", {field<&T::names>("names"), field<&T::size_bytes>("sizeBytes")}};
  return fields;
}

template <>
const Listing& listing<NodeStatus>() {
  using T = NodeStatus;
  static const Listing fields{
      "NodeStatus",
      {known("addresses"), quantities<&T::allocatable>("allocatable"), quantities<&T::capacity>("capacity"),
       field<&T::conditions>("conditions"), known("config"), known("daemonEndpoints"), known("declaredFeatures"),
       known("features"), field<&T::images>("images"), field<&T::node_info>("nodeInfo"), known("phase"),
       known("runtimeHandlers"), known("volumesAttached"), known("volumesInUse")}};
  return fields;
}

template <>
const Listing& listing<PodDisruptionBudgetSpec>() {
  using T = PodDisruptionBudgetSpec;
  static const Listing fields{
      "PodDisruptionBudgetSpec",
      {field<&T::max_unavailable>("maxUnavailable"), field<&T::min_available>("minAvailable"),
       field<&T::selector>("selector"), field<&T::unhealthy_pod_eviction_policy>("unhealthyPodEvictionPolicy")}};
  return fields;
}

template <>
const Listing& listing<PodDisruptionBudgetStatus>() {
  using T = PodDisruptionBudgetStatus;
  static const Listing fields{
      "PodDisruptionBudgetStatus",
      {field<&T::conditions>("conditions"), int32<&T::current_healthy>("currentHealthy"),
       int32<&T::desired_healthy>("desiredHealthy"), field<&T::disrupted_pods>("disruptedPods"),
       int32<&T::disruptions_allowed>("disruptionsAllowed"), int32<&T::expected_pods>("expectedPods"),
       field<&T::observed_generation>("observedGeneration")}};
  return fields;
}

template <>
const Listing& listing<Condition>() {
  using T = Condition;
  static const Listing fields{
      "Condition",
      {known("lastTransitionTime"), field<&T::message>("message"), known("observedGeneration"),
       field<&T::reason>("reason"), field<&T::status>("status"), field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<EndpointConditions>() {
  static const Listing fields{
      "EndpointConditions", {field<&EndpointConditions::ready>("ready"), known("serving"), known("terminating")}};
  return fields;
}

template <>
const Listing& listing<Endpoint>() {
  static const Listing fields{
      "Endpoint",
      {known("addresses"), field<&Endpoint::conditions>("conditions"), known("deprecatedTopology"), known("hints"),
       known("hostname"), known("nodeName"), known("targetRef"), known("topology"), known("zone")}};
  return fields;
}

template <>
const Listing& listing<EndpointSlice>() {
  static const Listing fields{
      "EndpointSlice", {known("addressType"), field<&EndpointSlice::endpoints>("endpoints"), known("ports")}};
  return fields;
}

template <>
const Listing& listing<ResourceQuotaSpec>() {
  using T = ResourceQuotaSpec;
  static const Listing fields{"ResourceQuotaSpec",
                              {quantities<&T::hard>("hard"), known("scopeSelector"), known("scopes")}};
  return fields;
}

template <>
const Listing& listing<LimitRangeSpec>() {
  static const Listing fields{"LimitRangeSpec", {field<&LimitRangeSpec::limits>("limits")}};
  return fields;
}

template <>
const Listing& listing<LimitRangeItem>() {
  using T = LimitRangeItem;
  static const Listing fields{
      "LimitRangeItem",
      {quantities<&T::defaults>("default"), quantities<&T::default_request>("defaultRequest"),
       quantities<&T::max>("max"), known("maxLimitRequestRatio"), quantities<&T::min>("min"),
       field<&T::type>("type")}};
  return fields;
}

template <>
const Listing& listing<WebhookServiceReference>() {
  using T = WebhookServiceReference;
  static const Listing fields{"ServiceReference",
                              {field<&T::name>("name"), field<&T::name_space>("namespace"),
                               field<&T::path>("path"), int32<&T::port>("port")}};
  return fields;
}

template <>
const Listing& listing<WebhookClientConfig>() {
  using T = WebhookClientConfig;
  static const Listing fields{
      "WebhookClientConfig",
      {field<&T::ca_bundle>("caBundle"), field<&T::service>("service"), field<&T::url>("url")}};
  return fields;
}

template <>
const Listing& listing<WebhookRule>() {
  using T = WebhookRule;
  static const Listing fields{
      "RuleWithOperations",
      {field<&T::api_groups>("apiGroups"), field<&T::api_versions>("apiVersions"),
       field<&T::operations>("operations"), field<&T::resources>("resources"), field<&T::scope>("scope")}};
  return fields;
}

template <>
const Listing& listing<Webhook>() {
  using T = Webhook;
  static const Listing fields{
      "Webhook",
      {known("admissionReviewVersions"), field<&T::client_config>("clientConfig"),
       field<&T::failure_policy>("failurePolicy"), field<&T::match_conditions>("matchConditions"),
       field<&T::match_policy>("matchPolicy"), field<&T::name>("name"),
       field<&T::namespace_selector>("namespaceSelector"), field<&T::object_selector>("objectSelector"),
       known("reinvocationPolicy"), field<&T::rules>("rules"), field<&T::side_effects>("sideEffects"),
       int32<&T::timeout_seconds>("timeoutSeconds")}};
  return fields;
}

template <>
const Listing& listing<ApiServiceSpec>() {
  using T = ApiServiceSpec;
  static const Listing fields{
      "APIServiceSpec",
      {known("caBundle"), field<&T::group>("group"), known("groupPriorityMinimum"), known("insecureSkipTLSVerify"),
       field<&T::service>("service"), field<&T::version>("version"), known("versionPriority")}};
  return fields;
}

template <>
const Listing& listing<ApiServiceStatus>() {
  static const Listing fields{"APIServiceStatus", {field<&ApiServiceStatus::conditions>("conditions")}};
  return fields;
}

template <>
const Listing& listing<CustomResourceNames>() {
  using T = CustomResourceNames;
  static const Listing fields{"CustomResourceDefinitionNames",
                              {known("categories"), field<&T::kind>("kind"), known("listKind"),
                               field<&T::plural>("plural"), known("shortNames"), known("singular")}};
  return fields;
}

template <>
const Listing& listing<CustomResourceVersion>() {
  using T = CustomResourceVersion;
  static const Listing fields{"CustomResourceDefinitionVersion",
                              {known("additionalPrinterColumns"), known("deprecated"), known("deprecationWarning"),
                               field<&T::name>("name"), known("schema"), known("selectableFields"),
                               field<&T::served>("served"), field<&T::storage>("storage"), known("subresources")}};
  return fields;
}

template <>
const Listing& listing<CustomResourceDefinitionSpec>() {
  using T = CustomResourceDefinitionSpec;
  static const Listing fields{
      "CustomResourceDefinitionSpec",
      {known("additionalPrinterColumns"), known("conversion"), field<&T::group>("group"),
       field<&T::names>("names"), known("preserveUnknownFields"), field<&T::scope>("scope"), known("subresources"),
       known("validation"), known("version"), field<&T::versions>("versions")}};
  return fields;
}

template <>
const Listing& listing<ScaleTargetRef>() {
  using T = ScaleTargetRef;
  static const Listing fields{
      "CrossVersionObjectReference",
      {field<&T::api_version>("apiVersion"), field<&T::kind>("kind"), field<&T::name>("name")}};
  return fields;
}

template <>
const Listing& listing<HorizontalPodAutoscalerSpec>() {
  using T = HorizontalPodAutoscalerSpec;
  static const Listing fields{
      "HorizontalPodAutoscalerSpec",
      {known("behavior"), int32<&T::max_replicas>("maxReplicas"), known("metrics"),
       int32<&T::min_replicas>("minReplicas"), field<&T::scale_target_ref>("scaleTargetRef"),
       known("targetCPUUtilizationPercentage")}};
  return fields;
}

}  // namespace bulwark::kube

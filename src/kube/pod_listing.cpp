// Fields of core/v1 Pod and what stands in it, as of Kubernetes 1.37 (k8s.io/api/core/v1/types.go).
#include "kube/decoder.h"
#include "kube/pod.h"

namespace bulwark::kube {

template <>
const Listing& listing<Capabilities>() {
  static const Listing fields{"Capabilities",
                              {field<&Capabilities::add>("add"), field<&Capabilities::drop>("drop")}};
  return fields;
}

template <>
const Listing& listing<SeLinuxOptions>() {
  static const Listing fields{"SELinuxOptions",
                              {field<&SeLinuxOptions::level>("level"), field<&SeLinuxOptions::role>("role"),
                               field<&SeLinuxOptions::type>("type"), field<&SeLinuxOptions::user>("user")}};
  return fields;
}

template <>
const Listing& listing<ConfinementProfile>() {
  static const Listing fields{"profile",
                              {field<&ConfinementProfile::type>("type"),
                               field<&ConfinementProfile::localhost_profile>("localhostProfile")}};
  return fields;
}

template <>
const Listing& listing<WindowsOptions>() {
  static const Listing fields{"WindowsSecurityContextOptions",
                              {field<&WindowsOptions::gmsa_credential_spec>("gmsaCredentialSpec"),
                               field<&WindowsOptions::gmsa_credential_spec_name>("gmsaCredentialSpecName"),
                               field<&WindowsOptions::host_process>("hostProcess"),
                               field<&WindowsOptions::run_as_user_name>("runAsUserName")}};
  return fields;
}

template <>
const Listing& listing<SecurityContext>() {
  using T = SecurityContext;
  static const Listing fields{
      "SecurityContext",
      {field<&T::allow_privilege_escalation>("allowPrivilegeEscalation"),
       field<&T::app_armor_profile>("appArmorProfile"), field<&T::capabilities>("capabilities"),
       field<&T::privileged>("privileged"), field<&T::proc_mount>("procMount"),
       field<&T::read_only_root_filesystem>("readOnlyRootFilesystem"), field<&T::run_as_group>("runAsGroup"),
       field<&T::run_as_non_root>("runAsNonRoot"), field<&T::run_as_user>("runAsUser"),
       field<&T::se_linux_options>("seLinuxOptions"), field<&T::seccomp_profile>("seccompProfile"),
       field<&T::windows_options>("windowsOptions")}};
  return fields;
}

template <>
const Listing& listing<Sysctl>() {
  static const Listing fields{"Sysctl", {field<&Sysctl::name>("name"), field<&Sysctl::value>("value")}};
  return fields;
}

template <>
const Listing& listing<PodSecurityContext>() {
  using T = PodSecurityContext;
  static const Listing fields{
      "PodSecurityContext",
      {field<&T::app_armor_profile>("appArmorProfile"), field<&T::fs_group>("fsGroup"),
       known("fsGroupChangePolicy"), field<&T::run_as_group>("runAsGroup"),
       field<&T::run_as_non_root>("runAsNonRoot"), field<&T::run_as_user>("runAsUser"),
       known("seLinuxChangePolicy"), field<&T::se_linux_options>("seLinuxOptions"),
       field<&T::seccomp_profile>("seccompProfile"), field<&T::supplemental_groups>("supplementalGroups"),
       known("supplementalGroupsPolicy"), field<&T::sysctls>("sysctls"),
       field<&T::windows_options>("windowsOptions")}};
  return fields;
}

template <>
const Listing& listing<KeyReference>() {
  using T = KeyReference;
  static const Listing fields{"KeySelector",
                              {field<&T::key>("key"), field<&T::name>("name"), field<&T::optional>("optional")}};
  return fields;
}

template <>
const Listing& listing<EnvVarSource>() {
  using T = EnvVarSource;
  static const Listing fields{
      "EnvVarSource",
      {field<&T::config_map_key_ref>("configMapKeyRef"), field<&T::field_ref>("fieldRef"),
       field<&T::file_key_ref>("fileKeyRef"), field<&T::resource_field_ref>("resourceFieldRef"),
       field<&T::secret_key_ref>("secretKeyRef")}};
  return fields;
}

template <>
const Listing& listing<EnvVar>() {
  using T = EnvVar;
  static const Listing fields{
      "EnvVar", {field<&T::name>("name"), field<&T::value>("value"), field<&T::value_from>("valueFrom")}};
  return fields;
}

template <>
const Listing& listing<EnvFromSource>() {
  using T = EnvFromSource;
  static const Listing fields{"EnvFromSource",
                              {field<&T::config_map_ref>("configMapRef"), field<&T::prefix>("prefix"),
                               field<&T::secret_ref>("secretRef")}};
  return fields;
}

template <>
const Listing& listing<ContainerPort>() {
  using T = ContainerPort;
  static const Listing fields{
      "ContainerPort",
      {int32<&T::container_port>("containerPort"), field<&T::host_ip>("hostIP"), int32<&T::host_port>("hostPort"),
       field<&T::name>("name"), field<&T::protocol>("protocol")}};
  return fields;
}

template <>
const Listing& listing<HttpGetAction>() {
  using T = HttpGetAction;
  static const Listing fields{"HTTPGetAction",
                              {field<&T::host>("host"), known("httpHeaders"), field<&T::path>("path"),
                               field<&T::port>("port"), field<&T::scheme>("scheme")}};
  return fields;
}

template <>
const Listing& listing<TcpSocketAction>() {
  using T = TcpSocketAction;
  static const Listing fields{"TCPSocketAction", {field<&T::host>("host"), field<&T::port>("port")}};
  return fields;
}

template <>
const Listing& listing<ExecAction>() {
  static const Listing fields{"ExecAction", {field<&ExecAction::command>("command")}};
  return fields;
}

template <>
const Listing& listing<Probe>() {
  using T = Probe;
  static const Listing fields{
      "Probe",
      {field<&T::exec>("exec"), int32<&T::failure_threshold>("failureThreshold"), field<&T::grpc>("grpc"),
       field<&T::http_get>("httpGet"), int32<&T::initial_delay_seconds>("initialDelaySeconds"),
       int32<&T::period_seconds>("periodSeconds"), int32<&T::success_threshold>("successThreshold"),
       field<&T::tcp_socket>("tcpSocket"), known("terminationGracePeriodSeconds"),
       int32<&T::timeout_seconds>("timeoutSeconds")}};
  return fields;
}

template <>
const Listing& listing<LifecycleHandler>() {
  using T = LifecycleHandler;
  static const Listing fields{"LifecycleHandler",
                              {field<&T::exec>("exec"), field<&T::http_get>("httpGet"), field<&T::sleep>("sleep"),
                               field<&T::tcp_socket>("tcpSocket")}};
  return fields;
}

template <>
const Listing& listing<Lifecycle>() {
  using T = Lifecycle;
  static const Listing fields{
      "Lifecycle", {field<&T::post_start>("postStart"), field<&T::pre_stop>("preStop"), known("stopSignal")}};
  return fields;
}

template <>
const Listing& listing<ResourceRequirements>() {
  using T = ResourceRequirements;
  static const Listing fields{
      "ResourceRequirements",
      {known("claims"), quantities<&T::limits>("limits"), quantities<&T::requests>("requests")}};
  return fields;
}

template <>
const Listing& listing<VolumeMount>() {
  using T = VolumeMount;
  static const Listing fields{
      "VolumeMount",
      {field<&T::mount_path>("mountPath"), field<&T::mount_propagation>("mountPropagation"),
       field<&T::name>("name"), field<&T::read_only>("readOnly"), known("recursiveReadOnly"),
       field<&T::sub_path>("subPath"), known("subPathExpr")}};
  return fields;
}

template <>
const Listing& listing<VolumeDevice>() {
  using T = VolumeDevice;
  static const Listing fields{"VolumeDevice", {field<&T::device_path>("devicePath"), field<&T::name>("name")}};
  return fields;
}

template <>
const Listing& listing<Container>() {
  using T = Container;
  static const Listing fields{"Container",
                              {field<&T::args>("args"),
                               field<&T::command>("command"),
                               field<&T::env>("env"),
                               field<&T::env_from>("envFrom"),
                               field<&T::image>("image"),
                               field<&T::image_pull_policy>("imagePullPolicy"),
                               field<&T::lifecycle>("lifecycle"),
                               field<&T::liveness_probe>("livenessProbe"),
                               field<&T::name>("name"),
                               field<&T::ports>("ports"),
                               field<&T::readiness_probe>("readinessProbe"),
                               known("resizePolicy"),
                               field<&T::resources>("resources"),
                               field<&T::restart_policy>("restartPolicy"),
                               known("restartPolicyRules"),
                               field<&T::security_context>("securityContext"),
                               field<&T::startup_probe>("startupProbe"),
                               field<&T::stdin_open>("stdin"),
                               known("stdinOnce"),
                               field<&T::target_container_name>("targetContainerName"),
                               known("terminationMessagePath"),
                               known("terminationMessagePolicy"),
                               field<&T::tty>("tty"),
                               field<&T::volume_devices>("volumeDevices"),
                               field<&T::volume_mounts>("volumeMounts"),
                               field<&T::working_dir>("workingDir")}};
  return fields;
}

}  // namespace bulwark::kube

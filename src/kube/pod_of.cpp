// Where the kinds that make pods keep their template and their number of replicas.
#include <array>
#include <span>

#include "kube/object.h"

namespace bulwark::kube {

PodLocation pod_of(const Object& object) {
  using enum ResourceKind;
  using Path = std::array<std::string_view, 4>;
  static constexpr Path of_workload{"spec", "template"}, of_cron_job{"spec", "jobTemplate", "spec", "template"};
  const auto in = [](const PodTemplate& pod_template, const Path& path, std::size_t first, std::size_t count) {
    return PodLocation{&pod_template.metadata, &pod_template.spec, std::span(path).subspan(first, count)};
  };
  const auto workload = [&](const PodTemplate& pod_template) { return in(pod_template, of_workload, 0, 2); };
  switch (object.kind) {
    case pod:
      return {&object.metadata, &as<Pod>(object)->spec, {}};
    case pod_template:
      return in(as<PodTemplateObject>(object)->pod_template, of_workload, 1, 1);
    case replication_controller:
      return workload(as<ReplicationController>(object)->spec.pod_template);
    case deployment:
      return workload(as<Deployment>(object)->spec.pod_template);
    case replica_set:
      return workload(as<ReplicaSet>(object)->spec.pod_template);
    case stateful_set:
      return workload(as<StatefulSet>(object)->spec.pod_template);
    case daemon_set:
      return workload(as<DaemonSet>(object)->spec.pod_template);
    case job:
      return workload(as<Job>(object)->spec.pod_template);
    case cron_job:
      return in(as<CronJob>(object)->spec.job_template.spec.pod_template, of_cron_job, 0, 4);
    default:
      return {};
  }
}

OptionalInt replicas_of(const Object& object) {
  using enum ResourceKind;
  switch (object.kind) {
    case replication_controller:
      return as<ReplicationController>(object)->spec.replicas.value_or(1);
    case deployment:
      return as<Deployment>(object)->spec.replicas.value_or(1);
    case replica_set:
      return as<ReplicaSet>(object)->spec.replicas.value_or(1);
    case stateful_set:
      return as<StatefulSet>(object)->spec.replicas.value_or(1);
    default:
      return std::nullopt;
  }
}

}  // namespace bulwark::kube

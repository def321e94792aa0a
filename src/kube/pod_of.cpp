// Where the kinds that make pods keep their template and their number of replicas.
#include "kube/object.h"

namespace bulwark::kube {

PodLocation pod_of(const Object& object) {
  using enum ResourceKind;
  const auto in = [](const PodTemplate& pod_template, std::vector<std::string_view> path) {
    return PodLocation{&pod_template.metadata, &pod_template.spec, std::move(path)};
  };
  switch (object.kind) {
    case pod:
      return {&object.metadata, &as<Pod>(object)->spec, {}};
    case pod_template:
      return in(as<PodTemplateObject>(object)->pod_template, {"template"});
    case replication_controller:
      return in(as<ReplicationController>(object)->spec.pod_template, {"spec", "template"});
    case deployment:
      return in(as<Deployment>(object)->spec.pod_template, {"spec", "template"});
    case replica_set:
      return in(as<ReplicaSet>(object)->spec.pod_template, {"spec", "template"});
    case stateful_set:
      return in(as<StatefulSet>(object)->spec.pod_template, {"spec", "template"});
    case daemon_set:
      return in(as<DaemonSet>(object)->spec.pod_template, {"spec", "template"});
    case job:
      return in(as<Job>(object)->spec.pod_template, {"spec", "template"});
    case cron_job:
      return in(as<CronJob>(object)->spec.job_template.spec.pod_template,
                {"spec", "jobTemplate", "spec", "template"});
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

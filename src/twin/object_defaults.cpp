#include "twin/object_defaults.h"

#include <array>

#include "base/base64.h"
#include "kube/quantity.h"

namespace bulwark::twin {

namespace {

using document::Json;

void otherwise(Json& object, std::string_view key, Json value) {
  if (const Json* found = object.find(key); found == nullptr || found->is_null()) object[key] = std::move(value);
}
void otherwise(Json& object, std::string_view key, std::string_view text) {
  otherwise(object, key, Json::string(text));
}
void otherwise(Json& object, std::string_view key, int number) { otherwise(object, key, Json::number(number)); }

template <class Use>
void each(Json* list, Use&& use) {
  if (list == nullptr || !list->is_array()) return;
  for (auto& [key, item] : list->members()) {
    if (item.is_object()) use(item);
  }
}

// Always for :latest and for images without tag or digest.
std::string_view pull_policy(std::string_view image) {
  const std::string_view last = image.substr(image.rfind('/') + 1);
  if (last.find('@') != std::string_view::npos) return "IfNotPresent";
  const std::size_t colon = last.find(':');
  return colon == std::string_view::npos || last.substr(colon + 1) == "latest" ? "Always" : "IfNotPresent";
}

void container_defaults(Json& container) {
  otherwise(container, "terminationMessagePath", "/dev/termination-log");
  otherwise(container, "terminationMessagePolicy", "File");
  otherwise(container, "imagePullPolicy", pull_policy(container.text_at({"image"})));
  each(container.find("ports"), [](Json& port) { otherwise(port, "protocol", "TCP"); });
  otherwise(container, "resources", Json::object());
  Json& resources = container["resources"];
  if (const Json* limits = resources.find("limits"); limits != nullptr && limits->is_object()) {
    const Json copy = *limits;
    for (const auto& [name, amount] : copy.members()) otherwise(resources["requests"], name, amount);
  }
  for (const std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    Json* found = container.find(probe);
    if (found == nullptr || !found->is_object()) continue;
    otherwise(*found, "timeoutSeconds", 1);
    otherwise(*found, "periodSeconds", 10);
    otherwise(*found, "successThreshold", 1);
    otherwise(*found, "failureThreshold", 3);
    if (Json* http = found->find("httpGet"); http != nullptr && http->is_object()) {
      otherwise(*http, "path", "/");
      otherwise(*http, "scheme", "HTTP");
    }
  }
}

void pod_spec_defaults(Json& spec, std::string_view restart_policy = "Always") {
  each(spec.find("initContainers"), container_defaults);
  each(spec.find("containers"), container_defaults);
  each(spec.find("volumes"), [](Json& volume) {
    for (const std::string_view source : {"configMap", "secret", "projected", "downwardAPI"}) {
      if (Json* found = volume.find(source); found != nullptr && found->is_object()) {
        otherwise(*found, "defaultMode", 420);
      }
    }
    if (Json* path = volume.find("hostPath"); path != nullptr && path->is_object()) otherwise(*path, "type", "");
    if (volume.size() == 1 && volume.find("name") != nullptr) volume["emptyDir"] = Json::object();
  });
  otherwise(spec, "restartPolicy", restart_policy);
  otherwise(spec, "terminationGracePeriodSeconds", 30);
  otherwise(spec, "dnsPolicy", "ClusterFirst");
  otherwise(spec, "securityContext", Json::object());
  otherwise(spec, "schedulerName", "default-scheduler");
  // Both names of the field are kept alike.
  const std::string account(spec.text_at({"serviceAccountName"}));
  const std::string old_name(spec.text_at({"serviceAccount"}));
  if (!account.empty() || !old_name.empty()) {
    spec.set("serviceAccountName", Json::string(account.empty() ? old_name : account));
    spec.set("serviceAccount", Json::string(account.empty() ? old_name : account));
  }
}

Json* template_spec(Json& spec) {
  Json* pod_template = spec.find("template");
  if (pod_template == nullptr || !pod_template->is_object()) return nullptr;
  otherwise(*pod_template, "metadata", Json::object());
  return &(*pod_template)["spec"];
}

void template_defaults(Json& spec) {
  if (Json* found = template_spec(spec)) pod_spec_defaults(*found);
}

// Taints of nodes that do not answer are tolerated for five minutes (DefaultTolerationSeconds).
void toleration(Json& spec, std::string_view key) {
  bool found = false;
  each(spec.find("tolerations"), [&](const Json& each) {
    const std::string_view effect = each.text_at({"effect"});
    const std::string_view name = each.text_at({"key"});
    found = found || ((name == key || name.empty()) && (effect == "NoExecute" || effect.empty()));
  });
  if (found) return;
  Json item = Json::object();
  item["key"] = Json::string(key);
  item["operator"] = Json::string("Exists");
  item["effect"] = Json::string("NoExecute");
  item["tolerationSeconds"] = Json::number(300);
  spec["tolerations"].push_back(std::move(item));
}

void pod(Json& object) {
  Json& spec = object["spec"];
  pod_spec_defaults(spec);
  otherwise(spec, "enableServiceLinks", Json::boolean(true));
  otherwise(spec, "serviceAccountName", "default");
  otherwise(spec, "serviceAccount", spec.text_at({"serviceAccountName"}));
  toleration(spec, "node.kubernetes.io/not-ready");
  toleration(spec, "node.kubernetes.io/unreachable");
  const std::string qos = qos_class(spec);
  Json& status = object["status"];  // spec may have moved
  otherwise(status, "phase", "Pending");
  otherwise(status, "qosClass", qos);
}

void rolling_update(Json& spec, std::string_view strategy, Json unavailable, Json surge) {
  Json& how = spec[strategy];
  otherwise(how, "type", "RollingUpdate");
  if (how.text_at({"type"}) != "RollingUpdate") return;
  otherwise(how["rollingUpdate"], "maxUnavailable", std::move(unavailable));
  otherwise(how["rollingUpdate"], "maxSurge", std::move(surge));
}

// The labels of the template select, where nothing was said (replication controllers).
void deployment(Json& object) {
  Json& spec = object["spec"];
  template_defaults(spec);
  otherwise(spec, "replicas", 1);
  rolling_update(spec, "strategy", Json::string("25%"), Json::string("25%"));
  otherwise(spec, "revisionHistoryLimit", 10);
  otherwise(spec, "progressDeadlineSeconds", 600);
}

void replica_set(Json& object) {
  Json& spec = object["spec"];
  template_defaults(spec);
  otherwise(spec, "replicas", 1);
  otherwise(object["status"], "replicas", 0);
}

void replication_controller(Json& object) {
  Json& spec = object["spec"];
  const Json* labels = spec.at({"template", "metadata", "labels"});
  if (spec.find("selector") == nullptr && labels != nullptr) {
    const Json copy = *labels;
    spec["selector"] = copy;
  }
  replica_set(object);
}

void stateful_set(Json& object) {
  Json& spec = object["spec"];
  template_defaults(spec);
  otherwise(spec, "replicas", 1);
  otherwise(spec, "podManagementPolicy", "OrderedReady");
  otherwise(spec["updateStrategy"], "type", "RollingUpdate");
  if (spec.text_at({"updateStrategy", "type"}) == "RollingUpdate") {
    otherwise(spec["updateStrategy"]["rollingUpdate"], "partition", 0);
  }
  otherwise(spec, "revisionHistoryLimit", 10);
  otherwise(spec["persistentVolumeClaimRetentionPolicy"], "whenDeleted", "Retain");
  otherwise(spec["persistentVolumeClaimRetentionPolicy"], "whenScaled", "Retain");
  each(spec.find("volumeClaimTemplates"), [](Json& claim) {
    otherwise(claim["spec"], "volumeMode", "Filesystem");
    otherwise(claim["status"], "phase", "Pending");
  });
  otherwise(object["status"], "replicas", 0);
  otherwise(object["status"], "availableReplicas", 0);
}

void daemon_set(Json& object) {
  Json& spec = object["spec"];
  template_defaults(spec);
  rolling_update(spec, "updateStrategy", Json::number(1), Json::number(0));
  otherwise(spec, "revisionHistoryLimit", 10);
  for (const std::string_view key :
       {"currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"}) {
    otherwise(object["status"], key, 0);
  }
}

void job_spec(Json& spec) {
  template_defaults(spec);
  const bool has_counts = spec.find("completions") != nullptr || spec.find("parallelism") != nullptr;
  if (!has_counts) spec["completions"] = Json::number(1);
  otherwise(spec, "parallelism", 1);
  otherwise(spec, "backoffLimit", 6);
  otherwise(spec, "completionMode", "NonIndexed");
  otherwise(spec, "suspend", Json::boolean(false));
  otherwise(spec, "manualSelector", Json::boolean(false));
  otherwise(spec, "podReplacementPolicy", "TerminatingOrFailed");
}

// A job selects its pods by its uid, unless it says otherwise (pkg/registry/batch/job/strategy.go).
void job(Json& object) {
  Json& spec = object["spec"];
  job_spec(spec);
  const Json uid = Json::string(object.text_at({"metadata", "uid"}));
  const Json name = Json::string(object.text_at({"metadata", "name"}));
  if (spec.find("selector") != nullptr || uid.text().empty() || spec.find("manualSelector")->is_true()) return;
  spec["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"] = uid;
  Json& labels = spec["template"]["metadata"]["labels"];
  labels["batch.kubernetes.io/controller-uid"] = uid;
  labels["batch.kubernetes.io/job-name"] = name;
  labels["controller-uid"] = uid;
  labels["job-name"] = name;
}

void cron_job(Json& object) {
  Json& spec = object["spec"];
  otherwise(spec, "concurrencyPolicy", "Allow");
  otherwise(spec, "suspend", Json::boolean(false));
  otherwise(spec, "successfulJobsHistoryLimit", 3);
  otherwise(spec, "failedJobsHistoryLimit", 1);
}

void service(Json& object) {
  Json& spec = object["spec"];
  otherwise(spec, "type", "ClusterIP");
  otherwise(spec, "sessionAffinity", "None");
  each(spec.find("ports"), [](Json& port) {
    otherwise(port, "protocol", "TCP");
    if (const Json* number = port.find("port")) {
      Json copy = *number;
      otherwise(port, "targetPort", std::move(copy));
    }
  });
  const std::string type(spec.text_at({"type"}));
  if (type != "ExternalName") {
    otherwise(spec, "internalTrafficPolicy", "Cluster");
    otherwise(spec, "ipFamilyPolicy", "SingleStack");
  }
  if (type == "NodePort" || type == "LoadBalancer") otherwise(spec, "externalTrafficPolicy", "Cluster");
  if (type == "LoadBalancer") otherwise(spec, "allocateLoadBalancerNodePorts", Json::boolean(true));
  otherwise(object["status"], "loadBalancer", Json::object());
}

void secret(Json& object) {
  otherwise(object, "type", "Opaque");
  if (const Json* texts = object.find("stringData"); texts != nullptr && texts->is_object()) {
    const Json copy = *texts;
    for (const auto& [key, value] : copy.members()) object["data"][key] = Json::string(base::base64(value.text()));
  }
  object.erase("stringData");
}

void network_policy(Json& object) {
  Json& spec = object["spec"];
  if (spec.find("policyTypes") != nullptr) return;
  spec["policyTypes"].push_back(Json::string("Ingress"));
  if (const Json* egress = spec.find("egress"); egress != nullptr && !egress->empty()) {
    spec["policyTypes"].push_back(Json::string("Egress"));
  }
}

void namespaces(Json& object) {
  object["metadata"]["labels"]["kubernetes.io/metadata.name"] = Json::string(object.text_at({"metadata", "name"}));
  if (object.at({"spec", "finalizers"}) == nullptr && object.at({"metadata", "deletionTimestamp"}) == nullptr) {
    object["spec"]["finalizers"].push_back(Json::string("kubernetes"));
  }
  otherwise(object["status"], "phase", "Active");
}

// autoscaling/v1 has one metric, in a field of its own.
void horizontal_pod_autoscaler(Json& object) {
  object["apiVersion"] = Json::string("autoscaling/v2");
  Json& spec = object["spec"];
  otherwise(spec, "minReplicas", 1);
  const Json* percent = spec.find("targetCPUUtilizationPercentage");
  if (percent == nullptr) return;
  Json metric = Json::object();
  metric["type"] = Json::string("Resource");
  metric["resource"]["name"] = Json::string("cpu");
  metric["resource"]["target"]["type"] = Json::string("Utilization");
  metric["resource"]["target"]["averageUtilization"] = *percent;
  if (spec.find("metrics") == nullptr) spec["metrics"].push_back(std::move(metric));
  spec.erase("targetCPUUtilizationPercentage");
}

void claim(Json& object) {
  otherwise(object["spec"], "volumeMode", "Filesystem");
  otherwise(object["status"], "phase", "Pending");
}

void volume(Json& object) {
  otherwise(object["spec"], "persistentVolumeReclaimPolicy", "Retain");
  otherwise(object["spec"], "volumeMode", "Filesystem");
  otherwise(object["status"], "phase", "Available");
}

void storage_class(Json& object) {
  otherwise(object, "reclaimPolicy", "Delete");
  otherwise(object, "volumeBindingMode", "Immediate");
}

void priority_class(Json& object) { otherwise(object, "preemptionPolicy", "PreemptLowerPriority"); }

void webhooks(Json& object) {
  each(object.find("webhooks"), [](Json& webhook) {
    otherwise(webhook, "failurePolicy", "Fail");
    otherwise(webhook, "matchPolicy", "Equivalent");
    otherwise(webhook, "namespaceSelector", Json::object());
    otherwise(webhook, "objectSelector", Json::object());
    otherwise(webhook, "timeoutSeconds", 10);
  });
}

void custom_definition(Json& object) {
  otherwise(object["spec"]["conversion"], "strategy", "None");
  Json& names = object["spec"]["names"];
  otherwise(names, "listKind",
            names.text_at({"kind"}).empty() ? "" : std::string(names.text_at({"kind"})) + "List");
}

struct Row {
  std::string_view kind;
  void (*set)(Json& object);
};
constexpr std::array rows{Row{"Pod", pod},
                          Row{"Deployment", deployment},
                          Row{"ReplicaSet", replica_set},
                          Row{"ReplicationController", replication_controller},
                          Row{"StatefulSet", stateful_set},
                          Row{"DaemonSet", daemon_set},
                          Row{"Job", job},
                          Row{"CronJob", cron_job},
                          Row{"Service", service},
                          Row{"Secret", secret},
                          Row{"NetworkPolicy", network_policy},
                          Row{"Namespace", namespaces},
                          Row{"HorizontalPodAutoscaler", horizontal_pod_autoscaler},
                          Row{"PersistentVolumeClaim", claim},
                          Row{"PersistentVolume", volume},
                          Row{"StorageClass", storage_class},
                          Row{"PriorityClass", priority_class},
                          Row{"MutatingWebhookConfiguration", webhooks},
                          Row{"ValidatingWebhookConfiguration", webhooks},
                          Row{"CustomResourceDefinition", custom_definition}};

bool is_zero(const Json& amount) {
  const auto quantity = kube::Quantity::parse(amount.text());
  return quantity.has_value() && *quantity == kube::Quantity();
}

}  // namespace

std::string qos_class(const Json& spec) {
  bool any = false, all_guaranteed = true;
  for (const std::string_view list : {"initContainers", "containers"}) {
    const Json* containers = spec.find(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (const auto& [key, container] : containers->members()) {
      for (const std::string_view resource : {"cpu", "memory"}) {
        const Json* limit = container.at({"resources", "limits", resource});
        const Json* request = container.at({"resources", "requests", resource});
        if (limit != nullptr && is_zero(*limit)) limit = nullptr;
        if (request != nullptr && is_zero(*request)) request = nullptr;
        any = any || limit != nullptr || request != nullptr;
        all_guaranteed =
            all_guaranteed && limit != nullptr && (request == nullptr || request->text() == limit->text());
      }
    }
  }
  if (!any) return "BestEffort";
  return all_guaranteed ? "Guaranteed" : "Burstable";
}

void set_defaults(const ApiKind& kind, Json& object) {
  if (kind.custom) return;
  for (const Row& row : rows) {
    if (row.kind == kind.resource.kind) row.set(object);
  }
}

}  // namespace bulwark::twin

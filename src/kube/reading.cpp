#include "kube/reading.h"

#include <algorithm>
#include <array>
#include <map>

namespace bulwark::kube {

std::span<const WantedKind> wanted_kinds() {
  static constexpr std::array kinds{
      WantedKind{"", "nodes", "Node", false},
      WantedKind{"", "namespaces", "Namespace", false},
      WantedKind{"apps", "deployments", "Deployment"},
      WantedKind{"apps", "statefulsets", "StatefulSet"},
      WantedKind{"apps", "daemonsets", "DaemonSet"},
      WantedKind{"batch", "cronjobs", "CronJob"},
      WantedKind{"apps", "replicasets", "ReplicaSet"},
      WantedKind{"batch", "jobs", "Job"},
      WantedKind{"", "replicationcontrollers", "ReplicationController"},
      WantedKind{"", "pods", "Pod"},
      WantedKind{"", "podtemplates", "PodTemplate"},
      WantedKind{"", "serviceaccounts", "ServiceAccount"},
      WantedKind{"", "services", "Service"},
      WantedKind{"discovery.k8s.io", "endpointslices", "EndpointSlice"},
      WantedKind{"", "configmaps", "ConfigMap"},
      WantedKind{"", "persistentvolumeclaims", "PersistentVolumeClaim"},
      WantedKind{"", "persistentvolumes", "PersistentVolume", false},
      WantedKind{"storage.k8s.io", "storageclasses", "StorageClass", false},
      WantedKind{"storage.k8s.io", "csinodes", "CSINode", false},
      WantedKind{"node.k8s.io", "runtimeclasses", "RuntimeClass", false},
      WantedKind{"", "resourcequotas", "ResourceQuota"},
      WantedKind{"", "limitranges", "LimitRange"},
      WantedKind{"networking.k8s.io", "networkpolicies", "NetworkPolicy"},
      WantedKind{"networking.k8s.io", "ingresses", "Ingress"},
      WantedKind{"policy", "poddisruptionbudgets", "PodDisruptionBudget"},
      WantedKind{"autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler"},
      WantedKind{"rbac.authorization.k8s.io", "roles", "Role"},
      WantedKind{"rbac.authorization.k8s.io", "rolebindings", "RoleBinding"},
      WantedKind{"rbac.authorization.k8s.io", "clusterroles", "ClusterRole", false},
      WantedKind{"rbac.authorization.k8s.io", "clusterrolebindings", "ClusterRoleBinding", false},
      WantedKind{"scheduling.k8s.io", "priorityclasses", "PriorityClass", false},
      WantedKind{"admissionregistration.k8s.io", "validatingwebhookconfigurations",
                 "ValidatingWebhookConfiguration", false},
      WantedKind{"admissionregistration.k8s.io", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
                 false},
      WantedKind{"apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", false},
      WantedKind{"apiregistration.k8s.io", "apiservices", "APIService", false},
      WantedKind{"keda.sh", "scaledobjects", "ScaledObject", true, true},
      WantedKind{"aadpodidentity.k8s.io", "azureidentities", "AzureIdentity", true, true},
      WantedKind{"aadpodidentity.k8s.io", "azureidentitybindings", "AzureIdentityBinding", true, true},
      WantedKind{"cilium.io", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true, true},
      WantedKind{"cilium.io", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy", false, true},
      WantedKind{"crd.projectcalico.org", "globalnetworkpolicies", "GlobalNetworkPolicy", false, true},
      WantedKind{"security-profiles-operator.x-k8s.io", "seccompprofiles", "SeccompProfile", false, true},
  };
  return kinds;
}

std::vector<Resource> choose(std::span<const WantedKind> wanted, std::span<const Resource> served) {
  std::vector<Resource> chosen;
  for (const WantedKind& each : wanted) {
    const auto has = [&](std::string_view group) {
      return std::find_if(served.begin(), served.end(), [&](const Resource& resource) {
        return resource.group == group && resource.plural == each.plural;
      });
    };
    auto found = has(each.group);
    // Before Kubernetes 1.14 and 1.9.
    if (found == served.end() && (each.kind == "Ingress" || each.group == "apps")) found = has("extensions");
    if (found != served.end()) chosen.push_back(*found);
  }
  return chosen;
}

std::string reader_role(std::string_view name) {
  std::map<std::string_view, std::vector<std::string_view>> by_group;
  for (const WantedKind& each : wanted_kinds()) by_group[each.group].push_back(each.plural);
  std::string out =
      "# What Bulwark needs to read a cluster: no Secrets, no nodes/proxy, no wildcards.\n"
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ";
  out.append(name).append("\nrules:\n");
  for (auto& [group, plurals] : by_group) {
    std::sort(plurals.begin(), plurals.end());
    out += "  - apiGroups: [\"" + std::string(group) + "\"]\n    resources:\n";
    for (const std::string_view plural : plurals) out += "      - " + std::string(plural) + '\n';
    out += "    verbs: [get, list, watch]\n";
  }
  out += "  # Which deprecated APIs are still asked for.\n  - nonResourceURLs: [/metrics]\n    verbs: [get]\n";
  return out;
}

}  // namespace bulwark::kube

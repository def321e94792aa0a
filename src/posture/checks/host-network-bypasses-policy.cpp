// networking.k8s.io/v1: pods on the host network are outside of what NetworkPolicy defines, and engines let
// them pass.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.workloads()) {
    const std::string_view space = object->namespace_or_default();
    if (is_system_namespace(space) || is_made_by_workload(inventory, *object)) continue;
    const kube::PodLocation pod = kube::pod_of(*object);
    if (!pod.spec->host_network.value_or(false)) continue;
    report.judged(*object);
    for (const kube::Object* policy : inventory.of(kube::ResourceKind::network_policy, space)) {
      if (!kube::matches(kube::as<kube::NetworkPolicy>(*policy)->spec.pod_selector, pod.metadata->labels))
        continue;
      FieldPath at;
      for (const std::string_view key : pod.path) at = std::move(at) / key;
      report
          .broken(*object, std::move(at) / "spec" / "hostNetwork",
                  fmt::format("policy \"{}\" selects the pod and cannot hold it on the node's network",
                              policy->metadata.name))
          .no_fix("why the pod is on the node's network is known to its owner alone");
      break;
    }
  }
}

}  // namespace

extern const Check host_network_bypasses_policy;
const Check host_network_bypasses_policy{
    .about = {.id = "host-network-bypasses-policy",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Pods that a policy is to guard have a network of their own",
              .effect = "A pod with hostNetwork is past every NetworkPolicy, whatever its labels, and reaches the "
                        "metadata service.",
              .remedy = "Remove hostNetwork from the pod.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: block pod access to the IMDS endpoint",
                           "https://learn.microsoft.com/azure/aks/imds-restriction"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

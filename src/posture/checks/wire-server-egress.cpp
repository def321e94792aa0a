// Azure's WireServer at 168.63.129.16, ports 80 and 32526: the guide's policy leaves it open (a pod needs it for
// nothing; DNS by it goes over port 53).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view space : inventory.namespaces()) {
    if (is_system_namespace(space)) continue;
    const auto workloads = inventory.workloads(space);
    const kube::Object* declared = inventory.find(kube::ResourceKind::name_space, "", space);
    bool open = false;
    for (const kube::Object* object : workloads) {
      const kube::PodLocation pod = kube::pod_of(*object);
      // A pod on the node's network is past every policy: the matter of host-network.
      if (pod.spec->host_network.value_or(false)) continue;
      report.judged(*object);
      const EgressVerdict verdict = egress_to(inventory, space, pod.metadata->labels, wire_server_address, 80);
      if (!verdict.allowed) continue;
      if (verdict.isolated) {
        report
            .broken(*object, {},
                    fmt::format("the policy {} lets the pod reach the WireServer 168.63.129.16 (egress rule {})",
                                verdict.by->metadata.name, verdict.rule))
            .no_fix("what else the rule is for is known to its owner alone");
      } else {
        open = true;
        if (declared == nullptr) declared = object;
      }
    }
    if (open) {
      report
          .broken(
              *declared, {},
              fmt::format(
                  "pods of the namespace {} reach the WireServer 168.63.129.16: no policy restricts their egress",
                  space))
          .no_fix("a new policy must know what else the pods call");
    }
  }
}

}  // namespace

extern const Check wire_server_egress;
const Check wire_server_egress{
    .about = {.id = "wire-server-egress",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::low,
              .title = "Pods cannot reach the Azure WireServer",
              .effect = "168.63.129.16 hands out the node's configuration; on old node images it has handed out "
                        "its credentials.",
              .remedy = "Except 168.63.129.16/32, too, in the policy that restricts the metadata service.",
              .sources = {{"Azure: IP address 168.63.129.16",
                           "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"},
                          {"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

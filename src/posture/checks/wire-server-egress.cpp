// Azure's WireServer at 168.63.129.16, ports 80 and 32526, which the guide's policy leaves open. Judged where
// policies guard a pod: one that no policy guards is the business of metadata-egress. Azure's DNS at the same
// address has port 53.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/egress.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const UserNamespace& space : user_namespaces(inventory)) {
    const NamespaceEgress wire = judge_egress(inventory, space, wire_server, report.version());
    for (const kube::Object* workload : wire.judged) report.judged(*workload);
    if (wire.passages.empty() || find_foreign_policy(inventory, space.name) != nullptr) continue;
    for (const auto& passage : wire.passages) {
      report
          .broken(*passage.policy, path_of(passage.opening),
                  fmt::format("the rule lets {} reach the WireServer, 168.63.129.16",
                              workloads_text(passage.workloads)))
          .no_fix("168.63.129.16 is Azure's DNS server, too, which pods with dnsPolicy Default ask");
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
              .sources = {{"Azure: what is 168.63.129.16",
                           "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

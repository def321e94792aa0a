// AKS security bulletin AKS-2026-0004: get on nodes/proxy is remote code execution, for the kubelet takes it
// for exec over WebSockets. KEP-2862, on by default from Kubernetes 1.33, has subresources for what is
// harmless.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_grant(
      object, {{"", "nodes/proxy"}}, {"get", "create", "update", "patch", "delete"},
      [&](const FieldPath& at, const kube::PolicyRule&, Right, std::string_view verbs) {
        report
            .broken(at, fmt::format("the rule allows to {} nodes/proxy, which runs commands in every pod of "
                                    "the node",
                                    verbs))
            .no_fix("which of the kubelet's answers are needed is known to its owner alone");
      });
}

}  // namespace

extern const Check nodes_proxy_access;
const Check nodes_proxy_access{
    .about =
        {.id = "nodes-proxy-access",
         .aliases = {"KSV047"},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::critical,
         .title = "Nobody may call the kubelet through the API server",
         .effect =
             "GET on nodes/proxy is enough to run commands in every pod of every node, past admission and audit.",
         .remedy = "Use the fine-grained subresources nodes/metrics, nodes/stats, nodes/log, nodes/pods, "
                   "nodes/healthz and nodes/configz (Kubernetes 1.33).",
         .sources = {{"KEP-2862: fine-grained kubelet authorization",
                      "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/"
                      "2862-fine-grained-kubelet-authz"},
                     {"Kubernetes: RBAC good practices",
                      "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                      {finding::Framework::cis_kubernetes, "5.1.10"},
                      {finding::Framework::mitre, "T1609"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

// AKS bulletin AKS-2026-0004: get on nodes/proxy is remote code execution; the remedy is KEP-2862.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (contains(rule.resources, "*") || !covers(rule, "", "nodes/proxy")) return;
    report.broken(at, "the rule allows nodes/proxy")
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
         .remedy = "Use the fine-grained subresources nodes/metrics, nodes/stats, nodes/log, nodes/pods and "
                   "nodes/healthz (Kubernetes 1.33).",
         .sources = {{"Kubernetes: RBAC good practices",
                      "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                     {"KEP-2862: fine-grained kubelet API authorization",
                      "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/"
                      "2862-fine-grained-kubelet-authz"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                      {finding::Framework::cis_kubernetes, "5.1.10"},
                      {finding::Framework::mitre, "T1609"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

// CIS 5.1.4: minimize access to create pods. Every workload makes pods.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  // In one namespace it is what teams do.
  if (object.kind != kube::ResourceKind::cluster_role) return;
  for_each_grant(
      object,
      {{"", "pods"},
       {"apps", "deployments"},
       {"apps", "daemonsets"},
       {"apps", "statefulsets"},
       {"apps", "replicasets"},
       {"batch", "jobs"},
       {"batch", "cronjobs"},
       {"", "replicationcontrollers"}},
      {"create"}, [&](const FieldPath& at, const kube::PolicyRule&, Right right, std::string_view) {
        report
            .broken(at, fmt::format("the rule allows to create {}, in every namespace that the role is bound for",
                                    right.resource))
            .no_fix("who deploys where is known to its owner alone");
      });
}

}  // namespace

extern const Check pod_create_access;
const Check pod_create_access{
    .about = {.id = "pod-create-access",
              .aliases = {"access-to-create-pods"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Few may make pods",
              .effect = "Who can make a pod can use every service account and every secret of the namespace.",
              .remedy = "Grant it in the namespaces of the team, to the group that deploys there.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.4"},
                           {finding::Framework::cis_aks, "4.1.4"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

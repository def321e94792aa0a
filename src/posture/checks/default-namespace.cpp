// CIS 5.7.4: the default namespace should not be used. A manifest that names no namespace may be applied to any:
// unknown.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (!object.metadata.name_space.empty() && object.metadata.name_space != "default") return;
  // What a controller makes lives where its owner does; the API server's own Service lives here.
  if (object.metadata.controller() != nullptr) return;
  if (object.kind == kube::ResourceKind::service && object.metadata.name == "kubernetes") return;
  // Templates are put into a namespace by whoever applies them.
  if (object.metadata.name_space.empty()) {
    report.unknown("metadata", "the manifest names no namespace", "the namespace that it is applied to");
  } else {
    report.broken(FieldPath("metadata") / "namespace", "the object lives in the namespace \"default\"")
        .no_fix("which namespace is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check default_namespace;
const Check default_namespace{
    .about = {.id = "default-namespace",
              .aliases = {"use-namespace", "KSV110"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Objects live in a namespace of their own",
              .effect = "Policies, quotas and rights of tenants cannot be told apart in the default namespace.",
              .remedy = "Name a namespace in metadata.namespace.",
              .sources = {{"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::cis_kubernetes, "5.7.4"},
                           {finding::Framework::cis_aks, "4.6.3"},
                           {finding::Framework::defender,
                            "Kubernetes clusters should not use the default namespace"}}},
    .in_guide = false,
    .rule = ObjectRule{{kube::ResourceKind::pod, kube::ResourceKind::deployment, kube::ResourceKind::replica_set,
                        kube::ResourceKind::stateful_set, kube::ResourceKind::daemon_set, kube::ResourceKind::job,
                        kube::ResourceKind::cron_job, kube::ResourceKind::replication_controller,
                        kube::ResourceKind::service, kube::ResourceKind::network_policy},
                       run},
};

}  // namespace bulwark::posture

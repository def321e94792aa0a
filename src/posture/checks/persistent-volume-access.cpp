// CIS 5.1.9: minimize access to create persistent volumes.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_grant(object, {{"", "persistentvolumes"}}, {"create"},
                 [&](const FieldPath& at, const kube::PolicyRule&, Right, std::string_view) {
                   report
                       .broken(at, "the rule allows to create persistentvolumes, which may be any path of a node")
                       .no_fix("whether the owner is a storage driver is known to it alone");
                 });
}

}  // namespace

extern const Check persistent_volume_access;
const Check persistent_volume_access{
    .about = {.id = "persistent-volume-access",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Few may make PersistentVolumes",
              .effect = "A PersistentVolume can be any path of a node: who makes one reads the node's files.",
              .remedy = "Leave PersistentVolumes to the storage drivers, and let people make claims.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.9"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

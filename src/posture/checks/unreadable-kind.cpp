// What the identity at hand may not list is unknown, and not clean.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::snapshot)) {
    const kube::SnapshotSpec& facts = kube::as<kube::Snapshot>(*object)->spec;
    report.judged(*object);
    for (std::size_t i = 0; i < facts.unreadable.size(); ++i) {
      const kube::UnreadableKind& each = facts.unreadable[i];
      report.unknown(*object, FieldPath("spec") / "unreadable" / i,
                     fmt::format("{} of {} could not be read: {}", each.kind, each.api_version, each.reason),
                     fmt::format("permission to list {} objects", each.kind));
    }
  }
}

}  // namespace

extern const Check unreadable_kind;
const Check unreadable_kind{
    .about = {.id = "unreadable-kind",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Everything that is to be judged can be read",
              .effect = "Practices that these objects break are not seen.",
              .remedy = "Bind the role that bulwark permissions writes to the identity that scans.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

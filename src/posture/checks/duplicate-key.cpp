// YAML 1.2 forbids duplicate keys; sigs.k8s.io/yaml takes the last without strict decoding.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

// The way to the member whose key begins at this byte; empty when it is not in the tree.
bool find_key(const document::Node& node, std::uint32_t offset, FieldPath& path) {
  if (offset < node.begin() || offset >= node.end()) return false;
  for (const document::Member& member : node.members()) {
    FieldPath below = path / member.key.text();
    if (member.key.begin() == offset || find_key(member.value, offset, below)) {
      path = std::move(below);
      return true;
    }
  }
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    FieldPath below = path / i;
    if (find_key(node.items()[i], offset, below)) {
      path = std::move(below);
      return true;
    }
  }
  return false;
}

void run(const kube::Object&, Reporter& report) {
  for (const document::Problem& duplicate : report.duplicate_keys()) {
    FieldPath path;
    find_key(report.root(), duplicate.offset, path);
    report.broken(path, duplicate.message)
        .at(duplicate.offset)
        .no_fix("which of the two is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check duplicate_key;
const Check duplicate_key{
    .about = {.id = "duplicate-key",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "No key stands twice in a map",
              .effect = "Only the last of the two counts, and whoever reads the manifest may look at the first.",
              .remedy = "Remove one of the two.",
              .sources = {{"Kubernetes: server-side field validation",
                           "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

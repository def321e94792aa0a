// YAML 1.2 forbids duplicate keys; sigs.k8s.io/yaml takes the last without strict decoding.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object&, Reporter& report) {
  for (const document::Problem& duplicate : report.duplicate_keys()) {
    report.broken({}, duplicate.message)
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

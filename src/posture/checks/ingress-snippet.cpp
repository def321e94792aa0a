// CVE-2021-25742: whoever can make an Ingress with a snippet annotation of ingress-nginx reads all secrets of
// the cluster with the controller's rights (kubernetes/kubernetes#126811 and #107105 tell of more). Off by
// default since v1.9.0 of the controller (allow-snippet-annotations).
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for (const kube::Label& each : object.metadata.annotations) {
    if (!each.key.starts_with("nginx.ingress.kubernetes.io/") || !each.key.ends_with("-snippet")) continue;
    report
        .broken(FieldPath("metadata") / "annotations" / each.key,
                fmt::format("annotation \"{}\" puts its text into the controller's configuration", each.key))
        .no_fix("what the snippet is for is known to its owner alone");
  }
}

}  // namespace

extern const Check ingress_snippet;
const Check ingress_snippet{
    .about = {.id = "ingress-snippet",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Ingresses bring no text of the controller's configuration",
              .effect = "A controller that takes snippets runs what any tenant writes, with rights to all secrets "
                        "(CVE-2021-25742).",
              .remedy = "Use the annotations or the configuration that the controller has for it, and keep "
                        "allow-snippet-annotations off.",
              .sources = {{"CVE-2021-25742", "https://github.com/kubernetes/ingress-nginx/issues/7837"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::mitre, "T1552"}}},
    .rule = ObjectRule{{kube::ResourceKind::ingress}, run},
};

}  // namespace bulwark::posture

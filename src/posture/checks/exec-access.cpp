// create (and get, for WebSockets) on pods/exec, pods/attach and pods/ephemeralcontainers runs commands in pods.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (contains(rule.resources, "*")) return;
    for (const std::string_view resource : {"pods/exec", "pods/attach", "pods/ephemeralcontainers"}) {
      if (!covers(rule, "", resource)) continue;
      if (!grants_verb(rule, "create") && !grants_verb(rule, "get") && !grants_verb(rule, "update") &&
          !grants_verb(rule, "patch"))
        continue;
      report.broken(at, fmt::format("the rule allows {}", resource))
          .no_fix("who needs it is known to its owner alone");
      return;
    }
  });
}

}  // namespace

extern const Check exec_access;
const Check exec_access{
    .about = {.id = "exec-access",
              .aliases = {"KSV053", "C-0002"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Few may run commands in other people's pods",
              .effect = "Who can exec or attach has what the pod has: its token, its secrets, its network.",
              .remedy = "Take pods/exec and pods/attach out, or grant them in one namespace for the time that "
                        "they are needed.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::mitre, "T1609"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

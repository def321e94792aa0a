// create (and get, for WebSockets) on pods/exec and pods/attach, and update or patch on
// pods/ephemeralcontainers run commands in pods.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto visit = [&](const FieldPath& at, const kube::PolicyRule&, Right right, std::string_view verbs) {
    report.broken(at, fmt::format("the rule allows to {} {}", verbs, right.resource))
        .no_fix("who needs it is known to its owner alone");
  };
  for_each_grant(object, {{"", "pods/exec"}, {"", "pods/attach"}}, {"create", "get"}, visit);
  for_each_grant(object, {{"", "pods/ephemeralcontainers"}}, {"update", "patch"}, visit);
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

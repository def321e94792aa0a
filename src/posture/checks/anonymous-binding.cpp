// system:anonymous and system:unauthenticated are whoever sends no credentials. By default they have
// system:public-info-viewer alone.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  if (is_system_rbac(object) || binding.role_ref.name == "system:public-info-viewer") return;
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const std::string_view name = binding.subjects[i].name;
    if (name != "system:anonymous" && name != "system:unauthenticated") continue;
    const FieldPath at = FieldPath("subjects") / i;
    report
        .broken(at / "name",
                fmt::format("\"{}\", which is everybody, has role \"{}\"", name, binding.role_ref.name))
        .fix([&] { return Edits{remove(at)}; });
  }
}

}  // namespace

extern const Check anonymous_binding;
const Check anonymous_binding{
    .about = {.id = "anonymous-binding",
              .aliases = {"C-0262"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::critical,
              .title = "Nothing is granted to anonymous callers",
              .effect = "Everybody who reaches the API server has the right, without any identity and without a "
                        "name in the audit log.",
              .remedy = "Remove the subject.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                          {"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

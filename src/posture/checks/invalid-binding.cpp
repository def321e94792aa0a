// ValidateRoleBinding and ValidateClusterRoleBinding of the API server. apiGroup may be left out of roleRef and
// subjects (the defaults fill it in).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

bool is_other(std::string_view group, std::string_view want) { return !group.empty() && group != want; }

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

void judge_role(const kube::Object& object, const kube::RoleRef& ref, Reporter& report) {
  const FieldPath at("roleRef");
  const bool cluster = object.kind == kube::ResourceKind::cluster_role_binding;
  if (ref.name.empty()) {
    report.broken(at / "name", "roleRef has no name; the binding is refused").no_fix("the role must be named");
  }
  if (is_other(ref.api_group, rbac_group)) {
    report
        .broken(at / "apiGroup",
                fmt::format("roleRef has apiGroup \"{}\" in place of \"{}\"; the binding is refused",
                            ref.api_group, rbac_group))
        .fix([&] { return Edits{set(at / "apiGroup", document::Literal::string(rbac_group))}; });
  }
  if (ref.kind == "ClusterRole" || (ref.kind == "Role" && !cluster)) return;
  report
      .broken(at / "kind", ref.kind == "Role"
                               ? std::string("a ClusterRoleBinding cannot bind a Role; the binding is refused")
                               : fmt::format("\"{}\" is no kind of role; the binding is refused", ref.kind))
      .no_fix("which role is meant is known to the binding's owner alone");
}

void judge_subject(const kube::Subject& subject, const FieldPath& at, Reporter& report) {
  const bool account = is_kind(subject, "ServiceAccount");
  if (!account && !is_kind(subject, "User") && !is_kind(subject, "Group")) {
    report.broken(at / "kind", fmt::format("\"{}\" is no kind of subject; the binding is refused", subject.kind))
        .no_fix("whether a user, a group or a service account is meant is known to the binding's owner alone");
    return;
  }
  if (subject.name.empty()) {
    report.broken(at / "name", "the subject has no name; the binding is refused")
        .no_fix("the subject must be named");
  }
  const std::string_view want = account ? std::string_view("") : rbac_group;
  if (!is_other(subject.api_group, want)) return;
  report
      .broken(at / "apiGroup",
              fmt::format("a subject of kind {} has apiGroup \"{}\", not \"{}\"; the binding is refused",
                          subject.kind, want, subject.api_group))
      .fix([&] {
        return Edits{account ? remove(at / "apiGroup") : set(at / "apiGroup", document::Literal::string(want))};
      });
}

void run(const kube::Object& object, Reporter& report) {
  const auto& binding = *kube::as<kube::RoleBinding>(object);
  judge_role(object, binding.role_ref, report);
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    judge_subject(binding.subjects[i], FieldPath("subjects") / i, report);
  }
}

}  // namespace

extern const Check invalid_binding;
const Check invalid_binding{
    .about = {.id = "invalid-binding",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Bindings are such as the API server takes",
              .effect = "The API server refuses the binding: the right that it was to give is not there, or the "
                        "old binding stays.",
              .remedy = "Correct the kind, the name or the apiGroup.",
              .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::role_binding, kube::ResourceKind::cluster_role_binding}, run},
};

}  // namespace bulwark::posture

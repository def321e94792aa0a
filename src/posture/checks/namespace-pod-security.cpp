// The labels of Pod Security admission (KEP-2579). A level that it does not know counts as restricted, a
// version that it does not know as latest; the API server refuses both in a new label.
#include <fmt/format.h>

#include <algorithm>

#include "kube/version.h"
#include "posture/check.h"
#include "posture/system_namespaces.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view prefix = "pod-security.kubernetes.io/";
constexpr std::string_view enforce = "pod-security.kubernetes.io/enforce";
constexpr std::string_view enforce_version = "pod-security.kubernetes.io/enforce-version";

void judge_version(const kube::Object& object, Reporter& report) {
  const std::string_view version = kube::find_label(object.metadata.labels, enforce_version);
  if (!kube::is_set(version) || version == "latest") return;
  const FieldPath at = FieldPath("metadata") / "labels" / enforce_version;
  if (!version.starts_with("v1.") || !kube::Minor::parse(version)) {
    report
        .broken(at, fmt::format("\"{}\" is no version of the Pod Security Standards, such as v1.34 or latest",
                                version))
        .severity(finding::Severity::low)
        .fix([&] { return Edits{set(at, document::Literal::string("latest"))}; });
  }
}

void run(const kube::Object& object, Reporter& report) {
  if (is_system_namespace(object.metadata.name) || is_managed(object)) return;
  const std::string_view level = kube::find_label(object.metadata.labels, enforce);
  const FieldPath at = FieldPath("metadata") / "labels" / enforce;
  constexpr std::string_view no_fix = "a level that is set before the pods keep it stops them";
  if (!kube::is_set(level)) {
    const auto& labels = object.metadata.labels;
    const bool told = std::any_of(labels.begin(), labels.end(),
                                  [](const kube::Label& label) { return label.key.starts_with(prefix); });
    report
        .broken(at, fmt::format("namespace \"{}\" enforces no Pod Security Standard{}", object.metadata.name,
                                told ? ", it warns or audits alone" : ""))
        .no_fix(no_fix);
  } else if (level == "privileged") {
    report
        .broken(at, fmt::format("namespace \"{}\" enforces the level privileged, which allows everything",
                                object.metadata.name))
        .no_fix(no_fix);
  } else if (level != "baseline" && level != "restricted") {
    report
        .broken(at, fmt::format(
                        "\"{}\" is no level of the Pod Security Standards; restricted is enforced in its stead",
                        level))
        .no_fix("which level is meant is known to the namespace's owner alone");
  }
  judge_version(object, report);
}

}  // namespace

extern const Check namespace_pod_security;
const Check namespace_pod_security{
    .about = {.id = "namespace-pod-security",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Namespaces enforce a Pod Security Standard",
              .effect = "Nothing stops a privileged pod from being made in the namespace.",
              .remedy = "Label the namespace with pod-security.kubernetes.io/enforce: restricted, or baseline.",
              .sources = {{"Kubernetes: Pod Security admission",
                           "https://kubernetes.io/docs/concepts/security/pod-security-admission/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::cis_kubernetes, "5.2.1"},
                           {finding::Framework::cis_aks, "4.2.1"},
                           {finding::Framework::cis_aks, "4.2.2"},
                           {finding::Framework::cis_aks, "4.2.3"},
                           {finding::Framework::cis_aks, "4.2.4"},
                           {finding::Framework::cis_aks, "4.2.5"},
                           {finding::Framework::nsa, "Pod security enforcement"}}},
    .rule = ObjectRule{{kube::ResourceKind::name_space}, run},
};

}  // namespace bulwark::posture

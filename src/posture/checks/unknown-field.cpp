// Fields that the API server would drop (or refuse with strict field validation, kubectl's default from 1.25). The
// listing of fields is that of Kubernetes 1.37.
#include <algorithm>
#include <array>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// Fields that protect: without one of them the workload may do more.
constexpr std::array<std::string_view, 17> protective{"securityContext",    "automountServiceAccountToken",
                                                      "serviceAccountName", "hostUsers",
                                                      "readOnly",           "allowPrivilegeEscalation",
                                                      "appArmorProfile",    "capabilities",
                                                      "privileged",         "readOnlyRootFilesystem",
                                                      "runAsGroup",         "runAsNonRoot",
                                                      "runAsUser",          "seLinuxOptions",
                                                      "seccompProfile",     "supplementalGroups",
                                                      "windowsOptions"};

bool is_protective(std::string_view name) {
  return std::find(protective.begin(), protective.end(), name) != protective.end();
}

// Kinds that are nothing but protection: a rule or a peer that is dropped widens them.
bool is_protective(kube::ResourceKind kind) {
  using enum kube::ResourceKind;
  return kind == network_policy || kind == role || kind == cluster_role || kind == role_binding ||
         kind == cluster_role_binding;
}

void run(const kube::Object& object, Reporter& report) {
  for (const kube::DecodeProblem& problem : report.unknown_fields()) {
    const auto& steps = problem.path.steps();
    const bool in_metadata = !steps.empty() && steps.front().key == "metadata";
    const bool in_context = std::any_of(steps.begin(), steps.end(), [](const document::Step& step) {
      return step.key == "securityContext" || is_protective(step.key);
    });
    const bool weakens =
        in_context || is_protective(problem.suggestion) || (is_protective(object.kind) && !in_metadata);
    auto finding = report.broken(problem.path, problem.message).at(problem.offset);
    if (weakens) finding.severity(finding::Severity::high);
    finding.no_fix(problem.suggestion.empty() ? "what was meant is known to its owner alone"
                                              : "a renamed field may change what the workload may do");
  }
}

}  // namespace

extern const Check unknown_field;
const Check unknown_field{
    .about = {.id = "unknown-field",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Every field is one that Kubernetes knows",
              .effect =
                  "A misspelt field is dropped without a word: the protection that it was to give is not there.",
              .remedy = "Correct the name of the field.",
              .sources = {{"Kubernetes: server-side field validation",
                           "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

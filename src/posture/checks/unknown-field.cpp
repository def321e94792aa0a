// Fields that the API server would drop (or refuse with strict field validation). The listing of fields is that of
// Kubernetes 1.37.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object&, Reporter& report) {
  for (const kube::DecodeProblem& problem : report.unknown_fields()) {
    const std::string_view name = problem.path.steps().back().key;
    bool in_context = problem.suggestion == "securityContext";
    for (const document::Step& step : problem.path.steps())
      in_context = in_context || step.key == "securityContext";
    auto finding = report.broken(problem.path, problem.message).at(problem.offset);
    if (in_context) finding.severity(finding::Severity::high);
    finding.no_fix(problem.suggestion.empty() ? "what was meant is known to its owner alone"
                                              : "a renamed field may change what the workload may do");
    static_cast<void>(name);
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

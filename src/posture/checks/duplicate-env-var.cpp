// Server-side apply refuses duplicate names, client-side apply drops one of the two on a change.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/duplicates.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto env = container.container.env;
  for_each_duplicate(
      env.size(), [&](std::size_t i) { return env[i].name; },
      [&](std::size_t i) {
        report.broken(container.path("env") / i / "name", fmt::format("variable {} is set twice", env[i].name))
            .no_fix("which of the two is meant is known to its owner alone");
      });
}

}  // namespace

extern const Check duplicate_env_var;
const Check duplicate_env_var{
    .about = {.id = "duplicate-env-var",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "No variable is set twice",
              .effect = "Only the last of the two counts.",
              .remedy = "Remove one of the two.",
              .sources = {{"Kubernetes: server-side field validation",
                           "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"}},
              .mappings = {}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

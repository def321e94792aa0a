// Helm 2 with its server Tiller has no support since November 2020 (helm.sh, Helm 2 deprecation); Tiller takes
// unauthenticated gRPC calls on port 44134.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& view, Reporter& report) {
  const std::string_view repository = parse_image(view.container.image).repository;
  if (repository.substr(repository.rfind('/') + 1) != "tiller") return;
  report
      .broken(view.path("image"),
              fmt::format("image \"{}\" is Tiller, the server of Helm 2", view.container.image))
      .no_fix("the releases must be moved to Helm 3 first");
}

}  // namespace

extern const Check tiller;
const Check tiller{
    .about = {.id = "tiller",
              .aliases = {"KSV102"},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::high,
              .title = "Tiller does not run",
              .effect = "Every pod that reaches Tiller installs what it likes with Tiller's rights, as a rule "
                        "those of cluster-admin.",
              .remedy = "Move the releases to Helm 3 or later, and delete Tiller.",
              .sources = {{"Helm: migrating Helm v2 to v3", "https://helm.sh/docs/topics/v2_v3_migration/"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// resource.Quantity, k8s.io/apimachinery/pkg/api/resource: what cannot be parsed, or is negative, is refused. The
// suffix "m" is for cores: "128m" of memory is 0.128 bytes, and the API server only warns.
#include <fmt/format.h>

#include "kube/quantity.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

// `at` gives the way to the field, which is asked for only when something is wrong.
template <class At>
void judge(std::string_view resource, std::string_view text, const At& at, Reporter& report) {
  constexpr std::string_view why = "which amount is meant is known to its owner alone";
  const auto quantity = kube::Quantity::from_manifest(text);
  if (!quantity) {
    report.broken(at(), fmt::format("\"{}\" is no quantity", text)).no_fix(why);
  } else if (quantity->sign() < 0) {
    report.broken(at(), fmt::format("\"{}\" is below zero", text)).no_fix(why);
  } else if ((resource == "memory" || resource == "ephemeral-storage") && text.ends_with('m')) {
    report.broken(at(), fmt::format("\"{}\" is thousandths of a byte", text))
        .severity(finding::Severity::medium)
        .no_fix(why);
  }
}

template <class At>
void judge(const kube::ResourceRequirements* resources, const At& at, Reporter& report) {
  if (resources == nullptr) return;
  for (const kube::Label& each : resources->requests) {
    judge(each.key, each.value, [&] { return at() / "resources" / "requests" / each.key; }, report);
  }
  for (const kube::Label& each : resources->limits) {
    judge(each.key, each.value, [&] { return at() / "resources" / "limits" / each.key; }, report);
  }
}

void run(const PodView& pod, Reporter& report) {
  judge(pod.spec.resources, [&] { return pod.spec_path(); }, report);
  for_each_container(pod, [&](const ContainerView& view) {
    judge(view.container.resources, [&] { return view.path(); }, report);
  });
  for (std::size_t i = 0; i < pod.spec.volumes.size(); ++i) {
    const kube::EmptyDirVolume* volume = pod.spec.volumes[i].empty_dir;
    if (volume == nullptr || !volume->size_limit.set()) continue;
    judge(
        "memory", volume->size_limit.text,
        [&] { return pod.spec_path() / "volumes" / i / "emptyDir" / "sizeLimit"; }, report);
  }
}

}  // namespace

extern const Check invalid_quantity;
const Check invalid_quantity{
    .about = {.id = "invalid-quantity",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Quantities can be read",
              .effect = "The API server refuses the whole object, or takes an amount that nobody meant.",
              .remedy = "Write the quantity with one of the suffixes k, M, G, Ki, Mi, Gi; m is for cpu alone.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"}},
              .mappings = {}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// ValidatePodSpec of the API server: the names of init, ordinary and ephemeral containers differ.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "posture/check.h"
#include "posture/duplicates.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const std::array lists{std::pair{pod.spec.init_containers, "initContainers"},
                         std::pair{pod.spec.containers, "containers"},
                         std::pair{pod.spec.ephemeral_containers, "ephemeralContainers"}};
  const auto place = [&](std::size_t i) {
    std::size_t list = 0;
    while (i >= lists[list].first.size()) i -= lists[list++].first.size();
    return std::pair{list, i};
  };
  const auto name = [&](std::size_t i) {
    const auto [list, index] = place(i);
    return lists[list].first[index].name;
  };
  for_each_duplicate(lists[0].first.size() + lists[1].first.size() + lists[2].first.size(), name,
                     [&](std::size_t i) {
                       if (name(i).empty()) return;
                       const auto [list, index] = place(i);
                       report
                           .broken(pod.spec_path() / lists[list].second / index / "name",
                                   fmt::format("another container has the name \"{}\"", name(i)))
                           .no_fix("other objects may mean either by this name");
                     });
}

}  // namespace

extern const Check duplicate_container_name;
const Check duplicate_container_name{
    .about = {.id = "duplicate-container-name",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "The containers of a pod have different names",
              .effect = "The API server refuses the pod, or the workload that would make it.",
              .remedy = "Give one of the two another name.",
              .sources = {{"Kubernetes: pods", "https://kubernetes.io/docs/concepts/workloads/pods/"}},
              .mappings = {}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

#include "kube/manager.h"

#include <string_view>
#include <utility>

namespace bulwark::kube {

namespace {

// "namespace/name", or the name alone.
std::string qualified(std::string_view name_space, std::string_view name) {
  std::string out(name_space);
  if (!out.empty()) out += '/';
  return out.append(name);
}

}  // namespace

std::string manager_of(const ObjectMeta& metadata) {
  const auto label = [&](std::string_view key) { return find_label(metadata.labels, key); };
  const auto annotation = [&](std::string_view key) { return find_label(metadata.annotations, key); };
  // Flux runs Helm, and Argo CD may render charts: the outer one comes first.
  for (const auto& [group, kind] : {std::pair{"helm.toolkit.fluxcd.io/", "Flux HelmRelease "},
                                    std::pair{"kustomize.toolkit.fluxcd.io/", "Flux Kustomization "}}) {
    const std::string_view name = label(std::string(group) + "name");
    if (!name.empty()) return kind + qualified(label(std::string(group) + "namespace"), name);
  }
  // "<application>:<group>/<kind>:<namespace>/<name>"
  if (const std::string_view tracking = annotation("argocd.argoproj.io/tracking-id"); !tracking.empty()) {
    return "Argo CD application " + std::string(tracking.substr(0, tracking.find(':')));
  }
  if (const std::string_view name = label("argocd.argoproj.io/instance"); !name.empty()) {
    return "Argo CD application " + std::string(name);
  }
  if (const std::string_view name = annotation("meta.helm.sh/release-name"); !name.empty()) {
    return "Helm release " + qualified(annotation("meta.helm.sh/release-namespace"), name);
  }
  if (label("kubernetes.azure.com/managedby") == "aks") return "AKS";
  if (label("addonmanager.kubernetes.io/mode") == "Reconcile") return "the add-on manager";
  return {};
}

}  // namespace bulwark::kube

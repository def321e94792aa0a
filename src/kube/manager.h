#pragma once

#include <string>

#include "kube/object.h"

namespace bulwark::kube {

// What writes an object of a cluster, by its labels and annotations, so that a change of the object itself would
// not last: "Helm release shop/web", "Argo CD application shop", "Flux Kustomization flux-system/apps". Empty when
// nothing says so. Sources: helm/helm pkg/action (meta.helm.sh/*), Argo CD's resource tracking
// (argocd.argoproj.io/tracking-id, argocd.argoproj.io/instance), Flux (kustomize.toolkit.fluxcd.io/*,
// helm.toolkit.fluxcd.io/*), AKS (kubernetes.azure.com/managedby, addonmanager.kubernetes.io/mode).
std::string manager_of(const ObjectMeta& metadata);

}  // namespace bulwark::kube

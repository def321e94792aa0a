#include "kube/manager.h"

#include <gtest/gtest.h>

#include <vector>

namespace bulwark::kube {
namespace {

TEST(Manager, OfAnObject) {
  struct Case {
    std::vector<Label> labels, annotations;
    std::string_view manager;
  };
  for (const Case& c : {
           Case{{}, {}, ""},
           Case{{{"app.kubernetes.io/managed-by", "Helm"}}, {}, ""},
           Case{{}, {{"meta.helm.sh/release-name", "web"}}, "Helm release web"},
           Case{{},
                {{"meta.helm.sh/release-name", "web"}, {"meta.helm.sh/release-namespace", "shop"}},
                "Helm release shop/web"},
           Case{{{"helm.toolkit.fluxcd.io/name", "web"}, {"helm.toolkit.fluxcd.io/namespace", "flux-system"}},
                {{"meta.helm.sh/release-name", "web"}},
                "Flux HelmRelease flux-system/web"},
           Case{{{"kustomize.toolkit.fluxcd.io/name", "apps"}}, {}, "Flux Kustomization apps"},
           Case{{},
                {{"argocd.argoproj.io/tracking-id", "shop:apps/Deployment:shop/web"}},
                "Argo CD application shop"},
           Case{{{"argocd.argoproj.io/instance", "shop"}}, {}, "Argo CD application shop"},
           Case{{{"kubernetes.azure.com/managedby", "aks"}}, {}, "AKS"},
           Case{{{"addonmanager.kubernetes.io/mode", "Reconcile"}}, {}, "the add-on manager"},
           Case{{{"addonmanager.kubernetes.io/mode", "EnsureExists"}}, {}, ""},
       }) {
    ObjectMeta metadata;
    metadata.labels = c.labels;
    metadata.annotations = c.annotations;
    EXPECT_EQ(manager_of(metadata), c.manager);
  }
}

}  // namespace
}  // namespace bulwark::kube

#include "posture/system_namespaces.h"

#include <algorithm>
#include <array>

namespace bulwark::posture {

namespace {
constexpr std::array<std::string_view, 14> names{
    "kube-system",      "kube-public",       "kube-node-lease", "gatekeeper-system",  "calico-system",
    "calico-apiserver", "tigera-operator",   "azure-arc",       "app-routing-system", "flux-system",
    "aks-istio-system", "aks-istio-ingress", "dapr-system",     "aks-command"};
}

bool is_system_namespace(std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace bulwark::posture

// version-skew-policy: "kube-proxy must not be newer than kube-apiserver", and may be up to three minor versions
// older (two before 1.25). Its version is that of its image: nodeInfo.kubeProxyVersion is the kubelet's own
// (KEP-4004).
#include <fmt/format.h>

#include "kube/version_skew.h"
#include "posture/check.h"
#include "posture/image.h"
#include "posture/living.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

bool is_kube_proxy(std::string_view repository) {
  return repository == "kube-proxy" || repository.ends_with("/kube-proxy");
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto server = server_version(inventory);
  if (!server || server->major != 1) return;
  for (const Workload& workload : inventory.workload_index("kube-system").all()) {
    for_each_container(view_of(workload, report.version()), [&](const ContainerView& container) {
      const ImageReference image = parse_image(container.container.image);
      if (!is_kube_proxy(image.repository)) return;
      const auto version = kube::Version::parse(image.tag);
      if (!version) return;
      report.judged(*workload.object);
      const int behind = server->minor().number - version->minor().number;
      const int allowed = kube::allowed_skew(version->minor());
      if (behind >= 0 && behind <= allowed) return;
      const std::string_view server_text = facts_of(inventory)->server_version;
      report
          .broken(
              *workload.object, container.path("image"),
              behind < 0
                  ? fmt::format("kube-proxy {} is newer than the API server, which is {}", image.tag, server_text)
                  : fmt::format("kube-proxy {} is {} minor versions behind {} of the API server, and {} are "
                                "allowed",
                                image.tag, behind, server_text, allowed))
          .no_fix("kube-proxy is upgraded together with the cluster");
    });
  }
}

}  // namespace

extern const Check kube_proxy_version_skew;
const Check kube_proxy_version_skew{
    .about = {.id = "kube-proxy-version-skew",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "kube-proxy is within the version skew that Kubernetes supports",
              .effect =
                  "It may not understand the Services and EndpointSlices of the API server, and traffic goes "
                  "astray.",
              .remedy = "Upgrade kube-proxy to the version of the API server.",
              .sources = {{"Kubernetes: version skew policy",
                           "https://kubernetes.io/releases/version-skew-policy/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

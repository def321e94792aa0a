#include "posture/network_engine.h"

#include <algorithm>
#include <array>

#include "posture/image.h"
#include "posture/nodes.h"
#include "posture/windows_pods.h"

namespace bulwark::posture {

namespace {

struct Name {
  std::string_view image;  // last part of the repository
  NetworkEngine engine;
};
// Agents that run on each node: the images of the projects' own manifests and charts.
constexpr std::array images{
    Name{"azure-npm", NetworkEngine::azure_npm},         Name{"node", NetworkEngine::calico},
    Name{"node-windows", NetworkEngine::calico},         Name{"cilium", NetworkEngine::cilium},
    Name{"cilium-distroless", NetworkEngine::cilium},    Name{"kube-router", NetworkEngine::other},
    Name{"antrea-ubuntu", NetworkEngine::other},         Name{"antrea-agent-ubuntu", NetworkEngine::other},
    Name{"antrea-windows", NetworkEngine::other},        Name{"weave-npc", NetworkEngine::other},
    Name{"kube-network-policies", NetworkEngine::other},
};

NetworkEngine engine_of(std::string_view image) {
  const std::string_view repository = parse_image(image).repository;
  const std::size_t slash = repository.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? repository : repository.substr(slash + 1);
  const auto found =
      std::find_if(images.begin(), images.end(), [&](const Name& each) { return each.image == last; });
  if (found == images.end()) return NetworkEngine::unknown;
  // "node" alone is a name for many things.
  const bool common = last.starts_with("node");
  return common && repository.find("calico") == std::string_view::npos ? NetworkEngine::unknown : found->engine;
}

NetworkEngine engine_of(const kube::PodSpec& spec) {
  for (const kube::Container& container : spec.containers) {
    if (const NetworkEngine engine = engine_of(container.image); engine != NetworkEngine::unknown) return engine;
  }
  return NetworkEngine::unknown;
}

NetworkEngine by_label(std::string_view value) {
  if (value == "azure") return NetworkEngine::azure_npm;
  if (value == "calico") return NetworkEngine::calico;
  if (value == "cilium") return NetworkEngine::cilium;
  return value == "none" ? NetworkEngine::none : NetworkEngine::unknown;
}

}  // namespace

EngineEvidence find_network_engine(const kube::Inventory& inventory, bool windows) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::daemon_set)) {
    const kube::PodSpec& spec = kube::as<kube::DaemonSet>(*object)->spec.pod_template.spec;
    const bool of_windows = selects_windows(spec) || (spec.os != nullptr && spec.os->name == "windows");
    if (of_windows != windows) continue;
    if (const NetworkEngine engine = engine_of(spec); engine != NetworkEngine::unknown) return {engine, object};
  }
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const NodeView node(*object);
    if (node.is_windows() != windows) continue;
    if (const NetworkEngine engine = by_label(node.label(network_policy_label));
        engine != NetworkEngine::unknown) {
      return {engine, object};
    }
  }
  return {};
}

}  // namespace bulwark::posture

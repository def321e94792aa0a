#include "posture/sensors.h"

#include <algorithm>
#include <array>

#include "posture/image.h"
#include "posture/windows_pods.h"

namespace bulwark::posture {

namespace {

// How a repository ends, by the projects' own manifests and charts.
struct Product {
  std::string_view image;
  std::string_view name;
};
constexpr std::array products{
    Product{"azuredefender/stable/low-level-collector", "Defender for Containers"},
    Product{"azuredefender/stable/security-publisher", "Defender for Containers"},
    Product{"falcosecurity/falco", "Falco"},
    Product{"falcosecurity/falco-no-driver", "Falco"},
    Product{"cilium/tetragon", "Tetragon"},
    Product{"aquasecurity/tracee", "Tracee"},
    Product{"kubearmor/kubearmor", "KubeArmor"},
    Product{"kubescape/node-agent", "Kubescape"},
    Product{"sysdig/agent", "Sysdig"},
    Product{"sysdig/agent-slim", "Sysdig"},
    Product{"falcon-sensor", "CrowdStrike Falcon"},
};

bool ends_with_part(std::string_view repository, std::string_view part) {
  if (!repository.ends_with(part)) return false;
  return repository.size() == part.size() || repository[repository.size() - part.size() - 1] == '/';
}

}  // namespace

bool Sensor::is_for_windows() const {
  return selects_windows(*spec) || (spec->os != nullptr && spec->os->name == "windows");
}

std::string_view sensor_product(const kube::PodSpec& spec) {
  for (const kube::Container& container : spec.containers) {
    const std::string_view repository = parse_image(container.image).repository;
    const auto found = std::find_if(products.begin(), products.end(),
                                    [&](const Product& each) { return ends_with_part(repository, each.image); });
    if (found != products.end()) return found->name;
  }
  return {};
}

std::vector<Sensor> find_sensors(const kube::Inventory& inventory) {
  std::vector<Sensor> sensors;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::daemon_set)) {
    const kube::PodSpec& spec = kube::as<kube::DaemonSet>(*object)->spec.pod_template.spec;
    std::string_view product = sensor_product(spec);
    if (product.empty() && object->metadata.name.starts_with("microsoft-defender-collector")) {
      product = "Defender for Containers";
    }
    if (!product.empty()) sensors.push_back({product, object, &spec});
  }
  return sensors;
}

bool tolerates(std::span<const kube::Toleration> tolerations, const kube::Taint& taint) {
  if (taint.effect != "NoSchedule" && taint.effect != "NoExecute") return true;
  return std::any_of(tolerations.begin(), tolerations.end(), [&](const kube::Toleration& each) {
    if (!each.effect.empty() && each.effect != taint.effect) return false;
    if (each.op == "Exists") return each.key.empty() || each.key == taint.key;
    return each.key == taint.key && each.value == taint.value;
  });
}

bool is_passing_or_virtual(const kube::Taint& taint) {
  for (const std::string_view start :
       {"node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "karpenter.sh/", "virtual-kubelet.io/",
        "ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler", "node.cilium.io/",
        "remediator.kubernetes.azure.com/", "kubernetes.azure.com/upgrade"}) {
    if (taint.key.starts_with(start)) return true;
  }
  return false;
}

bool concerns(const Sensor& sensor, const NodeView& node) {
  return node.is_windows() == sensor.is_for_windows() && node.label("type") != "virtual-kubelet";
}

}  // namespace bulwark::posture

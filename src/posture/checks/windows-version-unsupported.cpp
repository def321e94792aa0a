// upgrade-windows-os and the release notes of AKS: Windows Server 2019 ended on 2026-03-01 (images removed from
// 2027-04-01), the Annual Channel on 2026-05-15 (from 2027-05-15); Windows Server 2022 ends on 2028-06-30 and is
// not there for 1.37 and later.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"
#include "posture/nodes.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

struct Ended {
  std::string_view name;
  std::string_view build;   // 10.0.<build>
  std::string_view os_sku;  // kubernetes.azure.com/os-sku
  std::string_view message;
  finding::Severity severity;
  kube::MinorVersion from;  // of Kubernetes
};
constexpr std::array ended{
    Ended{"Windows Server 2019",
          "17763",
          "Windows2019",
          "AKS ended its support on 2026-03-01 and removes its node images from 2027-04-01",
          finding::Severity::high,
          {1, 0}},
    Ended{"Windows Server Annual Channel",
          "25398",
          "WindowsAnnual",
          "AKS ended its support on 2026-05-15 and removes its node images from 2027-05-15",
          finding::Severity::high,
          {1, 0}},
    Ended{"Windows Server 2022",
          "20348",
          "Windows2022",
          "AKS does not offer it for Kubernetes 1.37 and later, and ends its support on 2028-06-30",
          finding::Severity::low,
          {1, 37}},
};

// The build in "10.0.17763.1432", or in the label's "10.0.17763".
std::string_view build_of(std::string_view version) {
  constexpr std::string_view prefix = "10.0.";
  if (!version.starts_with(prefix)) return {};
  version.remove_prefix(prefix.size());
  return version.substr(0, version.find('.'));
}

const Ended* find_ended(std::string_view build, std::string_view os_sku, kube::MinorVersion version) {
  const auto found = std::find_if(ended.begin(), ended.end(), [&](const Ended& each) {
    return version >= each.from && (each.build == build || each.os_sku == os_sku);
  });
  return found == ended.end() ? nullptr : &*found;
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto say = [&](const kube::Object& object, const FieldPath& at, const Ended& what) {
    report.broken(object, at, fmt::format("{}: {}", what.name, what.message))
        .severity(what.severity)
        .no_fix("a new node pool is needed, and images built for its version");
  };
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const NodeView node(*object);
    if (!node.is_windows()) continue;
    report.judged(*object);
    const std::string_view build = build_of(node.node.status.node_info.kernel_version);
    if (const Ended* what =
            find_ended(build, build.empty() ? node.label("kubernetes.azure.com/os-sku") : "", report.version())) {
      say(*object, FieldPath("status") / "nodeInfo" / "osImage", *what);
    }
  }
  for (const std::string_view name_space : inventory.namespaces()) {
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      for (const kube::Label& label : workload.spec->node_selector) {
        const bool by_build = label.key == "node.kubernetes.io/windows-build";
        if (!by_build && label.key != "kubernetes.azure.com/os-sku") continue;
        report.judged(*workload.object);
        const Ended* what = by_build ? find_ended(build_of(label.value), "", report.version())
                                     : find_ended("", label.value, report.version());
        if (what == nullptr) continue;
        say(*workload.object, view_of(workload, report.version()).spec_path() / "nodeSelector" / label.key, *what);
      }
    }
  }
}

}  // namespace

extern const Check windows_version_unsupported;
const Check windows_version_unsupported{
    .about = {.id = "windows-version-unsupported",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::high,
              .title = "Windows nodes run a version that AKS supports",
              .effect = "Security fixes do not come any more, and once AKS removes the images the pool cannot be "
                        "scaled or repaired.",
              .remedy =
                  "Build the images for Windows Server 2025, add a node pool of it, and move the workloads there.",
              .sources = {{"AKS: upgrade the OS version of Windows workloads",
                           "https://learn.microsoft.com/azure/aks/upgrade-windows-os"},
                          {"AKS: retirement of Windows Server 2019", "https://github.com/Azure/AKS/issues/4091"}},
              .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

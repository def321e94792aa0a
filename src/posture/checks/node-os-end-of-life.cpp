// upgrade-os-version: AKS ended Ubuntu 18.04 on 2025-06-17 and Azure Linux 2.0 on 2025-11-30 (node images removed
// from 2026-03-31), and ends Ubuntu 20.04 on 2027-03-17.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

struct Ended {
  std::string_view image;  // how node.status.nodeInfo.osImage begins
  std::string_view name;
  std::string_view date;
  finding::Severity severity;
};
constexpr std::array ended{
    Ended{"Ubuntu 18.04", "Ubuntu 18.04", "2025-06-17", finding::Severity::high},
    Ended{"Ubuntu 20.04", "Ubuntu 20.04", "2027-03-17", finding::Severity::low},
    Ended{"CBL-Mariner", "Azure Linux 2.0", "2025-11-30", finding::Severity::high},
};

void run(const kube::Object& object, Reporter& report) {
  const std::string_view image = kube::as<kube::Node>(object)->status.node_info.os_image;
  const auto found =
      std::find_if(ended.begin(), ended.end(), [&](const Ended& each) { return image.starts_with(each.image); });
  if (found == ended.end()) return;
  report
      .broken(FieldPath("status") / "nodeInfo" / "osImage",
              fmt::format("\"{}\": AKS supports {} until {} only", image, found->name, found->date))
      .severity(found->severity)
      .no_fix("a node gets its operating system from AKS");
}

}  // namespace

extern const Check node_os_end_of_life;
const Check node_os_end_of_life{
    .about =
        {.id = "node-os-end-of-life",
         .aliases = {},
         .chapter = finding::Chapter::linux_node_updates,
         .severity = finding::Severity::high,
         .title = "Nodes run an operating system that gets security fixes",
         .effect = "Holes of the kernel and of its tools stay open, and once AKS removes the images the pool "
                   "cannot be scaled or repaired.",
         .remedy =
             "Move the pool to Ubuntu 24.04 or Azure Linux 3, by its OS SKU or by a newer Kubernetes version.",
         .sources = {{"AKS: upgrade the OS version", "https://learn.microsoft.com/azure/aks/upgrade-os-version"}},
         .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

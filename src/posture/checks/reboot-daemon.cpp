// auto-upgrade-node-os-image, channel Unmanaged: updates are installed each night, and "you need to manage the
// reboot process using a tool like kured". With NodeImage and SecurityPatch AKS does it; a Node does not tell
// which channel is set.
#include <algorithm>

#include "posture/check.h"
#include "posture/image.h"
#include "posture/nodes.h"

namespace bulwark::posture {

namespace {

bool is_kured(const kube::Object& daemon_set) {
  if (daemon_set.metadata.name.find("kured") != std::string_view::npos) return true;
  const auto containers = kube::as<kube::DaemonSet>(daemon_set)->spec.pod_template.spec.containers;
  return std::any_of(containers.begin(), containers.end(), [](const kube::Container& container) {
    return parse_image(container.image).repository.ends_with("kured");
  });
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto daemon_sets = inventory.of(kube::ResourceKind::daemon_set);
  // Nodes without any DaemonSet: not a whole cluster.
  if (daemon_sets.empty()) return;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    if (NodeView(*object).is_windows()) continue;
    report.judged(*object);
    if (std::any_of(daemon_sets.begin(), daemon_sets.end(),
                    [](const kube::Object* each) { return is_kured(*each); })) {
      return;
    }
    report.unknown(*object, FieldPath("metadata") / "name", "no kured reboots the Linux nodes after their updates",
                   "the node OS upgrade channel of the cluster: only Unmanaged needs kured");
    return;
  }
}

}  // namespace

extern const Check reboot_daemon;
const Check reboot_daemon{
    .about = {.id = "reboot-daemon",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::low,
              .title = "Something reboots Linux nodes after their updates",
              .effect = "Updates of the kernel are installed and not in force until the node happens to reboot.",
              .remedy =
                  "Set the node OS upgrade channel to NodeImage or SecurityPatch, or run kured with Unmanaged.",
              .sources = {{"AKS: apply node updates with kured",
                           "https://learn.microsoft.com/azure/aks/node-updates-kured"},
                          {"AKS: auto-upgrade node OS images",
                           "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// kured --annotate-nodes writes weave.works/kured-reboot-in-progress when it takes its turn to reboot the node,
// and removes it afterwards. One that stays is a reboot that did not end.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr std::string_view key = "weave.works/kured-reboot-in-progress";
  const std::string_view since = kube::find_label(object.metadata.annotations, key);
  if (since.data() == nullptr) return;
  report
      .broken(FieldPath("metadata") / "annotations" / key,
              fmt::format("kured began to reboot the node at \"{}\" and has not ended", since))
      .no_fix("the node must be rebooted");
}

}  // namespace

extern const Check node_reboot_pending;
const Check node_reboot_pending{
    .about = {.id = "node-reboot-pending",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::medium,
              .title = "No node waits for its reboot",
              .effect =
                  "Kernel updates that are installed are not in force, and no other node gets its turn meanwhile.",
              .remedy = "Look at the log of kured for the drain that does not end, and reboot the node.",
              .sources = {{"AKS: apply node updates with kured",
                           "https://learn.microsoft.com/azure/aks/node-updates-kured"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

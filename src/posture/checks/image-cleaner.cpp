// image-cleaner: unused images with vulnerabilities stay on the nodes until the disk is full. Image Cleaner, which
// is Eraser, scans and removes them; its Deployment eraser-controller-manager is in kube-system. AKS Automatic has
// it.
#include "posture/aks_cluster.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_missing_add_on(inventory, {.name = "Image Cleaner", .workload = "eraser-", .instead = {}}, report);
}

}  // namespace

extern const Check image_cleaner;
const Check image_cleaner{
    .about = {.id = "image-cleaner",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::low,
              .title = "Image Cleaner removes vulnerable images that nobody uses",
              .effect = "Stale images with known vulnerabilities stay on the nodes, one `image:` line away from "
                        "running again, and fill the reports of scanners.",
              .remedy = "Enable Image Cleaner: `az aks update --enable-image-cleaner`.",
              .sources = {{"AKS: Image Cleaner", "https://learn.microsoft.com/azure/aks/image-cleaner"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// Defender alert K8S.NODE_DownloadAndRunCombo: a file is downloaded and run. What a container runs belongs into
// its image, where it was scanned and has a digest.
#include "posture/check.h"
#include "posture/commands.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  for_each_command(container, [&](std::string_view text, auto&& path) {
    if (!runs_download(text)) return;
    report.broken(path(), "the command runs what it downloads")
        .no_fix("the program must be put into the image first");
  });
}

}  // namespace

extern const Check download_and_run;
const Check download_and_run{
    .about =
        {.id = "download-and-run",
         .aliases = {},
         .chapter = finding::Chapter::threat_protection,
         .severity = finding::Severity::medium,
         .title = "Containers run what is in their image",
         .effect = "Whoever rules the address rules the container, at each start anew, past the image's scan "
                   "and digest; Defender raises the alert of an intruder.",
         .remedy = "Put the program into the image.",
         .sources = {{"Defender for Cloud: container alerts",
                      "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"},
                     {"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

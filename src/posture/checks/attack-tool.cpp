// Defender alerts K8S_PenTestToolsKubeHunter, K8S_MaliciousContainerImage, K8S.NODE_DigitalCurrencyMining,
// K8S.NODE_ReverseShell: tools of attackers, by the name of the image or what it is told to do.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"
#include "posture/commands.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

struct Tool {
  std::string_view image;  // last part of the repository
  std::string_view purpose;
};
constexpr std::string_view mining = "mines digital currency";
constexpr std::string_view testing = "is a tool for attacks";
constexpr std::array tools{
    Tool{"xmrig", mining},         Tool{"xmr-stak", mining},
    Tool{"cpuminer", mining},      Tool{"cpuminer-opt", mining},
    Tool{"minerd", mining},        Tool{"ccminer", mining},
    Tool{"monero-miner", mining},  Tool{"kube-hunter", testing},
    Tool{"peirates", testing},     Tool{"kubesploit", testing},
    Tool{"deepce", testing},       Tool{"metasploit-framework", testing},
    Tool{"kali-rolling", testing}, Tool{"kali-last-release", testing},
};

void run(const ContainerView& container, Reporter& report) {
  constexpr std::string_view no_fix = "the workload must be examined, not mended";
  const std::string_view repository = parse_image(container.container.image).repository;
  const std::string_view last = repository.substr(repository.rfind('/') + 1);
  const auto tool = std::find_if(tools.begin(), tools.end(), [&](const Tool& each) { return each.image == last; });
  if (tool != tools.end()) {
    report.broken(container.path("image"), fmt::format("\"{}\" {}", tool->image, tool->purpose)).no_fix(no_fix);
    return;
  }
  for_each_command(container, [&](std::string_view text, auto&& path) {
    if (text.find("stratum+tcp://") != std::string_view::npos ||
        text.find("stratum+ssl://") != std::string_view::npos) {
      report.broken(path(), "the command mines digital currency").no_fix(no_fix);
    } else if (is_reverse_shell(text)) {
      report.broken(path(), "the command hands a shell to another host").no_fix(no_fix);
    }
  });
}

}  // namespace

extern const Check attack_tool;
const Check attack_tool{
    .about = {.id = "attack-tool",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::high,
              .title = "No workload is a tool of attackers",
              .effect = "The cluster's computers work for somebody else, or somebody tries their way out of the "
                        "container.",
              .remedy =
                  "Find out who put it there, and remove it; run penetration tests in a cluster of their own.",
              .sources = {{"Defender for Cloud: container alerts",
                           "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"},
                          {"MITRE ATT&CK for Containers",
                           "https://attack.mitre.org/matrices/enterprise/containers/"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"},
                           {finding::Framework::mitre, "T1496"},
                           {finding::Framework::mitre, "T1610"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

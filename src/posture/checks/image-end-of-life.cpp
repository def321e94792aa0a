// Releases whose makers have ended their support; the dates are theirs.
#include <fmt/format.h>

#include <array>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

// Ends of support, as their makers announced them.
struct Release {
  std::string_view repository, version, product, end;
};
constexpr std::array ended{
    Release{"dotnet/runtime-deps", "6.0", ".NET", "2024-11-12"},
    Release{"dotnet/runtime", "6.0", ".NET", "2024-11-12"},
    Release{"dotnet/aspnet", "6.0", ".NET", "2024-11-12"},
    Release{"dotnet/sdk", "6.0", ".NET", "2024-11-12"},
    Release{"dotnet/runtime", "7.0", ".NET", "2024-05-14"},
    Release{"dotnet/aspnet", "7.0", ".NET", "2024-05-14"},
    Release{"node", "14", "Node.js", "2023-04-30"},
    Release{"node", "16", "Node.js", "2023-09-11"},
    Release{"node", "18", "Node.js", "2025-04-30"},
    Release{"python", "3.7", "Python", "2023-06-27"},
    Release{"python", "3.8", "Python", "2024-10-07"},
    Release{"python", "2.7", "Python", "2020-01-01"},
    Release{"ubuntu", "18.04", "Ubuntu", "2023-05-31"},
    Release{"ubuntu", "16.04", "Ubuntu", "2021-04-30"},
    Release{"debian", "9", "Debian", "2022-06-30"},
    Release{"debian", "10", "Debian", "2024-06-30"},
    Release{"centos", "7", "CentOS", "2024-06-30"},
    Release{"centos", "8", "CentOS", "2021-12-31"},
    Release{"postgres", "11", "PostgreSQL", "2023-11-09"},
    Release{"postgres", "12", "PostgreSQL", "2024-11-21"},
    Release{"mysql", "5.7", "MySQL", "2023-10-31"},
    Release{"php", "7.4", "PHP", "2022-11-28"},
    Release{"alpine", "3.15", "Alpine Linux", "2023-11-01"},
    Release{"alpine", "3.16", "Alpine Linux", "2024-05-23"},
};

// "18", "18.1", "18-alpine" are of 18; "180" is not.
bool is_of(std::string_view tag, std::string_view version) {
  if (!tag.starts_with(version)) return false;
  return tag.size() == version.size() || tag[version.size()] == '.' || tag[version.size()] == '-';
}

void run(const ContainerView& container, Reporter& report) {
  const ImageReference image = parse_image(container.container.image);
  if (image.tag.empty()) return;
  for (const Release& release : ended) {
    if (!image.repository.ends_with(release.repository) || !is_of(image.tag, release.version)) continue;
    const std::size_t before = image.repository.size() - release.repository.size();
    if (before > 0 && image.repository[before - 1] != '/') continue;
    report
        .broken(container.path("image"),
                fmt::format("{} {} has had no fixes since {}", release.product, release.version, release.end))
        .no_fix("a move to another release must be tested");
    return;
  }
}

}  // namespace

extern const Check image_end_of_life;
const Check image_end_of_life{
    .about =
        {.id = "image-end-of-life",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::medium,
         .title = "Images are of releases that still get fixes",
         .effect = "The release gets no more security fixes: every flaw found from now on stays.",
         .remedy = "Move to a supported release.",
         .sources = {{"AKS: image management",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-container-image-management"}},
         .mappings = {{finding::Framework::guide, "Container image management"},
                      {finding::Framework::defender,
                       "Running container images should have vulnerability findings resolved"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

#include "upgrade/version_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/version_skew.h"

namespace bulwark::upgrade {

namespace {

std::string text(kube::Minor version) { return fmt::format("{}.{}", version.major, version.number); }

std::optional<kube::Minor> minor_of(const std::string& version) {
  const auto parsed = kube::Version::parse(version);
  return parsed ? std::optional(parsed->minor()) : std::nullopt;
}

}  // namespace

std::vector<VersionProblem> version_problems(std::optional<kube::Minor> server, std::span<const NodePool> pools,
                                             const RolloutOptions& options) {
  std::vector<VersionProblem> problems;
  const std::optional<kube::Minor> target = minor_of(options.version);
  if (!options.control_plane || !target) return problems;
  std::optional<kube::Minor> from = server;
  for (const NodePool& pool : pools) {
    if (const auto version = minor_of(pool.version); !server && version)
      from = std::max(from.value_or(*version), *version);
  }
  if (server && *target < *server) {
    problems.push_back(
        {{}, fmt::format("the control plane runs {}, and is not taken back to {}", text(*server), text(*target))});
  } else if (from && target->number > from->number + 1) {
    problems.push_back(
        {{},
         fmt::format(
             "from {} to {} the control plane would go over minor versions: an upgrade takes one after the "
             "other, unless it leaves a version of long-term support, or one without support (AKS)",
             text(*from), text(*target)),
         false});
  }
  for (const NodePool& pool : pools) {
    const auto version = minor_of(pool.version);
    if (!version) continue;
    if (*target < *version) {
      problems.push_back(
          {pool.name,
           fmt::format("its nodes run {}, and no kubelet may be newer than the API server", text(*version))});
    } else if (target->number - version->number > kube::allowed_skew(*version)) {
      problems.push_back(
          {pool.name, fmt::format("its nodes run {}: with an API server of {} that is more than {} minor versions "
                                  "apart; they have to be upgraded before the control plane",
                                  text(*version), text(*target), kube::allowed_skew(*version))});
    }
  }
  return problems;
}

}  // namespace bulwark::upgrade

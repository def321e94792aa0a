// The flags of `bulwark drain`: those of `kubectl drain`, with its meanings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/command.h"
#include "kube/selector.h"
#include "upgrade/drain_options.h"

namespace bulwark::cli {

enum class DryRun : std::uint8_t {
  none,
  client,  // the verdict alone
  server,  // and what the server says to a dry run of each eviction
};

struct DrainRequest {
  std::vector<std::string> nodes;
  std::string selector;  // -l; empty when nodes are named
  DryRun dry_run = DryRun::none;
  upgrade::DrainOptions options;
  std::optional<kube::LabelSelector> pod_selector;  // that the options point to
  base::Arena arena;                                // of its texts
  std::string pod_selector_text;
};

std::vector<Flag> drain_flags();

// Into the request, which must not be moved afterwards.
base::Result<> parse_drain(const Arguments& arguments, DrainRequest& request);

}  // namespace bulwark::cli

#pragma once

#include <vector>

#include "base/result.h"
#include "document/node.h"
#include "document/source.h"
#include "twin/assumptions.h"
#include "upgrade/node_pools.h"

namespace bulwark::rehearsal {

// What a file tells a rehearsal: how long things take, and how the cloud upgrades its pools.
struct AssumptionsFile {
  twin::Assumptions assumptions;
  std::vector<upgrade::NodePool> pools;
};

// Reads bulwark.dev/v1, RehearsalAssumptions (docs/reference/rehearsal.md). Errors have the place in the source.
base::Result<AssumptionsFile> read_assumptions(const document::Node& root, const document::Source& source);

}  // namespace bulwark::rehearsal

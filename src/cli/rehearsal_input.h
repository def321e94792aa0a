#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "rehearsal/assumptions_file.h"
#include "twin/model.h"

namespace bulwark::cli {

// --cluster, --snapshot and what else says which cluster a twin is made of.
std::vector<Flag> twin_flags();

struct TwinInput {
  std::shared_ptr<const twin::Model> model;
  std::vector<upgrade::NodePool> pools;  // as the assumptions' file has them
  std::string name;                      // of the cluster, for reports
  std::vector<base::Error> errors;       // what could not be read
};

// Reads the cluster that the arguments name, with what --what-if changes in it and what --assumptions supposes.
base::Result<TwinInput> read_twin(const Arguments& arguments);

}  // namespace bulwark::cli

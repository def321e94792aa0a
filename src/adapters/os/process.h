#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bulwark::adapters {

struct Output {
  int status = 0;  // exit status; 128 + signal when it was ended by one
  std::string out;
  std::string err;
};

// Where a program lies on PATH; empty when it is not there.
std::string find_program(const std::string& name);

// Runs a program without a shell and waits for its end. Error: it cannot be started.
base::Result<Output> run_program(const std::vector<std::string>& arguments);

}  // namespace bulwark::adapters

#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bulwark::adapters {

struct PluginCall {
  std::vector<std::string> arguments;  // the program first; without a slash it is found on PATH
  std::vector<std::pair<std::string, std::string>> variables;  // on top of this process' environment
  bool interactive = false;  // gets this process' input and error output, and stays in its process group
  std::chrono::milliseconds limit{60'000};
  const std::atomic<bool>* interrupted = nullptr;  // ends the wait when it becomes true
};

struct PluginOutcome {
  bool missing = false;      // no such program
  bool timed_out = false;    // it was killed, with all that it had started
  bool interrupted = false;  // the same, for PluginCall::interrupted
  int status = 0;            // exit status; 128 + signal when it was ended by one
  std::string out, err;      // at most 1 MiB each; err is empty when interactive
};

// Runs a credential plugin and waits for its end. Error: it cannot be started for want of resources.
base::Result<PluginOutcome> run_plugin(const PluginCall& call);

}  // namespace bulwark::adapters

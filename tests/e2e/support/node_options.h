// The flags by which a command line describes played nodes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "e2e/support/node_player.h"

namespace CLI {
class App;
}

namespace bulwark::e2e {

struct NodeFlags {
  std::size_t count = 0;
  std::string prefix = "node";
  NodeShape shape;
  std::vector<std::string> labels, taints, capacity;            // KEY=VALUE, KEY=VALUE:EFFECT, RESOURCE=QUANTITY
  double start_delay = 1, stop_delay = -1, renew_interval = 0;  // seconds

  void add_to(CLI::App& app);
  // Error: a label, taint or resource that is not written so.
  base::Result<NodePlayerOptions> options() const;
};

}  // namespace bulwark::e2e

// A rehearsal that runs on both clusters, from a file: a first document that says what is done, then the objects.
//
//   do:
//     nodes:                     # each with cpu 4, memory 8Gi and 110 pods, and what it has otherwise
//       n1: {cpu: "2", labels: {disk: fast}, taints: [{key: k, value: v, effect: NoSchedule}]}
//       n2: {}
//     before: [{crash: web}, {cordon: n2}, {delete: DaemonSet/agent}, {terminate: true}]
//     drain: [n1, n2]            # one after the other; each is uncordoned again when it is empty
//     options: {timeout: 2000, force: true, ...}
//     rollout: {version: 1.20.5, max-surge: "1", ...}
//   expect: [texts that the story must have]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "e2e/rehearsal/api_objects.h"
#include "e2e/support/node_shape.h"
#include "upgrade/drain_options.h"
#include "upgrade/node_pools.h"

namespace bulwark::e2e {

struct Manifest {
  std::string api_version, kind, name, json;
};

// Done once the cluster is at rest, before it is looked at: {"crash", "web"}.
struct Preparation {
  std::string what, subject;
};

struct Scenario {
  std::string name;
  std::vector<NodeShape> nodes;
  std::vector<Manifest> manifests;
  std::vector<Manifest> refused;  // documents after the marker `refused: text`: the API server must not take them
  std::vector<Preparation> before;
  std::vector<std::string> drain;
  upgrade::DrainOptions options = upgrade::DrainOptions::of_upgrade();
  bool uncordons = true;
  bool budgets = true;   // whether their status is compared
  bool goes_on = false;  // to the next node, even where one could not be drained
  std::optional<upgrade::UpgradeSettings> rollout;
  std::string version;  // that the nodes get
  Figures figures;
  std::vector<std::string> expected;
};

// Error: what the file has that no scenario has.
base::Result<Scenario> read_scenario(std::string name, std::string_view text);

}  // namespace bulwark::e2e

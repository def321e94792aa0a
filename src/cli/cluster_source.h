#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "document/source.h"
#include "kube/cluster.h"
#include "posture/scanner.h"

namespace bulwark::cli {

// --cluster and what says which cluster and which part of it, with kubectl's names.
std::vector<Flag> cluster_flags();

// A living cluster, and which of its objects are asked for.
struct ClusterSource {
  std::unique_ptr<kube::Cluster> cluster;
  std::string name;        // of the context
  std::string name_space;  // -n, or the context's; empty with -A
  std::string version;     // gitVersion of the API server
  std::string selector;    // -l
};

// Connects as kubectl would. Error: the kubeconfig, or no answer of the server.
base::Result<ClusterSource> open_cluster(const Arguments& arguments);

// Reads all objects and judges them. Kinds that cannot be read become part of the Snapshot object that is judged
// last. `index` is the place of the cluster's own source, which has no text.
base::Result<> scan_cluster(ClusterSource& source, posture::Scanner& scanner, std::uint32_t index);

}  // namespace bulwark::cli

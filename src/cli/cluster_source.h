#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "document/source.h"
#include "kube/cluster.h"
#include "kube/snapshot.h"
#include "posture/scanner.h"

namespace bulwark::cli {

// --cluster and what says which cluster and which part of it, with kubectl's names.
std::vector<Flag> cluster_flags();

// A living cluster, and which of its objects are asked for.
struct ClusterSource {
  std::unique_ptr<kube::Cluster> cluster;
  std::string name;        // of the context
  std::string place;       // context and server, for messages
  std::string name_space;  // -n, or the context's; empty with -A
  std::string version;     // gitVersion of the API server
};

// Connects as kubectl would. Error: the kubeconfig, or no answer of the server.
base::Result<ClusterSource> open_cluster(const Arguments& arguments);

// Receives all objects that the chapters read, kind by kind.
class ClusterSink {
 public:
  virtual ~ClusterSink() = default;
  virtual void begin_kind() = 0;
  // The list of this kind begins again: forget what came of it.
  virtual void restart_kind() = 0;
  virtual void on_object(const document::Node& object, std::string_view json) = 0;
};

// What the cluster tells besides its objects; `spec` points into the rest.
struct ClusterFacts {
  kube::SnapshotSpec spec;
  std::vector<kube::UnreadableKind> unreadable;
  std::vector<kube::DeprecatedRequest> requests;
  std::list<std::string> texts;
};

// Reads all kinds, with progress on standard error. Kinds that cannot be read are among the facts; error: not one
// could be read.
base::Result<ClusterFacts> read_cluster(ClusterSource& source, ClusterSink& sink);

// Reads all objects and judges them, and what the cluster tells besides as a Snapshot. `index` is the place of the
// cluster's own source, which has no text.
base::Result<> scan_cluster(ClusterSource& source, posture::Scanner& scanner, std::uint32_t index);

}  // namespace bulwark::cli

#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/cluster_facts.h"
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
  // What the API server showed to the last connection, as PEM; empty without TLS.
  std::function<std::string()> server_certificate = [] { return std::string(); };
  Certificates certificates;  // of the objects that were read
};

// How a command wants to talk to its cluster.
struct ClusterHabits {
  // Where warnings and retries are told; they go around the progress bar.
  std::function<void(const std::string&)> notice;
  const std::atomic<bool>* interrupted = nullptr;  // true: every call ends at once
};

// Connects as kubectl would. Error: the kubeconfig, or no answer of the server.
base::Result<ClusterSource> open_cluster(const Arguments& arguments, const ClusterHabits& habits = {});

// Receives all objects that the chapters read, kind by kind.
class ClusterSink {
 public:
  virtual ~ClusterSink() = default;
  virtual void begin_kind() = 0;
  // The list of this kind begins again: forget what came of it.
  virtual void restart_kind() = 0;
  virtual void on_object(const document::Node& object, std::string_view json) = 0;
};

// What the cluster tells besides its objects; `spec` points into the rest, and into the source's certificates.
struct ClusterFacts {
  kube::SnapshotSpec spec;
  std::vector<kube::UnreadableKind> unreadable;
  std::vector<kube::DeprecatedRequest> requests;
  std::vector<kube::CertificateFact> certificates;
  std::list<std::string> texts;

  void add_unreadable(std::string api_version, std::string kind, std::string reason);
};

// A warning of the client on standard error; words of a server or a plugin may be in it.
void warn_of_cluster(const std::string& text);
// Why a call failed, for a report about this very cluster, which need not name it.
std::string reason_of(const ClusterSource& source, kube::Status status);
base::Error nothing_readable(const ClusterSource& source, std::string_view reason);

// The kinds that the chapters read and the server has. Those of groups that do not answer become unreadable: they
// are as little clean as those that may not be read.
base::Result<std::vector<kube::Resource>> kinds_of(ClusterSource& source, ClusterFacts& facts);
// What is asked of a kind; nullopt: nothing. Of what belongs to no namespace, with -n the namespace itself alone.
std::optional<kube::Query> query_for(const ClusterSource& source, const kube::Resource& resource);
// Asks for what is no object, and fills the spec.
void complete_facts(ClusterSource& source, ClusterFacts& facts);
// The Snapshot that tells the facts.
void with_snapshot(const ClusterSource& source, const ClusterFacts& facts,
                   const std::function<void(const document::Node&)>& use);

// Reads all kinds, with progress on standard error. Kinds that cannot be read are among the facts; error: not one
// could be read.
base::Result<ClusterFacts> read_cluster(ClusterSource& source, ClusterSink& sink);

// Reads all objects and judges them, and what the cluster tells besides as a Snapshot. `index` is the place of the
// cluster's own source, which has no text.
base::Result<> scan_cluster(ClusterSource& source, posture::Scanner& scanner, std::uint32_t index);

}  // namespace bulwark::cli

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/values.h"

namespace bulwark::kube {

// A kind that could not be read.
struct UnreadableKind {
  std::string_view api_version, kind;
  std::string_view reason;  // in the server's words
};

// A deprecated API that somebody asked for since the API server started, and the release that removes it
// (apiserver_requested_deprecated_apis).
struct DeprecatedRequest {
  std::string_view group, version, resource, removed_release;
};

// A certificate that the cluster depends on, with times as RFC 3339 has them. Of a bundle it is the one that is
// valid longest, for one is enough.
inline constexpr std::string_view api_server_use = "API server";
struct CertificateFact {
  std::string_view use;         // api_server_use, or "caBundle"
  std::string_view kind, name;  // of the object that has it; empty for the API server's
  std::string_view webhook;     // in a webhook configuration
  std::string_view subject, not_before, not_after;
  std::string_view problem;  // why it cannot be read; the other facts are then empty
};

struct SnapshotSpec {
  std::string_view server_version;  // gitVersion
  std::string_view taken_at;        // RFC 3339
  std::string_view name_space;      // nothing else was read; empty: all of the cluster
  std::string_view redaction;       // what was left out of the objects: none, default or strict
  std::span<const UnreadableKind> unreadable;
  std::span<const DeprecatedRequest> deprecated_requests;
  std::span<const CertificateFact> certificates;
  OptionalBool metrics;  // the API server's metrics could be read
};

// What a living cluster tells besides its objects, as an object of its own (bulwark.dev/v1, Snapshot): the first
// item of a snapshot file, and made in passing when the cluster itself is scanned.
struct Snapshot {
  SnapshotSpec spec;
};

// The samples of apiserver_requested_deprecated_apis in the Prometheus text of /metrics whose value is not 0,
// sorted; views into the text.
std::vector<DeprecatedRequest> parse_deprecated_requests(std::string_view metrics);

// A Snapshot as JSON.
std::string snapshot_json(std::string_view name, const SnapshotSpec& spec);

}  // namespace bulwark::kube

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/version.h"

namespace bulwark::kube {

// When a version of an API came, was deprecated and went: one row of data/api-lifecycle.csv, whose head names the
// sources. A removal after kLatest is a plan that may still move.
struct ApiLifecycle {
  GroupVersion group_version;
  std::string_view kind;
  Minor introduced;
  std::optional<Minor> deprecated;
  std::optional<Minor> removed;  // the first release that no longer serves it
  std::optional<GroupVersion> replacement;
  std::string_view replacement_kind;
  std::string_view source;  // where the row is from

  // Deprecated or removed in that release; a removed API was deprecated.
  bool is_deprecated_in(Minor release) const {
    return is_removed_in(release) || (deprecated && release >= *deprecated);
  }
  bool is_removed_in(Minor release) const { return removed && release >= *removed; }
  // Introduced and not removed: the API server knows it. Alpha and newer beta APIs may still be switched off.
  bool exists_in(Minor release) const { return release >= introduced && !is_removed_in(release); }
};

// All rows, sorted by group, version and kind. Read once, at the first call; safe for several threads.
std::span<const ApiLifecycle> api_lifecycles();

// The row of an API; null for what is not Kubernetes' own (custom resources) or not known. The core group is "".
const ApiLifecycle* find_api_lifecycle(std::string_view group, std::string_view version, std::string_view kind);

// The API to move to on the way to `release`: the end of the chain of replacements, as far as that release serves
// them. Null when there is none.
const ApiLifecycle* find_replacement(const ApiLifecycle& api, Minor release);

// Reads the table from its text, which must outlive it. Errors carry the line.
base::Result<std::vector<ApiLifecycle>> parse_api_lifecycles(std::string_view csv);

}  // namespace bulwark::kube

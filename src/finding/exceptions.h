#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/node.h"
#include "document/source.h"
#include "finding/date.h"
#include "finding/finding.h"

namespace bulwark::finding {

// A decision to live with a finding: which, on what, who answers for it, why, and until when.
//
// In a file (apiVersion: bulwark.dev/v1, kind: Exceptions) each item of `exceptions` has
//   check    id, alias or pattern (host-*); required
//   objects  kind, namespace, name: patterns with * and ?; what is left out matches all
//   owner    who answers for it; required
//   reason   why; required
//   expires  YYYY-MM-DD, the last day on which it holds; without it, it never ends
// On an object, the annotation bulwark.dev/ignore has entries on lines of their own or between semicolons:
//   host-network until 2027-01-31: reads the node's counters
struct Exception {
  std::string check;
  std::string kind, name_space, name;
  std::string owner, reason;
  std::optional<Date> expires;
  std::uint32_t item = 0;  // its place in the file's list, or in the annotation

  bool covers(const Finding& finding) const;
  bool is_expired(const Date& today) const { return expires && *expires < today; }
};

inline constexpr std::string_view ignore_annotation = "bulwark.dev/ignore";

// Exceptions of one file. Errors have the line and column.
base::Result<std::vector<Exception>> read_exceptions(const document::Node& root, const document::Source& source);

// Entries of an annotation; one that cannot be read has an empty check, and its text as the reason.
std::vector<Exception> parse_annotation(std::string_view text);

// What the bookkeeping of exceptions itself finds.
extern const Descriptor exception_expired;
extern const Descriptor exception_unused;

}  // namespace bulwark::finding

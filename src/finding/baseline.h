#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "document/node.h"
#include "document/source.h"
#include "finding/finding.h"

namespace bulwark::finding {

// What makes a finding the same in a later scan, though its line has moved: check, object and field.
std::string fingerprint(const Finding& finding);

// Findings that were there before and are not to be counted again.
class Baseline {
 public:
  void add(const Finding& finding) { known_.insert(fingerprint(finding)); }
  bool contains(const Finding& finding) const { return !known_.empty() && known_.contains(fingerprint(finding)); }

  // {"schema": "bulwark.dev/baseline/v1", "findings": ["<fingerprint>", ...]}, sorted.
  std::string to_json() const;
  static base::Result<Baseline> read(const document::Node& root, const document::Source& source);

 private:
  std::unordered_set<std::string> known_;
};

}  // namespace bulwark::finding

#pragma once

#include <vector>

#include "base/for_each.h"
#include "document/reader.h"
#include "document/source.h"
#include "finding/finding.h"
#include "posture/reporter.h"

namespace bulwark::posture {

// A finding that was made when its document was gone, and points at the object until that is read again.
struct Unplaced {
  finding::Finding* finding = nullptr;
  const ClusterReporter::Pending* pending = nullptr;  // with the way to the field
};

// Adds the findings that the reporter could not place itself. They point into the collection and the reporter.
void collect_unplaced(finding::Collection& findings, ClusterReporter& reporter, std::vector<Unplaced>& into);

// Reads the documents of these findings again, each once, and lets the findings point at their fields.
void place(std::vector<Unplaced>& unplaced, const std::vector<const document::Source*>& sources,
           const document::Limits& limits, const base::ForEach& for_each);

}  // namespace bulwark::posture

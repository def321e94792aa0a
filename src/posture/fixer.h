#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "document/reader.h"
#include "document/source.h"
#include "posture/scan.h"

namespace bulwark::posture {

// A finding and what became of it.
struct FixOutcome {
  const finding::Finding* finding = nullptr;
  bool fixed = false;
  std::string reason;  // why not, when it was not
  // The fields of the object that its edits changed, as paths in text ("spec.template.spec.hostNetwork"); of a
  // list that lost or gained an item the list's. Empty when another fix mended it along.
  std::vector<std::string> changed;
};

// What fixing gave for one source.
struct FixedSource {
  std::uint32_t source = 0;
  std::string text;  // the whole new text
};

struct Fixes {
  std::vector<FixedSource> sources;  // only those that changed, in order
  std::vector<FixOutcome> outcomes;  // one for each broken finding that no exception covers, in the scan's order
};

// Mends what can be mended in the scanned sources. Each fix is proved before it is kept: the text of the object
// with the edits made is read and judged again; the finding must be gone, and no finding may be there that was not
// before. Then all objects are judged together once more, and what brought a finding elsewhere is undone.
//
// The result is a fixed point: fixing the new texts changes nothing.
Fixes fix(const Scan& scan, const Selection& selection, const std::vector<const document::Source*>& sources,
          const document::Limits& limits);

// The change that mends one finding alone, as a unified diff against its file; empty when there is none that can
// be proved on the object alone.
std::string diff_of(const finding::Finding& finding, const Scan& scan, const Selection& selection,
                    const std::vector<const document::Source*>& sources, const document::Limits& limits);

}  // namespace bulwark::posture

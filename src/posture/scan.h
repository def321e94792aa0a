#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/for_each.h"
#include "finding/exceptions.h"
#include "posture/scanner.h"

namespace bulwark::posture {

// What a whole scan gave.
struct Scan {
  std::vector<Part> parts;
  std::vector<finding::Collection> cluster_findings;  // one for each rule over the inventory
  finding::Collection exception_findings;
  kube::Inventory inventory;
  // All, in the order of sources, offsets and checks; those that an exception covers are marked.
  std::vector<finding::Finding*> findings;
  std::vector<ScanError> errors;  // in the same order
  Tally tally;
  Counts counts;
  // Edits of the findings that were made by looking at everything; filled when asked for.
  std::vector<std::pair<const finding::Finding*, Edits>> cluster_edits;
};

// The exceptions in force, besides those in annotations.
struct Exceptions {
  std::vector<finding::Exception> list;
  const kube::Object* file =
      nullptr;  // stands for the exceptions file in findings about it; needed when list is not empty
  finding::Date today;
};

// Joins the parts, runs the checks that need to see everything, applies exceptions, and puts all in order.
// `sources` is what the objects' origins point into; `for_each` brings threads, if there are any.
Scan finish(std::vector<Part> parts, const Selection& selection,
            const std::vector<const document::Source*>& sources, const document::Limits& limits,
            const Exceptions& exceptions = {}, const base::ForEach& for_each = base::in_order);

// The second half of finish, for whoever keeps objects in another way: `scan` has counts, tally and errors of what
// was judged object by object, `lists` the findings of that, each in the order of the report; `objects` are all,
// in the order of the input.
void see_together(Scan& scan, std::span<const kube::Object* const> objects,
                  std::vector<std::vector<finding::Finding*>> lists, const Selection& selection,
                  const std::vector<const document::Source*>& sources, const document::Limits& limits,
                  const Exceptions& exceptions = {}, const base::ForEach& for_each = base::in_order);

}  // namespace bulwark::posture

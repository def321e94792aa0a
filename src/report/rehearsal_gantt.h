// The timeline of a rehearsal as rows of bars for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/rehearsal.h"

namespace bulwark::report {

struct GanttLook {
  bool colour = false, unicode = false;
  std::size_t width = 100;     // columns of a line, 60 at least
  std::size_t most_rows = 40;  // nodes that went alike are folded until no more are left, or one for each pool
};

// One row: a node, or several.
struct GanttRow {
  std::string_view node;  // of several the one that started first
  std::size_t nodes = 1;
  bool is_surge = false;
  // What shows most in each column of time; nothing: 0, else 1 + NodeStage.
  std::vector<unsigned char> cells;
};

struct GanttPool {
  std::string_view pool;
  std::vector<GanttRow> rows;  // by their start
};

// Rows with `columns` columns of time each, pools in the order in which they came. Folds, first what looks the
// same, then what went one after the other, until there are at most `most_rows` (but a row for each pool, and one
// for what stopped or was quarantined, stay).
std::vector<GanttPool> gantt_rows(const rehearsal::Rehearsal& rehearsal, std::size_t columns,
                                  std::size_t most_rows);

// The time between two marks of an axis of so many columns, a round one, so that marks are `apart` columns apart.
rehearsal::Duration axis_step(rehearsal::Duration length, std::size_t columns, std::size_t apart);

// Lines with their ends: axis, pools, rows, legend. Empty without a timeline.
std::string gantt_text(const rehearsal::Rehearsal& rehearsal, const GanttLook& look);

}  // namespace bulwark::report

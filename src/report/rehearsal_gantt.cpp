#include "report/rehearsal_gantt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <unordered_map>

#include "report/escape.h"
#include "report/palette.h"
#include "report/rehearsal_words.h"
#include "report/text_table.h"

namespace bulwark::report {

namespace {

using rehearsal::Duration;
using rehearsal::NodeSpan;
using rehearsal::NodeStage;
using rehearsal::NodeTimeline;
using rehearsal::Rehearsal;

constexpr std::size_t stages = 7;
constexpr unsigned char code_of(NodeStage stage) {
  return static_cast<unsigned char>(1 + static_cast<unsigned>(stage));
}

struct Glyph {
  std::string_view letter, block, paint;
};
// By code. Blocks differ in shape too: colour alone tells nothing in black and white.
constexpr std::array<Glyph, 1 + stages> glyphs{{{" ", " ", {}},
                                                {"A", "░", cyan},
                                                {"D", "█", yellow},
                                                {"s", "─", dim},
                                                {"R", "▓", green},
                                                {"X", "▒", dim},
                                                {"Q", "◆", bold_red},
                                                {"!", "×", bold_red}}};

bool is_special(unsigned char code) {
  return code == code_of(NodeStage::quarantined) || code == code_of(NodeStage::stopped);
}

// Time of a whole timeline on so many columns.
struct Scale {
  Duration length{};
  std::size_t columns = 1;

  std::size_t column(Duration time) const {
    if (length <= Duration{}) return 0;
    const auto at = static_cast<double>(time.count()) / static_cast<double>(length.count());
    return std::min(static_cast<std::size_t>(std::max(at, 0.0) * static_cast<double>(columns)), columns - 1);
  }
  double from(std::size_t column) const {
    return static_cast<double>(length.count()) * static_cast<double>(column) / static_cast<double>(columns);
  }
};

std::vector<unsigned char> cells_of(const Rehearsal& rehearsal, const NodeTimeline& node, const Scale& scale) {
  std::vector<unsigned char> cells(scale.columns, 0);
  std::vector<double> shown(scale.columns, 0);  // how much of the column what stands there takes
  const auto begin = [&](const NodeSpan& span) { return since_start(rehearsal, span.from); };
  const auto end = [&](const NodeSpan& span) { return since_start(rehearsal, std::max(span.to, span.from)); };
  for (const NodeSpan& span : node.spans) {
    const auto from = static_cast<double>(begin(span).count()), to = static_cast<double>(end(span).count());
    for (std::size_t column = scale.column(begin(span)); column <= scale.column(end(span)); ++column) {
      const double overlap = std::min(to, scale.from(column + 1)) - std::max(from, scale.from(column));
      if (overlap <= shown[column]) continue;
      shown[column] = overlap;
      cells[column] = code_of(span.stage);
    }
  }
  // What is too short for a column of its own gets one, if its neighbour can spare it; the end of all gets it
  // anyway.
  for (const NodeSpan& span : node.spans) {
    const unsigned char code = code_of(span.stage);
    const std::size_t first = scale.column(begin(span)), last = scale.column(end(span));
    const auto from = cells.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = cells.begin() + static_cast<std::ptrdiff_t>(last) + 1;
    if (std::find(from, to, code) != to) continue;
    const auto spare = std::find_if(from, to, [&](unsigned char held) {
      return held == 0 || is_special(code) || std::count(cells.begin(), cells.end(), held) > 1;
    });
    if (spare != to) *spare = code;
  }
  return cells;
}

std::optional<std::size_t> start_of(const GanttRow& row) {
  const auto at = std::find_if(row.cells.begin(), row.cells.end(), [](unsigned char code) { return code != 0; });
  if (at == row.cells.end()) return std::nullopt;
  return static_cast<std::size_t>(at - row.cells.begin());
}

bool is_special(const GanttRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(), [](unsigned char code) { return is_special(code); });
}

// Rows as one: in each column what most of its nodes do that do anything.
GanttRow together(std::span<const GanttRow> rows) {
  GanttRow all = rows.front();
  all.nodes = 0;
  std::vector<std::array<std::size_t, 1 + stages>> counts(all.cells.size());
  for (const GanttRow& row : rows) {
    all.nodes += row.nodes;
    all.is_surge = all.is_surge && row.is_surge;
    for (std::size_t column = 0; column < counts.size(); ++column) counts[column][row.cells[column]] += row.nodes;
  }
  for (std::size_t column = 0; column < counts.size(); ++column) {
    const auto most = std::max_element(counts[column].begin() + 1, counts[column].end());
    all.cells[column] =
        *most == 0 ? static_cast<unsigned char>(0) : static_cast<unsigned char>(most - counts[column].begin());
  }
  return all;
}

// Rows that look the same as one, in the order of the first of each.
void fold_alike(std::vector<GanttRow>& rows) {
  std::vector<GanttRow> folded;
  std::unordered_map<std::string, std::size_t> known;
  for (GanttRow& row : rows) {
    std::string key(row.cells.begin(), row.cells.end());
    key += row.is_surge ? 's' : 'n';
    const auto [at, is_new] = known.try_emplace(std::move(key), folded.size());
    if (is_new) {
      folded.push_back(std::move(row));
    } else {
      folded[at->second].nodes += row.nodes;
    }
  }
  rows = std::move(folded);
}

// Where each run of rows begins that differ from its first one in at most `most` columns.
std::vector<std::size_t> runs(std::span<const GanttRow> rows, std::size_t most) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& first = starts.empty() ? rows[i].cells : rows[starts.back()].cells;
    std::size_t differ = 0;
    for (std::size_t column = 0; column < first.size(); ++column) differ += first[column] != rows[i].cells[column];
    if (starts.empty() || differ > most) starts.push_back(i);
  }
  return starts;
}

// Neighbours as one until at most `most` are left, those that differ least first.
void fold_neighbours(std::span<const GanttRow> rows, std::size_t most, std::vector<GanttRow>& folded) {
  if (rows.empty()) return;
  std::size_t low = 0, high = rows.front().cells.size();  // the least difference with which they are few enough
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (runs(rows, middle).size() <= most) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const std::vector<std::size_t> starts = runs(rows, low);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : rows.size();
    folded.push_back(together(rows.subspan(starts[i], end - starts[i])));
  }
}

// The rows of a pool as at most about `most`; what stopped or was quarantined folds with its like only.
void fold(std::vector<GanttRow>& rows, std::size_t most) {
  std::vector<GanttRow> special, plain, folded;
  for (GanttRow& row : rows) (is_special(row) ? special : plain).push_back(std::move(row));
  const std::size_t for_special = std::clamp<std::size_t>(special.size(), 1, std::max<std::size_t>(1, most / 2));
  fold_neighbours(special, for_special, folded);
  fold_neighbours(plain, most > folded.size() ? most - folded.size() : 1, folded);
  rows = std::move(folded);
}

}  // namespace

std::vector<GanttPool> gantt_rows(const Rehearsal& rehearsal, std::size_t columns, std::size_t most_rows) {
  const Scale scale{timeline_length(rehearsal), std::max<std::size_t>(columns, 1)};
  std::vector<GanttPool> pools;
  std::unordered_map<std::string_view, std::size_t> known;
  for (const NodeTimeline& node : rehearsal.timeline) {
    const auto [at, is_new] = known.try_emplace(node.pool, pools.size());
    if (is_new) pools.push_back({node.pool, {}});
    pools[at->second].rows.push_back({node.node, 1, node.is_surge, cells_of(rehearsal, node, scale)});
  }
  const auto total = [&] {
    std::size_t sum = 0;
    for (const GanttPool& pool : pools) sum += pool.rows.size();
    return sum;
  };
  for (GanttPool& pool : pools) {
    // By their start; what starts alike stays as it came.
    std::vector<std::size_t> order(pool.rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](std::size_t i) { return std::pair(start_of(pool.rows[i]).value_or(columns), i); };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<GanttRow> sorted;
    sorted.reserve(order.size());
    for (const std::size_t i : order) sorted.push_back(std::move(pool.rows[i]));
    pool.rows = std::move(sorted);
  }
  if (total() <= most_rows) return pools;
  for (GanttPool& pool : pools) fold_alike(pool.rows);
  const std::size_t alike = total();
  if (alike <= most_rows) return pools;
  for (GanttPool& pool : pools) {
    fold(pool.rows, std::max<std::size_t>(1, most_rows * pool.rows.size() / alike));
  }
  return pools;
}

Duration axis_step(Duration length, std::size_t columns, std::size_t apart) {
  using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;
  static constexpr std::array<Duration, 19> steps{seconds(1),  seconds(2), seconds(5), seconds(10), seconds(30),
                                                  minutes(1),  minutes(2), minutes(5), minutes(10), minutes(15),
                                                  minutes(30), hours(1),   hours(2),   hours(3),    hours(6),
                                                  hours(12),   hours(24),  hours(48),  hours(168)};
  const double most =
      columns == 0 ? 1.0 : std::max(1.0, static_cast<double>(columns) / static_cast<double>(apart));
  for (const Duration step : steps) {
    if (static_cast<double>(length.count()) / static_cast<double>(step.count()) <= most) return step;
  }
  Duration step = steps.back();
  while (static_cast<double>(length.count()) / static_cast<double>(step.count()) > most) step *= 2;
  return step;
}

namespace {

class GanttText {
 public:
  GanttText(const Rehearsal& rehearsal, const GanttLook& look) : rehearsal_(rehearsal), look_(look) {
    const std::size_t width = std::max<std::size_t>(look.width, 60);
    // Names get what they need, up to a third of the line.
    std::size_t widest = 12;
    for (const NodeTimeline& node : rehearsal.timeline) {
      widest = std::max(widest, display_width(visible(node.node)) + (node.is_surge ? 8 : 0));
    }
    counts_ = look.most_rows < rehearsal.timeline.size() ? 6 : 0;  // "x1000 "
    label_ = std::min(widest, width / 3 - counts_);
    columns_ = width - margin - label_ - counts_ - 2;
    pools_ = gantt_rows(rehearsal, columns_, look.most_rows);
  }

  std::string text() {
    if (pools_.empty()) return {};
    write_axis();
    for (const GanttPool& pool : pools_) {
      write_pool(pool);
      for (const GanttRow& row : pool.rows) write_row(row);
    }
    write_legend();
    return std::move(out_);
  }

 private:
  static constexpr std::size_t margin = 2;

  void paint(std::string_view code, std::string_view text) {
    const bool painted = look_.colour && !code.empty() && !text.empty();
    if (painted) out_ += code;
    out_ += text;
    if (painted) out_ += "\x1b[0m";
  }
  void end_line() {
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
  }

  void write_axis() {
    const Duration length = timeline_length(rehearsal_);
    const Duration step = axis_step(length, columns_, 10);
    const bool seconds = step % std::chrono::minutes(1) != Duration{};
    std::string times(columns_, ' '), marks = times;
    const Scale scale{length, columns_};
    for (Duration at{}; at <= length; at += step) {
      const std::size_t column = scale.column(at);
      const std::string time = offset_text(at, seconds);
      if (column + time.size() > columns_) break;
      times.replace(column, time.size(), time);
      marks[column] = '|';
    }
    for (std::string* line : {&times, &marks}) {
      line->erase(line->find_last_not_of(' ') + 1);
      out_.append(margin + counts_ + label_ + 2, ' ');
      paint(dim, *line);
      end_line();
    }
  }

  void write_pool(const GanttPool& pool) {
    std::string about;
    for (const rehearsal::PoolNeed& need : rehearsal_.pools) {
      if (need.pool != pool.pool) continue;
      if (const std::string versions = versions_text(need); !versions.empty()) about = "  " + visible(versions);
    }
    const std::size_t width = std::max<std::size_t>(look_.width, 60);
    const std::string shown = elide_end(pool.pool.empty() ? "(no pool)" : visible(pool.pool), width / 2);
    paint(bold, shown);
    paint(dim, elide_end(about, width - display_width(shown)));
    end_line();
  }

  void write_row(const GanttRow& row) {
    out_.append(margin, ' ');
    if (counts_ > 0) {
      const std::string number = row.nodes > 1 ? fmt::format("x{}", row.nodes) : "";
      paint(bold, number);
      out_.append(counts_ - std::min(counts_, number.size()), ' ');
    }
    const std::string_view mark = row.is_surge ? "surge " : "";
    const std::string shown = elide_start(visible(row.node), label_ - mark.size());
    paint(dim, mark);
    out_ += shown;
    out_.append(label_ - std::min(label_, mark.size() + display_width(shown)) + 2, ' ');
    // Cells of one stage share an escape sequence.
    for (std::size_t i = 0; i < row.cells.size();) {
      const unsigned char code = row.cells[i];
      std::string run;
      for (; i < row.cells.size() && row.cells[i] == code; ++i) {
        run += look_.unicode ? glyphs[code].block : glyphs[code].letter;
        seen_[code] = true;
      }
      paint(glyphs[code].paint, run);
    }
    end_line();
  }

  void write_legend() {
    out_.append(margin, ' ');
    std::size_t used = margin;
    for (std::size_t code = 1; code < seen_.size(); ++code) {
      if (!seen_[code]) continue;
      const std::string_view word = name(static_cast<NodeStage>(code - 1));
      if (used + word.size() + 4 > std::max<std::size_t>(look_.width, 60)) {
        end_line();
        out_.append(margin, ' ');
        used = margin;
      }
      paint(glyphs[code].paint, look_.unicode ? glyphs[code].block : glyphs[code].letter);
      out_ += ' ';
      paint(dim, word);
      out_ += "  ";
      used += word.size() + 4;
    }
    end_line();
  }

  const Rehearsal& rehearsal_;
  const GanttLook& look_;
  std::size_t label_ = 0, counts_ = 0, columns_ = 0;
  std::vector<GanttPool> pools_;
  std::array<bool, 1 + stages> seen_{};
  std::string out_;
};

}  // namespace

std::string gantt_text(const Rehearsal& rehearsal, const GanttLook& look) {
  return GanttText(rehearsal, look).text();
}

}  // namespace bulwark::report

// The report for people: the verdict, the scorecard by chapter, the worst findings in full, all findings by check.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/palette.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/text_table.h"
#include "report/wrapped.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Severity;
using finding::Verdict;

class TableWriter {
 public:
  TableWriter(const Report& report, const Look& look, const Sink& sink)
      : report_(report), look_(look), sink_(sink), width_(std::max<std::size_t>(look.width, 60)) {}

  void write() {
    write_verdict();
    if (report_.objects > 0) write_scorecard();
    const auto chosen = worst(report_, look_.details);
    for (const Finding* finding : chosen) {
      sink_("\n");
      write_detail(*finding);
    }
    if (chosen.size() < report_.findings.size()) {
      sink_("\n");
      write_by_check();
    }
    write_notes();
  }

 private:
  std::string_view code(std::string_view paint) const { return look_.colour ? paint : std::string_view{}; }
  std::string painted(std::string_view paint, std::string_view text) const {
    return look_.colour && !paint.empty() && !text.empty() ? fmt::format("{}{}\x1b[0m", paint, text)
                                                           : std::string(text);
  }

  // Words as lines of at most the terminal's width; the first begins with `label`, which is `labelled` wide, and
  // the others are indented as far. A word that is too long for a line is broken.
  void write_wrapped(std::string_view label, std::size_t labelled, std::string_view text,
                     std::string_view paint = {}) {
    std::string out;
    append_wrapped(out, width_, label, labelled, text, code(paint));
    sink_(out);
  }

  void write_verdict() {
    const Totals all = totals(report_);
    const std::string_view word = verdict(report_, all);
    const bool clean = !report_.fails && all.broken() == 0 && report_.objects > 0;
    const std::string_view paint = report_.fails ? bold_red : clean ? bold_green : bold_yellow;
    write_wrapped(painted(paint, word) + ": ", display_width(word) + 2, verdict_reason(report_, all));
    if (report_.objects > 0) sink_("\n");
  }

  void write_scorecard() {
    using Align = TextTable::Align;
    TextTable table({{"CHAPTER OF THE GUIDE", Align::left, TextTable::Elide::end},
                     {"KEPT", Align::right},
                     {"BROKEN", Align::right},
                     {"UNKNOWN", Align::right},
                     {"NOT SEEN", Align::right}});
    for (const ChapterScore& score : scorecard(report_)) {
      const auto cell = [&](Standing standing, std::string_view paint) -> TextTable::Cell {
        const std::uint64_t number = score[standing];
        if (number == 0) return {"-", code(dim)};
        return {std::to_string(number), code(paint)};
      };
      table.row({{std::string(finding::title(score.chapter))},
                 cell(Standing::kept, green),
                 cell(Standing::broken, red),
                 cell(Standing::unknown, yellow),
                 cell(Standing::not_seen, dim)});
    }
    if (!table.empty()) sink_(table.text(width_, code(dim)));
  }

  // The line that a finding points at, with a caret below.
  void write_excerpt(const Finding& finding) {
    const std::size_t gutter_room = 12;
    const Excerpt shown = excerpt(report_, finding, width_ - gutter_room);
    const std::string number = fmt::format("{:>5}", shown.line);
    const std::string gutter(number.size(), ' ');
    sink_(fmt::format("  {} {} {}\n", painted(dim, number), painted(dim, "|"), shown.text));
    sink_(fmt::format("  {} {} {}{}\n", gutter, painted(dim, "|"), std::string(shown.caret, ' '),
                      painted(colour_of(finding.severity), "^")));
  }

  // A unified diff without the names of its files, which stand above it.
  void write_diff(std::string_view diff) {
    const std::size_t room = width_ - 4;
    for (const std::string_view line : base::split(diff, '\n')) {
      if (line.empty() || line.starts_with("--- ") || line.starts_with("+++ ")) continue;
      const std::string_view paint = line.starts_with('+')   ? green
                                     : line.starts_with('-') ? red
                                     : line.starts_with('@') ? cyan
                                                             : dim;
      // A line of megabytes is cut before it is looked at.
      sink_(fmt::format("    {}\n", painted(paint, elide_end(visible(line.substr(0, 8 * room)), room))));
    }
  }

  void write_detail(const Finding& finding) {
    const std::string_view severity = finding::name(finding.severity);
    const std::string_view id = finding.check->id;
    write_wrapped(fmt::format("{}  {}  ", painted(colour_of(finding.severity), severity), painted(bold, id)),
                  severity.size() + id.size() + 4, visible(object_name(*finding.object)));
    if (has_place(finding)) {
      write_wrapped("  ", 2, visible(fmt::format("{}: {}", place(report_, finding), finding.message)));
      write_excerpt(finding);
    } else {
      const std::string_view colon = finding.field.empty() ? "" : ": ";
      write_wrapped("  ", 2, visible(fmt::format("{}{}{}", finding.field, colon, finding.message)));
    }
    if (const std::string note = origin_note(finding); !note.empty())
      write_wrapped("  change  ", 10, visible(note));
    write_wrapped("  effect  ", 10, finding.check->effect);
    write_wrapped("  fix     ", 10, finding.check->remedy);
    if (!finding.fixable) {
      if (!finding.no_fix.empty())
        write_wrapped("          ", 10, fmt::format("By hand: {}.", visible(finding.no_fix)));
      return;
    }
    if (!report_.diff) return;
    if (const auto diff = report_.diff(finding)) {
      write_diff(*diff);
    } else {
      write_wrapped("          ", 10, unproved);
    }
  }

  // The folders that all places of that table are in, with the last slash.
  std::string_view common_folder(const ByCheck& by_check) const {
    std::string_view common = file_name(report_, *by_check.groups().front().findings.front());
    for (const CheckGroup& group : by_check.groups()) {
      if (!has_place(*group.findings.front())) return {};
      const std::string_view file = file_name(report_, *group.findings.front());
      const auto differ = std::mismatch(common.begin(), common.end(), file.begin(), file.end()).first;
      common = common.substr(0, static_cast<std::size_t>(differ - common.begin()));
    }
    const std::size_t slash = common.rfind('/');
    return slash == std::string_view::npos || slash == 0 ? std::string_view{} : common.substr(0, slash + 1);
  }

  void write_by_check() {
    using Align = TextTable::Align;
    using Elide = TextTable::Elide;
    const ByCheck by_check(report_);
    const std::string_view folder = common_folder(by_check);
    TextTable table({{"SEVERITY"},
                     {"CHECK", Align::left, Elide::end},
                     {"FINDINGS", Align::right},
                     {"FIXABLE", Align::right},
                     {folder.empty() ? "FIRST AT" : "FIRST AT, IN " + elide_start(visible(folder), 40),
                      Align::left, Elide::start}});
    for (const CheckGroup& group : by_check.groups()) {
      const Finding& first = *group.findings.front();
      const bool unknown = group.broken == 0;
      table.row({{unknown ? "unknown" : std::string(finding::name(group.worst)),
                  code(unknown ? dim : colour_of(group.worst))},
                 {std::string(group.check->id)},
                 {std::to_string(unknown ? group.unknown : group.broken)},
                 {group.fixable > 0 ? std::to_string(group.fixable) : "-", code(group.fixable > 0 ? green : dim)},
                 {visible(std::string_view(place(report_, first)).substr(folder.size()))}});
    }
    sink_(table.text(width_, code(dim)));
    write_missing(by_check);
  }

  // What evidence would settle the verdicts that are unknown: one line for each.
  void write_missing(const ByCheck& by_check) {
    std::vector<std::string_view> seen;
    for (const CheckGroup& group : by_check.groups()) {
      for (const Finding* finding : group.findings) {
        if (finding->verdict != Verdict::unknown || finding->missing.empty()) continue;
        if (std::find(seen.begin(), seen.end(), finding->missing) == seen.end()) seen.push_back(finding->missing);
        if (seen.size() > 5) break;
      }
    }
    if (seen.empty()) return;
    sink_("\nTo tell what is unknown, Bulwark would need:\n");
    for (std::size_t i = 0; i < seen.size() && i < 5; ++i) write_wrapped("  - ", 4, visible(seen[i]));
    if (seen.size() > 5) sink_("  - and more; -o json has all\n");
  }

  void write_notes() {
    std::string text;
    for (const std::string& note : notes(report_)) text += note + " ";
    const Totals all = totals(report_);
    if (all.fixable > 0) {
      text += fmt::format("bulwark fix --diff shows the changes for {} of {}. ", all.fixable,
                          count(all.broken(), "finding", "findings"));
    }
    if (!report_.findings.empty()) text += "bulwark explain CHECK tells more. ";
    if (text.empty()) return;
    text.pop_back();
    sink_("\n");
    write_wrapped("", 0, text, dim);
  }

  const Report& report_;
  const Look& look_;
  const Sink& sink_;
  std::size_t width_;
};

}  // namespace

void write_table(const Report& report, const Look& look, const Sink& sink) {
  TableWriter(report, look, sink).write();
}

}  // namespace bulwark::report

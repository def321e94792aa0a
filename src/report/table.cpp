// The report for people: the verdict, the scorecard by chapter, the worst findings in full, all findings by check.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "report/report.h"
#include "report/text_table.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Severity;
using finding::Verdict;

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view blue = "\x1b[34m";
constexpr std::string_view bold_red = "\x1b[1;31m";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return bold_red;
    case Severity::high:
      return red;
    case Severity::medium:
      return yellow;
    case Severity::low:
      return blue;
  }
  return {};
}

class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}
  std::string_view code(std::string_view paint) const { return colour_ ? paint : std::string_view{}; }
  std::string operator()(std::string_view paint, std::string_view text) const {
    return colour_ ? fmt::format("{}{}\x1b[0m", paint, text) : std::string(text);
  }

 private:
  bool colour_;
};

std::string count(std::uint64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

// Shows control characters of foreign text as they are named, so that a manifest cannot steer the terminal.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\t') {
      out += ' ';
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string verdict_line(const Report& report) {
  std::array<std::uint64_t, 4> by_severity{};
  std::uint64_t unknown = 0;
  for (const Finding* finding : report.findings) {
    if (finding->verdict == Verdict::unknown) {
      ++unknown;
    } else {
      ++by_severity[static_cast<std::size_t>(finding->severity)];
    }
  }
  std::string parts;
  for (std::size_t i = by_severity.size(); i-- > 0;) {
    if (by_severity[i] == 0) continue;
    if (!parts.empty()) parts += ", ";
    parts += fmt::format("{} {}", by_severity[i], finding::name(static_cast<Severity>(i)));
  }
  const std::string of =
      fmt::format("{} in {}", count(report.objects, "object", "objects"), count(report.files, "file", "files"));
  const std::string open = unknown == 0 ? "" : fmt::format("; {} cannot be told", unknown);
  if (report.objects == 0)
    return fmt::format("Nothing was judged: no Kubernetes object in {}", count(report.files, "file", "files"));
  if (parts.empty()) return fmt::format("Clean: no practice is broken ({}){}", of, open);
  return fmt::format("{}: {} ({}){}", report.fails ? "Fails" : "Passes with findings", parts, of, open);
}

void write_scorecard(const Report& report, const Painter& paint, const Sink& sink) {
  using Align = TextTable::Align;
  TextTable table({{"CHAPTER OF THE GUIDE"},
                   {"KEPT", Align::right},
                   {"BROKEN", Align::right},
                   {"UNKNOWN", Align::right},
                   {"NOT SEEN", Align::right}});
  for (const finding::Chapter chapter : finding::all_chapters) {
    std::uint64_t kept = 0, broken = 0, unknown = 0, unseen = 0;
    for (const Practice& practice : report.practices) {
      if (practice.check->chapter != chapter) continue;
      if (practice.broken > 0) {
        ++broken;
      } else if (practice.unknown > 0) {
        ++unknown;
      } else if (practice.judged > 0) {
        ++kept;
      } else {
        ++unseen;
      }
    }
    if (kept + broken + unknown + unseen == 0) continue;
    table.row({{std::string(finding::title(chapter))},
               {std::to_string(kept), paint.code(kept > 0 ? green : dim)},
               {std::to_string(broken), paint.code(broken > 0 ? red : dim)},
               {std::to_string(unknown), paint.code(unknown > 0 ? yellow : dim)},
               {std::to_string(unseen), paint.code(dim)}});
  }
  sink(table.text());
}

// The line that a finding points at, with a caret below; of a long line, the part around the place.
std::string excerpt(const Report& report, const Finding& finding, const Look& look, const Painter& paint) {
  const document::Source& source = *report.sources[finding.object->origin.source];
  const document::Position at = source.position(finding.offset);
  std::string_view line = source.line(at.line);
  const std::size_t room = std::max<std::size_t>(look.width, 40) - 12;
  // Offsets within the line, in bytes; a very long line is cut around the place before it is looked at.
  const auto into = static_cast<std::size_t>(source.text().data() + finding.offset - line.data());
  std::size_t caret = std::min(into, line.size());
  std::string head;
  if (caret > room - 10) {
    std::size_t from = caret - room / 2;
    while (from < caret && (static_cast<unsigned char>(line[from]) & 0xC0) == 0x80) ++from;
    line.remove_prefix(from);
    caret -= from;
    head = "...";
  }
  const std::string before = head + printable(line.substr(0, caret));
  const std::string whole = elide_end(head + printable(line.substr(0, 4 * room)), room);
  const std::string number = std::to_string(at.line);
  const std::string gutter(number.size(), ' ');
  return fmt::format("    {} {} {}\n    {} {} {}{}\n", paint(dim, number), paint(dim, "|"), whole, gutter,
                     paint(dim, "|"), std::string(display_width(before), ' '), paint(green, "^"));
}

void write_wrapped(const Sink& sink, std::string_view label, std::string_view text, std::size_t width) {
  std::string line = fmt::format("  {}", label);
  const std::string indent(line.size(), ' ');
  const std::size_t empty = indent.size();
  for (const std::string_view word : base::split(text, ' ')) {
    if (line.size() > empty && line.size() + 1 + word.size() > width) {
      sink(line + "\n");
      line = indent;
    }
    if (line.back() != ' ') line += ' ';
    line += word;
  }
  sink(line + "\n");
}

std::string painted_diff(std::string_view diff, const Painter& paint) {
  std::string out;
  for (const std::string_view line : base::split(diff, '\n')) {
    if (line.starts_with("---") || line.starts_with("+++")) continue;
    std::string_view code = dim;
    if (line.starts_with('+')) code = green;
    if (line.starts_with('-')) code = red;
    out += fmt::format("    {}\n", line.starts_with(' ') ? printable(line) : paint(code, printable(line)));
  }
  return out;
}

void write_detail(const Report& report, const Finding& finding, const Look& look, const Painter& paint,
                  const Sink& sink) {
  const document::Position at = position(report, finding);
  const std::string_view severity =
      finding.verdict == Verdict::unknown ? std::string_view("unknown") : finding::name(finding.severity);
  sink(fmt::format("{}  {}  {}\n", paint(colour_of(finding.severity), severity), paint(bold, finding.check->id),
                   object_name(*finding.object)));
  sink(
      fmt::format("  {}:{}:{}: {}\n", file_name(report, finding), at.line, at.column, printable(finding.message)));
  sink(excerpt(report, finding, look, paint));
  write_wrapped(sink, "effect: ", finding.check->effect, look.width);
  if (finding.verdict == Verdict::unknown) {
    write_wrapped(sink, "missing:", finding.missing, look.width);
    return;
  }
  write_wrapped(sink, "fix:    ", finding.check->remedy, look.width);
  if (!finding.fixable || !report.diff) return;
  if (const auto diff = report.diff(finding)) sink(painted_diff(*diff, paint));
}

void write_by_check(const Report& report, const Look& look, const Painter& paint, const Sink& sink) {
  struct Group {
    const Finding* first = nullptr;
    Severity worst = Severity::low;
    std::uint64_t broken = 0, unknown = 0, fixable = 0;
  };
  std::map<std::string_view, Group> groups;
  for (const Finding* finding : report.findings) {
    Group& group = groups[finding->check->id];
    if (group.first == nullptr) group.first = finding;
    if (finding->verdict == Verdict::unknown) {
      ++group.unknown;
    } else {
      group.worst = std::max(group.worst, finding->severity);
      ++group.broken;
      if (finding->fixable) ++group.fixable;
    }
  }
  std::vector<Group> sorted;
  for (const auto& [id, group] : groups) sorted.push_back(group);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
    return std::tuple(b.broken > 0, b.worst, b.broken) < std::tuple(a.broken > 0, a.worst, a.broken);
  });
  using Align = TextTable::Align;
  TextTable table({{"SEVERITY"}, {"CHECK"}, {"FINDINGS", Align::right}, {"FIXABLE", Align::right}, {"FIRST AT"}});
  for (const Group& group : sorted) {
    const document::Position at = position(report, *group.first);
    const bool unknown = group.broken == 0;
    table.row({{unknown ? "unknown" : std::string(finding::name(group.worst)),
                paint.code(unknown ? dim : colour_of(group.worst))},
               {std::string(group.first->check->id)},
               {std::to_string(unknown ? group.unknown : group.broken)},
               {group.fixable > 0 ? std::to_string(group.fixable) : "-"},
               {fmt::format("{}:{}:{}", file_name(report, *group.first), at.line, at.column)}});
  }
  static_cast<void>(look);
  sink(table.text());
}

std::vector<const Finding*> worst(const Report& report, std::size_t most) {
  std::vector<const Finding*> sorted;
  for (const Finding* finding : report.findings) {
    if (finding->verdict == Verdict::broken) sorted.push_back(finding);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finding* a, const Finding* b) { return a->severity > b->severity; });
  if (most >= sorted.size()) return sorted;
  // One of each check first: five times the same finding tells no more than once.
  std::vector<const Finding*> chosen;
  std::map<std::string_view, int> seen;
  for (const Finding* finding : sorted) {
    if (chosen.size() < most && seen[finding->check->id]++ == 0) chosen.push_back(finding);
  }
  return chosen;
}

}  // namespace

void write_table(const Report& report, const Look& look, const Sink& sink) {
  const Painter paint(look.colour);
  const std::string verdict = verdict_line(report);
  sink(paint(report.fails ? bold_red : bold, verdict) + "\n");
  if (report.objects == 0) return;
  sink("\n");
  write_scorecard(report, paint, sink);
  if (!report.findings.empty()) {
    const auto chosen = worst(report, look.details);
    if (!chosen.empty()) sink("\n");
    for (const Finding* finding : chosen) {
      write_detail(report, *finding, look, paint, sink);
      sink("\n");
    }
    if (chosen.size() < report.findings.size()) write_by_check(report, look, paint, sink);
  }
  std::string notes;
  if (report.excepted > 0)
    notes += fmt::format("{} covered by exceptions. ", count(report.excepted, "finding is", "findings are"));
  if (report.in_baseline > 0)
    notes += fmt::format("{} in the baseline. ", count(report.in_baseline, "finding is", "findings are"));
  if (report.skipped > 0) {
    notes += fmt::format("{} no Kubernetes {}. ", count(report.skipped, "document is", "documents are"),
                         report.skipped == 1 ? "object" : "objects");
  }
  if (report.unknown_kinds > 0) {
    notes += fmt::format("{} of kinds that Bulwark does not know. ",
                         count(report.unknown_kinds, "object is", "objects are"));
  }
  if (!notes.empty()) sink("\n" + notes.substr(0, notes.size() - 1) + "\n");
}

}  // namespace bulwark::report

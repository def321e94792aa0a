// Markdown for a comment on a pull request: the verdict, the scorecard, the worst findings, all findings by check.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/excerpt.h"
#include "report/report.h"
#include "report/summary.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Verdict;

// GitHub refuses a comment of more than 65,536 characters; GitLab takes a million.
constexpr std::size_t most_bytes = 60'000;
constexpr std::size_t most_details = 5, most_bytes_of_details = 30'000, most_errors = 10;

std::string fenced(std::string_view language, std::string_view text) {
  std::size_t run = 0, longest = 2;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string scorecard_table(const Report& report) {
  std::string out = "| Chapter of the guide | Kept | Broken | Unknown | Not seen |\n|---|--:|--:|--:|--:|\n";
  for (const ChapterScore& score : scorecard(report)) {
    const std::uint64_t broken = score[Standing::broken];
    out += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_text(finding::title(score.chapter)),
                       score[Standing::kept], broken > 0 ? fmt::format("**{}**", broken) : "0",
                       score[Standing::unknown], score[Standing::not_seen]);
  }
  return out;
}

std::string detail(const Report& report, const Finding& finding) {
  std::string out = fmt::format("\n#### {} · {} · {}\n\n{}: {}\n\n", finding::name(finding.severity),
                                markdown_code(finding.check->id), markdown_code(object_name(*finding.object)),
                                markdown_code(place(report, finding)), markdown_text(finding.message));
  if (has_place(finding)) {
    const Excerpt shown = excerpt(report, finding, 100);
    const std::string number = std::to_string(shown.line);
    out += fenced("", fmt::format("{} | {}\n{} | {}^", number, shown.text, std::string(number.size(), ' '),
                                  std::string(shown.caret, ' ')));
  }
  if (const std::string note = origin_note(finding); !note.empty()) out += markdown_text(note) + "\n";
  out += fmt::format("\n**Effect:** {}<br>\n**Fix:** {}\n", markdown_text(finding.check->effect),
                     markdown_text(finding.check->remedy));
  if (finding.fixable && report.diff) {
    if (const auto diff = report.diff(finding)) {
      std::string text;
      append_visible(text, *diff, true);
      out += "\n" + fenced("diff", text);
    } else {
      out += fmt::format("\n{}\n", unproved);
    }
  }
  return out;
}

std::string by_check_table(const Report& report, std::size_t room) {
  const ByCheck by_check(report);
  std::string out = "| Severity | Check | Findings | Unknown | Fixable | First at |\n|---|---|--:|--:|--:|---|\n";
  std::size_t left = by_check.groups().size();
  for (const CheckGroup& group : by_check.groups()) {
    std::string row = fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                                  group.broken == 0 ? "unknown" : finding::name(group.worst),
                                  markdown_code(group.check->id), group.broken, group.unknown, group.fixable,
                                  markdown_code_cell(place(report, *group.findings.front())));
    if (out.size() + row.size() > room) {
      out += fmt::format("\n{} more; `bulwark scan -o json` has all.\n", count(left, "check has", "checks have"));
      break;
    }
    --left;
    out += row;
  }
  return out;
}

std::string errors_list(const Report& report) {
  std::string out = "\n### What could not be read\n\n";
  for (std::size_t i = 0; i < report.errors.size() && i < most_errors; ++i) {
    base::Error place = report.errors[i];
    const std::string message = std::exchange(place.message, "");
    std::string where = place.text();
    while (where.ends_with(' ') || where.ends_with(':')) where.pop_back();
    out += where.empty() ? "- " : fmt::format("- {}: ", markdown_code(where));
    out += markdown_text(message.substr(0, 1000)) + "\n";
  }
  if (report.errors.size() > most_errors)
    out += fmt::format("- and {} more\n", report.errors.size() - most_errors);
  return out;
}

}  // namespace

void write_markdown(const Report& report, const Sink& sink) {
  const Totals all = totals(report);
  std::string out = fmt::format("## Bulwark: {}\n\n**{}**\n\n", verdict(report, all),
                                markdown_text(verdict_reason(report, all)));
  out += fmt::format("Standard {}, Kubernetes {}; fails from severity {} on.\n\n", markdown_code(report.standard),
                     markdown_code(report.kubernetes_version), finding::name(report.fail_on));
  out += scorecard_table(report);
  if (all.broken() > 0) {
    out += "\n### Worst findings\n";
    for (const Finding* finding : worst(report, most_details)) {
      std::string text = detail(report, *finding);
      if (out.size() + text.size() > most_bytes_of_details) break;
      out += text;
    }
  }
  if (!report.errors.empty()) out += errors_list(report);
  std::string end;
  for (const std::string& note : notes(report)) end += note + " ";
  if (!end.empty()) end.back() = '\n';
  if (!report.findings.empty()) {
    out += fmt::format("\n<details>\n<summary>All findings by check ({} broken, {} unknown)</summary>\n\n",
                       all.broken(), all.unknown);
    out += by_check_table(report, most_bytes - std::min(most_bytes, out.size()));
    out += "\n</details>\n";
  }
  if (!end.empty()) out += "\n" + end;
  sink(out);
}

}  // namespace bulwark::report

// One HTML page that needs nothing else: it loads nothing, and its policy forbids it to. Everything from outside
// goes through append_markup.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "embedded/report_html.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/text_table.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Severity;
using finding::Verdict;

// What keeps the page usable when there are very many findings: a check lists this many, of which this many with
// the line they point at and, if it can be fixed, with the change. A proved change costs a scan of its object.
constexpr std::size_t most_listed = 250, most_excerpts = 25, most_diffs = 5;
// The same for the whole page.
constexpr std::size_t most_excerpts_of_all = 1000, most_diffs_of_all = 200, most_errors = 500, most_first = 5;

constexpr std::string_view class_of(Standing standing) {
  switch (standing) {
    case Standing::kept:
      return "kept";
    case Standing::broken:
      return "broken";
    case Standing::unknown:
      return "unknown";
    case Standing::not_seen:
      return "not-seen";
  }
  return "";
}

std::string_view label_of(Standing standing) {
  return standing == Standing::not_seen ? std::string_view("not seen") : class_of(standing);
}

constexpr std::array standings{Standing::kept, Standing::broken, Standing::unknown, Standing::not_seen};

std::string_view severity_of(const Finding& finding) {
  return finding.verdict == Verdict::unknown ? std::string_view("unknown") : finding::name(finding.severity);
}

class PageWriter {
 public:
  PageWriter(const Report& report, const Sink& sink)
      : report_(report), sink_(sink), by_check_(report), totals_(totals(report)) {}

  void write() {
    write_head();
    write_header();
    raw("<main>\n");
    write_scorecard();
    write_first();
    write_findings();
    write_errors();
    write_kept();
    raw("</main>\n");
    write_footer();
    raw("<script>\n");
    raw(embedded::report_html::src_report_html_report_js);
    raw("</script>\n</body>\n</html>\n");
    sink_(out_);
  }

 private:
  PageWriter& raw(std::string_view html) {
    out_ += html;
    return *this;
  }
  PageWriter& text(std::string_view text) {
    append_markup(out_, text);
    return *this;
  }
  PageWriter& number(std::uint64_t number) {
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
  }
  void flush() {
    if (out_.size() < 64UL * 1024) return;
    sink_(out_);
    out_.clear();
  }

  void write_head() {
    raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'; "
            "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"Bulwark ")
        .text(report_.version)
        .raw("\">\n<title>Bulwark: ")
        .text(verdict(report_, totals_))
        .raw("</title>\n<style>\n")
        .raw(embedded::report_html::src_report_html_report_css)
        .raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
  }

  void write_fact(std::string_view name, std::string_view value) {
    raw("<div><dt>").text(name).raw("</dt><dd>").text(value).raw("</dd></div>\n");
  }

  void write_header() {
    const std::string_view mood = report_.fails || report_.objects == 0 ? "fails"
                                  : totals_.broken() > 0                ? "passes"
                                                                        : "clean";
    raw("<header>\n<p class=\"brand\">Bulwark security report</p>\n<h1 class=\"").raw(mood).raw("\">");
    text(verdict(report_, totals_)).raw("</h1>\n<p class=\"reason\">").text(verdict_reason(report_, totals_));
    raw("</p>\n<dl class=\"facts\">\n");
    write_fact("Standard", report_.standard);
    write_fact("Kubernetes", report_.kubernetes_version);
    write_fact("Fails from", finding::name(report_.fail_on));
    write_fact("Checks", std::to_string(report_.checks.size()));
    if (totals_.fixable > 0) write_fact("Can be fixed by bulwark fix", std::to_string(totals_.fixable));
    raw("</dl>\n");
    const auto all = notes(report_);
    if (!all.empty()) {
      raw("<p class=\"notes\">");
      for (const std::string& note : all) text(note).raw(" ");
      raw("</p>\n");
    }
    raw("</header>\n");
  }

  void write_scorecard() {
    raw("<section aria-labelledby=\"scorecard\">\n<h2 id=\"scorecard\">Scorecard</h2>\n<div class=\"card\">\n")
        .raw("<table class=\"scorecard\">\n<thead><tr><th scope=\"col\">Chapter of the guide</th>")
        .raw("<td class=\"bar-cell\"></td>");
    for (const Standing standing : standings)
      raw("<th scope=\"col\" class=\"number\">").raw(label_of(standing)).raw("</th>");
    raw("</tr></thead>\n<tbody>\n");
    for (const ChapterScore& score : scorecard(report_)) {
      const std::string_view id = finding::id(score.chapter);
      const bool listed =
          std::any_of(by_check_.groups().begin(), by_check_.groups().end(),
                      [&](const CheckGroup& group) { return group.check->chapter == score.chapter; });
      raw("<tr><th scope=\"row\">");
      if (listed) raw("<a href=\"#chapter-").text(id).raw("\">");
      text(finding::title(score.chapter)).raw(listed ? "</a>" : "");
      raw("</th><td class=\"bar-cell\"><div class=\"bar\" aria-hidden=\"true\">");
      for (const Standing standing : standings) {
        if (score[standing] == 0) continue;
        raw("<span class=\"")
            .raw(class_of(standing))
            .raw("\" style=\"flex:")
            .number(score[standing])
            .raw("\"></span>");
      }
      raw("</div></td>");
      for (const Standing standing : standings) {
        raw("<td class=\"number ").raw(class_of(standing)).raw(score[standing] == 0 ? " zero" : "");
        raw("\" data-label=\"").raw(label_of(standing)).raw("\">").number(score[standing]).raw("</td>");
      }
      raw("</tr>\n");
    }
    raw("</tbody>\n</table>\n</div>\n</section>\n");
  }

  // The worst, one of each check, with the way to it.
  void write_first() {
    const auto chosen = worst(report_, most_first);
    if (chosen.empty()) return;
    raw("<section aria-labelledby=\"first\">\n<h2 id=\"first\">Look at these first</h2>\n<ol class=\"first "
        "card\">\n");
    for (const Finding* finding : chosen) {
      raw("<li><span class=\"badge ").raw(severity_of(*finding)).raw("\">").raw(severity_of(*finding));
      raw("</span><p><span class=\"object\">").text(object_name(*finding->object)).raw("</span>: ");
      text(finding->message).raw("</p> <a href=\"#check-").text(finding->check->id).raw("\"><code>");
      text(finding->check->id).raw("</code></a></li>\n");
    }
    raw("</ol>\n</section>\n");
  }

  void write_filter() {
    raw("<form id=\"filter\" class=\"filter card\" role=\"search\" aria-label=\"Filter the findings\" hidden>\n")
        .raw(
            "<label class=\"search\"><span>Find</span> <input type=\"search\" autocomplete=\"off\" "
            "placeholder=\"check, object, file\"></label>\n<fieldset><legend>Severity</legend>\n");
    for (const std::string_view name : {"critical", "high", "medium", "low", "unknown"}) {
      raw("<label><input type=\"checkbox\" value=\"").raw(name).raw("\" checked> ").raw(name).raw("</label>\n");
    }
    raw("</fieldset>\n<button type=\"button\" data-do=\"open\">Unfold all</button>\n")
        .raw("<button type=\"button\" data-do=\"close\">Fold all</button>\n")
        .raw("<output aria-live=\"polite\"></output>\n</form>\n");
  }

  void write_findings() {
    raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    if (report_.findings.empty()) {
      raw("<p>There are none.</p>\n</section>\n");
      return;
    }
    write_filter();
    for (const finding::Chapter chapter : finding::all_chapters) {
      bool open = false;
      for (const CheckGroup& group : by_check_.groups()) {
        if (group.check->chapter != chapter) continue;
        if (!std::exchange(open, true)) {
          raw("<section class=\"chapter\" aria-labelledby=\"chapter-")
              .text(finding::id(chapter))
              .raw("\">\n<h3 id=\"chapter-");
          text(finding::id(chapter)).raw("\">").text(finding::title(chapter)).raw("</h3>\n");
        }
        write_group(group);
      }
      if (open) raw("</section>\n");
    }
    raw("</section>\n");
  }

  void write_group(const CheckGroup& group) {
    const finding::Descriptor& check = *group.check;
    const std::string_view worst = group.broken == 0 ? std::string_view("unknown") : finding::name(group.worst);
    raw("<details class=\"check card\" id=\"check-").text(check.id).raw("\">\n<summary><span class=\"badge ");
    raw(worst).raw("\">").raw(worst).raw("</span> <span class=\"title\">").text(check.title);
    raw("</span> <code>").text(check.id).raw("</code> <span class=\"count\">");
    if (group.broken > 0) text(count(group.broken, "finding", "findings"));
    if (group.unknown > 0) raw(group.broken > 0 ? ", " : "").number(group.unknown).raw(" unknown");
    if (group.fixable > 0) raw(", ").number(group.fixable).raw(" fixable");
    raw("</span></summary>\n<div class=\"about\">\n<p><b>Effect:</b> ").text(check.effect);
    raw("</p>\n<p><b>Fix:</b> ").text(check.remedy).raw("</p>\n");
    if (check.sources.size() > 0 || check.mappings.size() > 0) {
      raw("<ul>\n");
      for (const finding::Reference& source : check.sources) {
        raw("<li><a rel=\"noreferrer noopener\" href=\"")
            .text(source.url)
            .raw("\">")
            .text(source.title)
            .raw("</a></li>\n");
      }
      for (const finding::Mapping& mapping : check.mappings) {
        if (mapping.framework == finding::Framework::guide) continue;  // the chapter above
        raw("<li>").text(finding::title(mapping.framework)).raw(": ").text(mapping.control).raw("</li>\n");
      }
      raw("</ul>\n");
    }
    raw("</div>\n<ol class=\"findings\">\n");
    std::size_t excerpts = 0, diffs = 0;
    const std::size_t listed = std::min(group.findings.size(), most_listed);
    for (const Finding* finding : group.findings.first(listed)) {
      const bool with_excerpt = excerpts < most_excerpts && excerpts_ < most_excerpts_of_all;
      const bool with_diff = with_excerpt && diffs < most_diffs && diffs_ < most_diffs_of_all && finding->fixable;
      write_finding(*finding, with_excerpt, with_diff);
      if (with_excerpt) ++excerpts, ++excerpts_;
      if (with_diff) ++diffs, ++diffs_;
      flush();
    }
    raw("</ol>\n");
    if (listed < group.findings.size()) {
      raw("<p class=\"more\">").number(group.findings.size() - listed);
      raw(" more are in the JSON report (<code>bulwark scan -o json --only ")
          .text(check.id)
          .raw("</code>).</p>\n");
    }
    raw("</details>\n");
  }

  void write_finding(const Finding& finding, bool with_excerpt, bool with_diff) {
    raw("<li data-severity=\"").raw(severity_of(finding)).raw("\">\n<p class=\"message\"><span class=\"object\">");
    text(object_name(*finding.object))
        .raw("</span>: ")
        .text(finding.message)
        .raw("</p>\n<p class=\"place\"><code>");
    text(place(report_, finding)).raw("</code>");
    if (!finding.field.empty()) raw(" <code>").text(finding.field).raw("</code>");
    if (finding.severity != finding.check->severity && finding.verdict == Verdict::broken) {
      raw(" (").raw(finding::name(finding.severity)).raw(" here)");
    }
    raw("</p>\n");
    if (finding.verdict == Verdict::unknown) raw("<p><b>Missing:</b> ").text(finding.missing).raw("</p>\n");
    if (const std::string note = origin_note(finding); !note.empty()) raw("<p>").text(note).raw("</p>\n");
    if (with_excerpt && has_place(finding)) write_excerpt(finding);
    if (!finding.fixable && !finding.no_fix.empty())
      raw("<p class=\"place\">By hand: ").text(finding.no_fix).raw(".</p>\n");
    if (with_diff && report_.diff) {
      if (const auto diff = report_.diff(finding)) {
        write_diff(*diff);
      } else {
        raw("<p class=\"place\">").text(unproved).raw("</p>\n");
      }
    }
    raw("</li>\n");
  }

  void write_excerpt(const Finding& finding) {
    const Excerpt shown = excerpt(report_, finding, 110);
    const std::string line = std::to_string(shown.line);
    raw("<pre><span class=\"number\">")
        .raw(line)
        .raw("  </span>")
        .text(shown.text)
        .raw("\n<span class=\"caret\" aria-hidden=\"true\">");
    out_.append(line.size() + 2 + shown.caret, ' ');
    raw("^</span></pre>\n");
  }

  void write_diff(std::string_view diff) {
    raw("<pre aria-label=\"The change\">");
    for (std::string_view line : base::split(diff, '\n')) {
      if (line.empty() || line.starts_with("--- ") || line.starts_with("+++ ")) continue;
      const std::string_view tag = line.starts_with('+') ? "ins" : line.starts_with('-') ? "del" : "span";
      raw("<").raw(tag).raw(tag == "span" ? " class=\"context\">" : ">");
      text(elide_end(visible(line.substr(0, 2000)), 400)).raw(tag == "span" ? "\n</" : "</").raw(tag).raw(">");
    }
    raw("</pre>\n");
  }

  void write_errors() {
    if (report_.errors.empty()) return;
    raw("<section aria-labelledby=\"errors\">\n<h2 id=\"errors\">What could not be read</h2>\n<div class=\"card "
        "scroll\">\n")
        .raw(
            "<table>\n<thead><tr><th scope=\"col\">Place</th><th "
            "scope=\"col\">Reason</th></tr></thead>\n<tbody>\n");
    for (std::size_t i = 0; i < report_.errors.size() && i < most_errors; ++i) {
      const base::Error& error = report_.errors[i];
      raw("<tr><td><code>").text(error.file);
      if (error.line > 0) raw(":").number(error.line).raw(":").number(error.column);
      raw("</code></td><td>").text(error.message).raw("</td></tr>\n");
    }
    raw("</tbody>\n</table>\n</div>\n");
    if (report_.errors.size() > most_errors) {
      raw("<p class=\"more\">")
          .number(report_.errors.size() - most_errors)
          .raw(" more are in the JSON report.</p>\n");
    }
    raw("</section>\n");
  }

  void write_kept() {
    for (const Standing wanted : {Standing::kept, Standing::not_seen}) {
      std::vector<const Practice*> practices;
      for (const Practice& practice : report_.practices) {
        if (standing(practice) == wanted) practices.push_back(&practice);
      }
      if (practices.empty()) continue;
      const bool kept = wanted == Standing::kept;
      raw(kept ? "<section aria-labelledby=\"kept\">\n<h2 id=\"kept\">Kept</h2>\n"
               : "<section aria-labelledby=\"not-seen\">\n<h2 id=\"not-seen\">Not seen</h2>\n");
      raw("<details class=\"kept\"><summary>").text(count(practices.size(), "practice", "practices"));
      raw(kept ? " kept by every object that they judge" : " with nothing to judge in what was read");
      raw("</summary>\n<ul>\n");
      for (const Practice* practice : practices) {
        raw("<li>").text(practice->check->title).raw(" <code>").text(practice->check->id).raw("</code>");
        if (kept) raw(" (judged ").text(count(practice->judged, "time", "times")).raw(")");
        raw("</li>\n");
      }
      raw("</ul>\n</details>\n</section>\n");
    }
  }

  void write_footer() {
    raw("<footer>\n<p>Made by Bulwark ").text(report_.version);
    raw(". <code>bulwark explain CHECK</code> shows why a check is there, with an example; "
        "<code>bulwark fix --diff PATH</code> shows the changes.</p>\n</footer>\n");
  }

  const Report& report_;
  const Sink& sink_;
  ByCheck by_check_;
  Totals totals_;
  std::string out_;
  std::size_t excerpts_ = 0, diffs_ = 0;
};

}  // namespace

void write_html(const Report& report, const Sink& sink) { PageWriter(report, sink).write(); }

}  // namespace bulwark::report

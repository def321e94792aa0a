// A rehearsal as one page that needs nothing else: it loads nothing, and its policy forbids it to. All of it is
// written here but for the timeline, which html/rehearsal.js draws from the data in the page. Everything from
// outside goes through append_markup, or through the JSON of rehearsal_data.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/rfc3339.h"
#include "embedded/report_html.h"
#include "report/escape.h"
#include "report/rehearsal.h"
#include "report/rehearsal_data.h"
#include "report/rehearsal_gantt.h"
#include "report/rehearsal_words.h"
#include "report/summary.h"

namespace bulwark::report {

namespace {

using rehearsal::Blocker;
using rehearsal::Duration;
using rehearsal::Fix;
using rehearsal::Interruption;
using rehearsal::Rehearsal;
using rehearsal::Verdict;

// What keeps the page usable with very long lists.
constexpr std::size_t most_blockers = 100, most_rows = 500, most_unplaced = 100, most_reasons = 50,
                      most_nodes = 12;

class RehearsalPage {
 public:
  RehearsalPage(const Rehearsal& rehearsal, std::string_view version)
      : rehearsal_(rehearsal), version_(version), with_seconds_(needs_seconds(rehearsal)) {}

  std::string page() {
    write_head();
    write_header();
    raw("<main>\n");
    const bool gaps_first = rehearsal_.verdict == Verdict::unknown;
    if (gaps_first) write_gaps();
    write_blockers();
    write_timeline();
    write_interruptions();
    write_unplaced();
    write_pools();
    write_slow();
    write_texts("quarantined", "Quarantined: cordoned, not upgraded", rehearsal_.quarantined);
    write_supposed();
    if (!gaps_first) write_gaps();
    write_texts("warnings", "Warnings", rehearsal_.warnings);
    raw("</main>\n<footer>\n<p>Made by Bulwark ").text(version_).raw(".</p>\n</footer>\n");
    if (!rehearsal_.timeline.empty()) {
      raw("<script type=\"application/json\" id=\"rehearsal-data\">")
          .raw(rehearsal_data(rehearsal_))
          .raw("</script>\n");
    }
    raw("<script>\n")
        .raw(embedded::report_html::src_report_html_rehearsal_js)
        .raw("</script>\n</body>\n</html>\n");
    return std::move(out_);
  }

 private:
  RehearsalPage& raw(std::string_view html) {
    out_ += html;
    return *this;
  }
  RehearsalPage& text(std::string_view text) {
    append_markup(out_, text);
    return *this;
  }
  template <class Number>
  RehearsalPage& number(Number number) {
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
  }
  RehearsalPage& moment(rehearsal::Time time) {
    return text(offset_text(since_start(rehearsal_, time), with_seconds_));
  }

  void begin_section(std::string_view id, std::string_view title) {
    raw("<section aria-labelledby=\"").raw(id).raw("\">\n<h2 id=\"").raw(id).raw("\">").text(title).raw("</h2>\n");
  }
  void begin_table(std::initializer_list<std::string_view> columns, std::string_view numbers) {
    raw("<div class=\"card scroll\">\n<table class=\"facts-table\">\n<thead><tr>");
    // `numbers` has an n for each column of numbers.
    for (std::size_t i = 0; const std::string_view column : columns) {
      raw(numbers[i++] == 'n' ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
          .raw(column)
          .raw("</th>");
    }
    raw("</tr></thead>\n<tbody>\n");
  }
  void end_table(std::size_t all) {
    raw("</tbody>\n</table>\n</div>\n");
    write_more(all, most_rows);
    raw("</section>\n");
  }
  void write_more(std::size_t all, std::size_t shown) {
    if (all > shown) raw("<p class=\"more\">").number(all - shown).raw(" more are in the JSON report.</p>\n");
  }
  void number_cell(std::string_view label, std::string_view value, std::string_view mood = {}) {
    raw("<td class=\"number").raw(mood.empty() ? "" : " ").raw(mood).raw("\" data-label=\"").raw(label).raw("\">");
    text(value).raw("</td>");
  }
  void time_cell(std::string_view label, Duration duration, std::string_view mood = {}) {
    const bool is_something = duration > Duration{};
    number_cell(label, is_something ? duration_text(duration) : "–", is_something ? mood : "zero");
  }
  void text_cell(std::string_view label, std::string_view value) {
    raw("<td data-label=\"").raw(label).raw("\">").text(value).raw("</td>");
  }

  void write_head() {
    raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'; "
            "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"Bulwark ")
        .text(version_)
        .raw("\">\n<title>Upgrade rehearsal: ")
        .text(verdict_sentence(rehearsal_))
        .raw("</title>\n<style>\n")
        .raw(embedded::report_html::src_report_html_report_css)
        .raw(embedded::report_html::src_report_html_rehearsal_css)
        .raw("</style>\n</head>\n<body class=\"rehearsal\">\n");
    if (!rehearsal_.timeline.empty()) raw("<a class=\"skip\" href=\"#timeline\">Skip to the timeline</a>\n");
  }

  void write_fact(std::string_view name, std::string_view value) {
    raw("<div><dt>").text(name).raw("</dt><dd>").text(value).raw("</dd></div>\n");
  }

  void write_header() {
    const std::string_view mood = rehearsal_.verdict == Verdict::stops ? "fails"
                                  : is_clean(rehearsal_)               ? "clean"
                                                                       : "passes";
    raw("<header>\n<p class=\"brand\">Bulwark upgrade rehearsal</p>\n<h1 class=\"").raw(mood).raw("\">");
    text(verdict_sentence(rehearsal_)).raw("</h1>\n<dl class=\"facts\">\n");
    if (!rehearsal_.cluster.empty()) write_fact("Cluster", rehearsal_.cluster);
    if (rehearsal_.began != rehearsal::Time{}) {
      write_fact("From", base::rfc3339(std::chrono::floor<std::chrono::seconds>(rehearsal_.began)));
    }
    write_fact("Nodes", fmt::format("{} of {} done", rehearsal_.nodes_done, rehearsal_.nodes));
    write_fact("Evictions", fmt::format("{}, {} refused", rehearsal_.evictions, rehearsal_.refusals));
    write_fact("Pods placed", std::to_string(rehearsal_.placements));
    if (rehearsal_.supposed_share > 0) {
      write_fact("Rests on assumptions", percent_text(rehearsal_.supposed_share) + " of the time");
    }
    raw("</dl>\n</header>\n");
  }

  void write_blockers() {
    const auto blockers = serious_blockers(rehearsal_);
    if (blockers.empty()) return;
    begin_section("blockers", rehearsal_.verdict == Verdict::stops ? "What stops it" : "What would never end");
    for (std::size_t i = 0; i < std::min(blockers.size(), most_blockers); ++i) write_blocker(*blockers[i]);
    write_more(blockers.size(), most_blockers);
    raw("</section>\n");
  }

  void write_blocker(const Blocker& blocker) {
    raw("<article class=\"blocker card\">\n<h3>").text(what_fails(blocker)).raw("</h3>\n");
    if (!blocker.message.empty()) raw("<blockquote><p>").text(blocker.message).raw("</p></blockquote>\n");
    if (!blocker.reason.empty()) raw("<p>").text(blocker.reason).raw(".</p>\n");
    raw("<p class=\"")
        .raw(blocker.never_ends ? "never" : "later")
        .raw("\">")
        .text(ending_text(blocker))
        .raw("</p>\n");
    raw("<dl class=\"facts\">\n");
    if (!blocker.workload.empty()) write_fact("Workload", blocker.workload);
    if (!blocker.budget.empty()) write_fact("Budget", blocker.budget);
    if (!blocker.node.empty()) write_fact("Node", blocker.node);
    if (!blocker.pool.empty()) write_fact("Pool", blocker.pool);
    write_fact("Since", offset_text(since_start(rehearsal_, blocker.since), with_seconds_));
    raw("</dl>\n");
    const auto fixes = fixes_in_order(blocker);
    if (fixes.empty()) {
      raw("</article>\n");
      return;
    }
    raw("<h4>")
        .raw(fixes.front()->resolves ? "What mends it" : "None of the changes that were tried mends it")
        .raw("</h4>\n");
    raw("<ol class=\"fixes\">\n");
    for (const Fix* fix : fixes) write_fix(*fix);
    raw("</ol>\n</article>\n");
  }

  void write_fix(const Fix& fix) {
    const std::string_view mood = fix.completes ? "kept" : fix.resolves ? "unknown" : "not-seen";
    raw("<li>\n<p><b>").text(fix.summary).raw("</b></p>\n<p class=\"outcome ").raw(mood).raw("\">");
    text(outcome_text(fix)).raw("</p>\n");
    if (!fix.not_enough.empty()) raw("<p class=\"place\">Not enough: ").text(fix.not_enough).raw(".</p>\n");
    if (!fix.command.empty()) {
      raw("<div class=\"command\"><pre tabindex=\"0\"><code>").text(fix.command);
      raw("</code></pre><button type=\"button\" class=\"copy\" hidden>Copy</button></div>\n");
    }
    raw("</li>\n");
  }

  void write_timeline() {
    if (rehearsal_.timeline.empty()) return;
    begin_section("timeline", "Timeline");
    raw("<div id=\"gantt\" class=\"card\" hidden></div>\n<noscript>\n<pre>");
    append_markup(out_, gantt_text(rehearsal_, {.unicode = true, .width = 100}), true);
    raw("</pre>\n</noscript>\n</section>\n");
  }

  void write_interruptions() {
    const auto& all = rehearsal_.interruptions;
    if (all.empty()) return;
    begin_section("interruptions", "Interruptions, the worst first");
    begin_table({"Workload", "Down at worst", "Evicted", "Degraded", "None ready", "Longest"}, " nnnnn");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
      const Interruption& one = all[i];
      const bool all_down = one.worst_down > 0 && one.worst_down >= one.replicas;
      const double share = one.replicas <= 0
                               ? (one.worst_down > 0 ? 1.0 : 0.0)
                               : std::clamp(static_cast<double>(one.worst_down) / one.replicas, 0.0, 1.0);
      raw("<tr><th scope=\"row\">")
          .text(one.workload)
          .raw("</th><td class=\"number down\" data-label=\"down at worst\">");
      raw("<span class=\"share\" aria-hidden=\"true\"><span class=\"").raw(all_down ? "broken" : "unknown");
      raw("\" style=\"width:").raw(fmt::format("{:.0f}", share * 100)).raw("%\"></span></span>");
      number(one.worst_down).raw(" of ").number(one.replicas).raw("</td>");
      number_cell("evicted", std::to_string(one.evicted), one.evicted > 0 ? "" : "zero");
      time_cell("degraded", one.degraded, "unknown");
      time_cell("none ready", one.outage, "broken");
      time_cell("longest", one.longest_outage);
      raw("</tr>\n");
    }
    end_table(all.size());
  }

  void write_unplaced() {
    const auto groups = unplaced_groups(rehearsal_);
    if (groups.empty()) return;
    begin_section("unplaced", "Pods that cannot be placed");
    for (std::size_t i = 0; i < std::min(groups.size(), most_unplaced); ++i) {
      const rehearsal::Unplaced& first = *groups[i].first;
      raw("<details class=\"check card unplaced\"")
          .raw(i == 0 ? " open" : "")
          .raw(">\n<summary><span class=\"badge ");
      raw(first.for_ever ? "high\">for ever" : "medium\">a while").raw("</span> <span class=\"title\">");
      text(who(groups[i])).raw("</span> <span class=\"count\">").text(when(rehearsal_, first));
      raw("</span></summary>\n<div class=\"about\">\n");
      if (!first.message.empty()) raw("<p>").text(first.message).raw("</p>\n");
      const auto reasons = reason_groups(first);
      if (!reasons.empty()) raw("<dl class=\"reasons\">\n");
      for (std::size_t reason = 0; reason < std::min(reasons.size(), most_reasons); ++reason) {
        raw("<div><dt>").text(reasons[reason].reasons).raw("</dt><dd>");
        raw(reasons[reason].nodes.size() > 1 ? fmt::format("{} nodes: ", reasons[reason].nodes.size()) : "");
        text(nodes_text(reasons[reason], most_nodes)).raw("</dd></div>\n");
      }
      if (!reasons.empty()) raw("</dl>\n");
      write_more(reasons.size(), most_reasons);
      raw("</div>\n</details>\n");
    }
    write_more(groups.size(), most_unplaced);
    raw("</section>\n");
  }

  void write_pools() {
    const auto& all = rehearsal_.pools;
    if (all.empty()) return;
    begin_section("pools", "What the pools need");
    begin_table({"Pool", "Version", "Nodes", "Surge", "IP addresses", "Surge comes from"}, "  nnn ");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
      const rehearsal::PoolNeed& pool = all[i];
      raw("<tr><th scope=\"row\">").text(pool.pool).raw("</th>");
      text_cell("version", versions_text(pool));
      number_cell("nodes", std::to_string(pool.nodes));
      number_cell("surge", std::to_string(pool.surge_nodes), pool.surge_nodes > 0 ? "" : "zero");
      number_cell("IP addresses", pool.ip_addresses > 0 ? std::to_string(pool.ip_addresses) : "not known",
                  pool.ip_addresses > 0 ? "" : "zero");
      text_cell("from", pool.surge);
      raw("</tr>\n");
    }
    end_table(all.size());
  }

  void write_slow() {
    const auto all = slow_blockers(rehearsal_);
    if (all.empty()) return;
    begin_section("slow", "What holds it up");
    begin_table({"Pod", "Node", "From", "Waits", "Why"}, "  nn ");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
      const Blocker& one = *all[i];
      raw("<tr><th scope=\"row\">").text(one.pod.empty() ? what_fails(one) : one.pod).raw("</th>");
      text_cell("on", one.node);
      number_cell("from", offset_text(since_start(rehearsal_, one.since), with_seconds_));
      time_cell("waits", one.waited);
      text_cell("because", one.reason.empty() ? title(one.kind) : std::string_view(one.reason));
      raw("</tr>\n");
    }
    end_table(all.size());
  }

  void write_texts(std::string_view id, std::string_view title, const std::vector<std::string>& all) {
    if (all.empty()) return;
    begin_section(id, title);
    raw("<ul class=\"card plain\">\n");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) raw("<li>").text(all[i]).raw("</li>\n");
    raw("</ul>\n");
    write_more(all.size(), most_rows);
    raw("</section>\n");
  }

  void write_supposed() {
    const auto& all = rehearsal_.supposed;
    if (all.empty()) return;
    begin_section("assumptions", fmt::format("Assumptions: {} of the time rests on them",
                                             percent_text(rehearsal_.supposed_share)));
    begin_table({"What", "Value", "Times", "From"}, "  n ");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
      raw("<tr><th scope=\"row\">").text(all[i].what).raw("</th>");
      text_cell("value", all[i].value);
      number_cell("times", std::to_string(all[i].times));
      text_cell("from", all[i].source);
      raw("</tr>\n");
    }
    end_table(all.size());
  }

  void write_gaps() {
    const auto all = gaps_in_order(rehearsal_);
    if (all.empty()) return;
    begin_section("gaps", "What is not known");
    raw("<ul class=\"card plain\">\n");
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
      const bool doubt = all[i]->weight == twin::Gap::Weight::doubt;
      raw("<li><span class=\"badge ").raw(doubt ? "medium\">doubt" : "\">note").raw("</span> ");
      if (!all[i]->subject.empty()) raw("<span class=\"object\">").text(all[i]->subject).raw("</span>: ");
      text(all[i]->message).raw("</li>\n");
    }
    raw("</ul>\n");
    write_more(all.size(), most_rows);
    raw("</section>\n");
  }

  const Rehearsal& rehearsal_;
  std::string_view version_;
  bool with_seconds_;
  std::string out_;
};

}  // namespace

std::string rehearsal_html(const Rehearsal& rehearsal, std::string_view version) {
  return RehearsalPage(rehearsal, version).page();
}

}  // namespace bulwark::report

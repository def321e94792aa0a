// A rehearsal for people: the verdict, what stops the upgrade and what would mend that, the timeline, then who is
// interrupted, what cannot be placed, what is needed, and what all of it rests on.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/palette.h"
#include "report/rehearsal.h"
#include "report/rehearsal_gantt.h"
#include "report/rehearsal_words.h"
#include "report/summary.h"
#include "report/text_table.h"
#include "report/wrapped.h"

namespace bulwark::report {

namespace {

using rehearsal::Blocker;
using rehearsal::Duration;
using rehearsal::Fix;
using rehearsal::Interruption;
using rehearsal::PoolNeed;
using rehearsal::Rehearsal;
using rehearsal::Supposed;
using rehearsal::Verdict;
using Align = TextTable::Align;
using Elide = TextTable::Elide;

// How much of each list is shown unless all is wanted.
constexpr std::size_t most_blockers = 5, most_rows = 10, most_unplaced = 5, most_reasons = 6, most_timeline = 40;

class RehearsalWriter {
 public:
  RehearsalWriter(const Rehearsal& rehearsal, const RehearsalLook& look)
      : rehearsal_(rehearsal),
        look_(look),
        width_(std::max<std::size_t>(look.width, 60)),
        with_seconds_(needs_seconds(rehearsal)) {}

  std::string text() {
    write_verdict();
    // Without a confident verdict, what is missing comes before all else.
    const bool gaps_first = rehearsal_.verdict == Verdict::unknown;
    if (gaps_first) write_gaps();
    write_blockers();
    write_timeline();
    write_interruptions();
    write_unplaced();
    write_pools();
    write_slow();
    write_quarantined();
    write_supposed();
    if (!gaps_first) write_gaps();
    write_warnings();
    return std::move(out_);
  }

 private:
  std::string_view code(std::string_view paint) const { return look_.colour ? paint : std::string_view{}; }
  std::string painted(std::string_view paint, std::string_view text) const {
    return look_.colour && !paint.empty() && !text.empty() ? fmt::format("{}{}\x1b[0m", paint, text)
                                                           : std::string(text);
  }
  void wrapped(std::string_view label, std::string_view text, std::string_view paint = {}) {
    append_wrapped(out_, width_, label, display_width(label), text, code(paint));
  }
  // "  why    " before the text, dim.
  void labelled(std::string_view label, std::string_view text, std::string_view paint = {}) {
    constexpr std::size_t labels = 10;
    const std::string shown = fmt::format("  {:<{}}", label, labels - 2);
    append_wrapped(out_, width_, painted(dim, shown), labels, text, code(paint));
  }
  void heading(std::string_view text) {
    out_ += '\n';
    out_ += painted(bold, text) + "\n";
  }
  void more(std::size_t all, std::size_t shown) {
    if (all > shown) out_ += painted(dim, fmt::format("  and {} more; --all", all - shown)) + "\n";
  }
  std::size_t listed(std::size_t all, std::size_t most) const { return look_.all ? all : std::min(all, most); }
  void table(const TextTable& table) {
    constexpr std::size_t indent = 2;
    const std::string text = table.text(width_ - indent, code(dim));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      out_.append(indent, ' ').append(text, at, end + 1 - at);
      at = end + 1;
    }
  }
  bool fits(const TextTable& table) const {
    const std::string text = table.text();
    const auto lines = base::split(text, '\n');
    return std::all_of(lines.begin(), lines.end(),
                       [&](std::string_view line) { return display_width(line) + 2 <= width_; });
  }
  // "-" for nothing, dim.
  TextTable::Cell cell(std::string text, bool is_something, std::string_view paint = {}) const {
    if (!is_something) return {"-", code(dim)};
    return {std::move(text), code(paint)};
  }
  TextTable::Cell time_cell(Duration duration, std::string_view paint = {}) const {
    return cell(duration_text(duration), duration > Duration{}, paint);
  }

  void write_verdict() {
    const std::string sentence = visible(verdict_sentence(rehearsal_));
    const std::string_view head = verdict_head(sentence);
    const std::string_view paint = rehearsal_.verdict == Verdict::stops ? bold_red
                                   : is_clean(rehearsal_)               ? bold_green
                                                                        : bold_yellow;
    // The head is short enough to be in the first line whole.
    append_wrapped(out_, width_, "", 0, sentence);
    out_.replace(0, head.size(), painted(paint, head));
    std::string about = effort_text(rehearsal_);
    if (!rehearsal_.cluster.empty()) about = fmt::format("{}: {}", visible(rehearsal_.cluster), about);
    wrapped("", about, dim);
  }

  // What all that stops the upgrade, one after the other, comes down to.
  void write_set() {
    const auto& set = rehearsal_.smallest_set;
    if (set.empty() || (set.size() == 1 && rehearsal_.completes_with_set)) return;
    out_ += '\n';
    wrapped(
        "",
        rehearsal_.completes_with_set
            ? fmt::format("With {} changes together it completes in about {}:", set.size(),
                          duration_text(rehearsal_.takes_with_set))
            : fmt::format("Even with {} it does not complete:",
                          set.size() == 1 ? "this change" : fmt::format("these {} changes together", set.size())),
        rehearsal_.completes_with_set ? bold_green : bold_yellow);
    for (std::size_t i = 0; i < set.size(); ++i) wrapped(fmt::format("  {}. ", i + 1), visible(set[i]));
  }

  void write_blockers() {
    write_set();
    const auto blockers = serious_blockers(rehearsal_);
    const std::size_t shown = listed(blockers.size(), most_blockers);
    for (std::size_t i = 0; i < shown; ++i) write_blocker(*blockers[i], i == 0);
    more(blockers.size(), shown);
  }

  void write_blocker(const Blocker& blocker, bool is_first) {
    out_ += '\n';
    // The verdict has named the first one.
    if (!is_first || stopper(rehearsal_) == nullptr) {
      std::string text = blocker.comes_later ? "then " + what_fails(blocker) : what_fails(blocker);
      if (!blocker.node.empty()) text += fmt::format(", on node {}", blocker.node);
      wrapped("", visible(text), bold_red);
    }
    if (!blocker.message.empty()) labelled("says", visible(blocker.message));
    if (!blocker.reason.empty()) labelled("why", visible(blocker.reason) + ".");
    std::string where = blocker.workload.empty() ? "" : "of " + blocker.workload;
    if (!blocker.budget.empty()) where += (where.empty() ? "" : ", ") + ("budget " + blocker.budget);
    if (!blocker.pool.empty()) where += (where.empty() ? "" : ", ") + ("pool " + blocker.pool);
    where += (where.empty() ? "" : ", ") +
             ("from " + offset_text(since_start(rehearsal_, blocker.since), with_seconds_) + " on");
    labelled("about", visible(where));
    labelled("ends", ending_text(blocker), blocker.never_ends ? red : yellow);
    write_fixes(blocker);
  }

  void write_fixes(const Blocker& blocker) {
    const auto fixes = fixes_in_order(blocker);
    if (fixes.empty()) return;
    if (!fixes.front()->resolves) labelled("fix", "None of the changes that were tried mends it:", yellow);
    bool is_first = true;
    for (const Fix* fix : fixes) {
      const std::string_view label = !fix->resolves ? "tried" : is_first ? "fix" : "or";
      labelled(label, visible(fix->summary), fix->resolves ? bold : std::string_view{});
      labelled("", outcome_text(*fix), fix->completes ? green : fix->resolves ? yellow : dim);
      if (!fix->not_enough.empty()) labelled("", fmt::format("Not enough: {}.", visible(fix->not_enough)), dim);
      // A command is to be copied: it stays in one line, however long.
      if (!fix->command.empty() && fix->resolves) {
        out_ += std::string(10, ' ') + "$ " + painted(cyan, visible(fix->command)) + "\n";
      }
      is_first = false;
    }
  }

  void write_timeline() {
    const std::size_t rows = look_.all ? rehearsal_.timeline.size() : most_timeline;
    const std::string text = gantt_text(rehearsal_, {look_.colour, look_.unicode, width_, rows});
    if (text.empty()) return;
    heading("Timeline");
    out_ += text;
    if (rehearsal_.timeline.size() > rows) {
      out_ += painted(dim, fmt::format("  {} nodes; those that went alike share a row; --all has each",
                                       rehearsal_.timeline.size())) +
              "\n";
    }
  }

  void write_interruptions() {
    const auto& all = rehearsal_.interruptions;
    if (all.empty()) return;
    heading("Interruptions, the worst first");
    std::vector<TextTable::Column> columns{{"WORKLOAD", Align::left, Elide::start},
                                           {"DOWN", Align::right},
                                           {"EVICTED", Align::right},
                                           {"DEGRADED", Align::right},
                                           {"NONE READY", Align::right}};
    // The longest time says something new only where there are several.
    const bool several = std::any_of(all.begin(), all.end(),
                                     [](const Interruption& one) { return one.outage != one.longest_outage; });
    if (several) columns.push_back({"LONGEST", Align::right});
    TextTable rows(std::move(columns));
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
      const Interruption& one = all[i];
      const bool all_down = one.worst_down >= one.replicas;
      std::vector<TextTable::Cell> cells{
          {visible(one.workload)},
          cell(fmt::format("{} of {}", one.worst_down, one.replicas), one.worst_down > 0, all_down ? red : yellow),
          cell(std::to_string(one.evicted), one.evicted > 0),
          time_cell(one.degraded, yellow),
          time_cell(one.outage, red)};
      if (several) cells.push_back(time_cell(one.longest_outage));
      rows.row(std::move(cells));
    }
    table(rows);
    more(all.size(), shown);
  }

  void write_unplaced() {
    const auto groups = unplaced_groups(rehearsal_);
    if (groups.empty()) return;
    heading("Pods that cannot be placed");
    const std::size_t shown = listed(groups.size(), most_unplaced);
    for (std::size_t i = 0; i < shown; ++i) {
      const rehearsal::Unplaced& first = *groups[i].first;
      wrapped("  ", visible(fmt::format("{}, {}", who(groups[i]), when(rehearsal_, first))),
              first.for_ever ? red : std::string_view{});
      if (!first.message.empty()) wrapped("    ", visible(first.message));
      const auto reasons = reason_groups(first);
      const std::size_t told = listed(reasons.size(), most_reasons);
      for (std::size_t reason = 0; reason < told; ++reason) {
        const std::string nodes = nodes_text(reasons[reason], look_.all ? reasons[reason].nodes.size() : 3);
        wrapped("    - ", visible(fmt::format("{}: {}", nodes, reasons[reason].reasons)), dim);
      }
      if (told < reasons.size()) {
        out_ += painted(dim, fmt::format("    - and {} more; --all", reasons.size() - told)) + "\n";
      }
    }
    more(groups.size(), shown);
  }

  void write_pools() {
    const auto& all = rehearsal_.pools;
    if (all.empty()) return;
    heading("What the pools need");
    TextTable rows({{"POOL", Align::left, Elide::end},
                    {"VERSION", Align::left, Elide::end},
                    {"NODES", Align::right},
                    {"IPS", Align::right},
                    {"BY", Align::left, Elide::end}});
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
      const PoolNeed& pool = all[i];
      const std::string versions = versions_text(pool);
      rows.row({{visible(pool.pool)},
                cell(visible(versions), !versions.empty()),
                {pool.surge_nodes > 0 ? fmt::format("{} +{}", pool.nodes, pool.surge_nodes)
                                      : std::to_string(pool.nodes)},
                cell(std::to_string(pool.ip_addresses), pool.ip_addresses > 0),
                cell(visible(pool.surge), !pool.surge.empty())});
    }
    table(rows);
    more(all.size(), shown);
  }

  void write_slow() {
    const auto all = slow_blockers(rehearsal_);
    if (all.empty()) return;
    heading("What holds it up");
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
      const Blocker& one = *all[i];
      std::string text = "from " + offset_text(since_start(rehearsal_, one.since), with_seconds_);
      if (!one.pod.empty()) text += ", pod " + one.pod;
      if (!one.node.empty()) text += (one.pod.empty() ? ", node " : " on ") + one.node;
      text += ": " + (one.reason.empty() ? std::string(title(one.kind)) : one.reason);
      wrapped(fmt::format("  {:>9}  ", duration_text(one.waited)), visible(text));
    }
    more(all.size(), shown);
  }

  void write_quarantined() {
    const auto& all = rehearsal_.quarantined;
    if (all.empty()) return;
    heading("Quarantined: cordoned, not upgraded");
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) wrapped("  - ", visible(all[i]));
    more(all.size(), shown);
  }

  void write_supposed() {
    const auto& all = rehearsal_.supposed;
    if (all.empty()) return;
    heading(fmt::format("Assumptions: {} of the time rests on them", percent_text(rehearsal_.supposed_share)));
    TextTable rows(
        {{"WHAT", Align::left}, {"VALUE", Align::left}, {"TIMES", Align::right}, {"FROM", Align::left}});
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
      const Supposed& one = all[i];
      rows.row({{visible(one.what)},
                {visible(one.value)},
                {std::to_string(one.times)},
                cell(visible(one.source), !one.source.empty())});
    }
    // Where a figure comes from is never cut: what does not fit beside each other stands below each other.
    if (fits(rows)) {
      table(rows);
    } else {
      for (std::size_t i = 0; i < shown; ++i) {
        wrapped("  - ", visible(fmt::format("{}: {} ({})", all[i].what, all[i].value,
                                            count(all[i].times, "time", "times"))));
        if (!all[i].source.empty()) wrapped("    ", visible(all[i].source), dim);
      }
    }
    more(all.size(), shown);
  }

  void write_gaps() {
    const auto all = gaps_in_order(rehearsal_);
    if (all.empty()) return;
    heading("What is not known");
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) {
      const twin::Gap& gap = *all[i];
      const bool doubt = gap.weight == twin::Gap::Weight::doubt;
      wrapped(doubt ? "  ? " : "  - ",
              visible(gap.subject.empty() ? gap.message : fmt::format("{}: {}", gap.subject, gap.message)),
              doubt ? yellow : std::string_view{});
    }
    more(all.size(), shown);
  }

  void write_warnings() {
    const auto& all = rehearsal_.warnings;
    if (all.empty()) return;
    heading("Warnings");
    const std::size_t shown = listed(all.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i) wrapped("  - ", visible(all[i]));
    more(all.size(), shown);
  }

  const Rehearsal& rehearsal_;
  const RehearsalLook& look_;
  std::size_t width_;
  bool with_seconds_;
  std::string out_;
};

}  // namespace

std::string rehearsal_text(const Rehearsal& rehearsal, const RehearsalLook& look) {
  return RehearsalWriter(rehearsal, look).text();
}

}  // namespace bulwark::report

#include "report/optimised.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "report/escape.h"
#include "report/palette.h"
#include "report/rehearsal_words.h"
#include "report/text_table.h"
#include "report/wrapped.h"

namespace bulwark::report {

namespace {

using rehearsal::Difference;
using rehearsal::Duration;
using rehearsal::Figures;
using rehearsal::Optimised;

constexpr std::size_t most_obstacles = 5;

std::string runs_text(const Optimised& optimised) {
  const bool is_counted = optimised.space != std::numeric_limits<std::uint64_t>::max();
  if (optimised.is_exhaustive) return fmt::format("all {} runs that were in question", optimised.space);
  if (!is_counted) return fmt::format("{} of the runs in question, which are too many to count", optimised.tried);
  return fmt::format("{} of the {} runs in question", optimised.tried, optimised.space);
}

std::string_view preference_text(rehearsal::Preference preference) {
  return preference == rehearsal::Preference::time
             ? "the shortest run first, then the fewest outages and pods away"
             : "the fewest outages first, then the fewest pods away, then the shortest run";
}

class Writer {
 public:
  Writer(const Optimised& optimised, const RehearsalLook& look)
      : optimised_(optimised), look_(look), width_(std::max<std::size_t>(look.width, 60)) {}

  std::string text() {
    const std::string_view paint = optimised_.best.completes ? bold_green : bold_red;
    append_wrapped(out_, width_, "", 0, visible(optimised_sentence(optimised_)), code(paint));
    if (!optimised_.cluster.empty()) append_wrapped(out_, width_, "", 0, visible(optimised_.cluster), code(dim));
    write_figures();
    write_differences();
    write_obstacles();
    write_needed();
    write_bound();
    return std::move(out_);
  }

 private:
  std::string_view code(std::string_view paint) const { return look_.colour ? paint : std::string_view{}; }
  void heading(std::string_view text) {
    out_ += '\n';
    out_ += look_.colour ? fmt::format("{}{}\x1b[0m\n", bold, text) : fmt::format("{}\n", text);
  }
  void line(std::string_view label, std::string_view text, std::string_view paint = {}) {
    append_wrapped(out_, width_, label, label.size(), visible(text), code(paint));
  }
  // A command is to be copied: it has one line, however long.
  void command(std::string_view text) { out_ += fmt::format("    {}\n", visible(text)); }

  void write_figures() {
    const bool is_same = optimised_.differences.empty();
    std::vector<TextTable::Column> columns{{""}, {"as asked"}};
    if (!is_same) columns.push_back({"best found"});
    TextTable table(std::move(columns));
    const auto row = [&](std::string title, auto&& text) {
      std::vector<TextTable::Cell> cells{{std::move(title), code(dim)}, {text(optimised_.asked)}};
      if (!is_same) cells.push_back({text(optimised_.best)});
      table.row(std::move(cells));
    };
    row("verdict", [](const Figures& of) { return std::string(of.completes ? "completes" : "stops"); });
    row("nodes done", [&](const Figures& of) { return fmt::format("{} of {}", of.nodes_done, optimised_.nodes); });
    row("takes", [](const Figures& of) { return duration_text(of.takes); });
    row("outages of workloads",
        [](const Figures& of) { return of.outage > Duration{} ? duration_text(of.outage) : std::string("none"); });
    row("pods away, together", [](const Figures& of) { return duration_text(of.degraded); });
    row("evictions", [](const Figures& of) { return std::to_string(of.evictions); });
    out_ += '\n';
    out_ += table.text(width_, code(dim));
  }

  void write_differences() {
    if (optimised_.differences.empty()) return;
    heading("What the best run does otherwise");
    for (const Difference& each : optimised_.differences) {
      line("  - ", each.what);
      for (const std::string& text : each.commands) command(text);
    }
    if (!optimised_.flags.empty()) {
      out_ += '\n';
      line("  ", "Rehearse it with these flags in the place of their like:");
      command(optimised_.flags);
    }
  }

  void write_obstacles() {
    if (optimised_.obstacles.empty()) return;
    heading("What no order, surge or number of replicas in question gets past");
    const std::size_t shown =
        look_.all ? optimised_.obstacles.size() : std::min(optimised_.obstacles.size(), most_obstacles);
    for (std::size_t i = 0; i < shown; ++i) {
      const rehearsal::Obstacle& each = optimised_.obstacles[i];
      line("  - ", fmt::format("pod {} on node {}{}: {}", each.pod, each.node,
                               each.budget.empty() ? "" : fmt::format(", budget {}", each.budget), each.why));
    }
    if (shown < optimised_.obstacles.size())
      line("  ", fmt::format("and {} more; --all", optimised_.obstacles.size() - shown), dim);
  }

  void write_needed() {
    if (optimised_.best.completes) return;
    if (optimised_.needed.empty()) {
      heading("No set of changes was found with which it completes");
      line("  ", fmt::format("{} sets were tried", optimised_.sets_tried), dim);
      return;
    }
    heading(optimised_.is_smallest ? "The smallest set of changes with which it completes"
                                   : "A set of changes with which it completes");
    for (const rehearsal::NeededChange& each : optimised_.needed) {
      line("  - ", each.summary);
      if (!each.command.empty()) command(each.command);
    }
    line("  ",
         fmt::format("The upgrade then takes {}. {} sets were rehearsed{}.",
                     duration_text(optimised_.takes_with_needed), optimised_.sets_tried,
                     optimised_.is_smallest ? ", among them every smaller one of the changes that may help"
                                            : ", which were not all the smaller ones"),
         dim);
  }

  void write_bound() {
    heading("What was searched");
    line("  ", optimised_.bound);
    line("  ",
         fmt::format("Rehearsed: {}. Best is {}.", runs_text(optimised_), preference_text(optimised_.preference)));
    if (optimised_.is_interrupted) line("  ", "The search was ended before it was done.", yellow);
    const auto doubts = std::ranges::count(optimised_.gaps, twin::Gap::Weight::doubt, &twin::Gap::weight);
    if (doubts > 0) {
      line("  ",
           fmt::format("{} things that the input does not show may change this; `bulwark upgrade rehearse` names "
                       "them.",
                       doubts),
           yellow);
    }
  }

  const Optimised& optimised_;
  const RehearsalLook& look_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string optimised_sentence(const Optimised& all) {
  if (all.best.completes) {
    // What the input does not show may stop it all the same.
    const bool is_doubtful =
        std::ranges::any_of(all.gaps, [](const twin::Gap& gap) { return gap.weight == twin::Gap::Weight::doubt; });
    const std::string takes =
        fmt::format("{}{}", duration_text(all.best.takes), is_doubtful ? ", as far as the input shows," : "");
    if (all.differences.empty()) {
      return all.is_exhaustive
                 ? fmt::format("Completes in about {} as it was asked for: no run in question is better.", takes)
                 : fmt::format("Completes in about {} as it was asked for: nothing better was found.", takes);
    }
    if (!all.asked.completes) {
      return fmt::format(
          "Completes in about {} if it is run otherwise: as it was asked for it stops, with {} of {} nodes done.",
          takes, all.asked.nodes_done, all.nodes);
    }
    return fmt::format("Completes in about {} if it is run otherwise, and in about {} as it was asked for.", takes,
                       duration_text(all.asked.takes));
  }
  if (all.is_impossible) return fmt::format("No run completes, whatever the order: {}.", all.proof);
  return fmt::format("No run that completes was found, which is no proof that there is none: {} were rehearsed.",
                     runs_text(all));
}

std::string optimised_text(const Optimised& optimised, const RehearsalLook& look) {
  return Writer(optimised, look).text();
}

}  // namespace bulwark::report

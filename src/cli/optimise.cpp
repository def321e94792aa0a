#include "cli/optimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "cli/input_flags.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/threads.h"
#include "cli/timeout.h"
#include "cli/version.h"
#include "rehearsal/optimise.h"
#include "report/optimised.h"

namespace bulwark::cli {

namespace {

constexpr std::uint64_t most_candidates = 100'000'000;

base::Result<rehearsal::OptimiseOptions> parse(const Arguments& arguments) {
  rehearsal::OptimiseOptions search;
  if (const std::string text = arguments.value("candidates"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), search.candidates);
    if (error != std::errc() || end != text.data() + text.size() || search.candidates < 1 ||
        search.candidates > most_candidates)
      return base::fail(fmt::format("--candidates: \"{}\" is no number of runs", text));
  }
  const std::string prefer = arguments.value("prefer", "interruptions");
  if (prefer != "time" && prefer != "interruptions")
    return base::fail(fmt::format("--prefer: there is no \"{}\"; there are interruptions and time", prefer));
  search.preference = prefer == "time" ? rehearsal::Preference::time : rehearsal::Preference::interruptions;
  search.limits.max_surge = arguments.value("surge-limit");
  search.limits.scales = !arguments.has("keep-replicas");
  search.for_each = in_threads(TRY(parse_jobs(arguments)));
  return search;
}

}  // namespace

std::vector<Flag> optimise_flags() {
  return {
      {"optimise", 0, "",
       "search orders, surge nodes and replicas for a run that completes, with the fewest interruptions"},
      {"candidates", 0, "N", "with --optimise: rehearse so many runs at most (default: 2000)"},
      {"time-limit", 0, "DURATION",
       "with --optimise: end the search after so long with the best found (default: none)"},
      {"prefer", 0, "WHAT", "with --optimise: interruptions (default) or time counts first"},
      {"surge-limit", 0, "N|N%", "with --optimise: surge nodes at most (default: 33%)"},
      {"keep-replicas", 0, "", "with --optimise: do not add replicas for the time of the upgrade"},
  };
}

base::Result<int> optimise_upgrade(const Arguments& arguments, const TwinInput& input,
                                   const rehearsal::RehearseOptions& options,
                                   const std::atomic<bool>& interrupted) {
  const std::string format = arguments.value("output", "table");
  if (format == "html") return base::fail("--output: a search has no page; there are table and json");
  rehearsal::OptimiseOptions search = TRY(parse(arguments));
  using Clock = std::chrono::steady_clock;
  Clock::time_point end = Clock::time_point::max();
  if (const std::string text = arguments.value("time-limit"); !text.empty())
    end = Clock::now() + TRY(parse_duration(text, "time-limit"));
  search.goes_on = [&] { return !interrupted && Clock::now() < end; };
  base::Result<rehearsal::Optimised> result;
  {
    Progress progress("searching", "runs");
    progress.expect(search.candidates);
    std::uint64_t shown = 0;
    search.progress = [&](std::uint64_t tried, std::uint64_t, bool) {
      progress.advance(tried - shown);
      shown = tried;
    };
    result = rehearsal::optimise(input.model, options, search);
  }
  if (interrupted) return 130;
  if (!result) return base::fail(fmt::format("--surge-limit: {}", result.error().message));
  result->cluster = input.name;
  for (const base::Error& error : input.errors) fmt::print(stderr, "error: {}\n", error.text());
  if (format == "json") {
    write_stdout(report::optimised_json(*result, version));
  } else {
    const report::Look look = look_of_stdout();
    write_stdout(report::optimised_text(*result, {.colour = look.colour,
                                                  .unicode = stdout_shows_unicode(),
                                                  .width = look.width,
                                                  .all = arguments.has("all")}));
  }
  const bool is_sure = std::ranges::none_of(
      result->gaps, [](const twin::Gap& gap) { return gap.weight == twin::Gap::Weight::doubt; });
  return result->best.completes && is_sure ? exit_clean : exit_findings;
}

}  // namespace bulwark::cli

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>

#include "base/int_or_percent.h"
#include "cli/commands.h"
#include "cli/optimise.h"
#include "cli/progress.h"
#include "cli/rehearsal_input.h"
#include "cli/terminal.h"
#include "cli/timeout.h"
#include "cli/version.h"
#include "kube/version.h"
#include "rehearsal/rehearse.h"
#include "report/rehearsal.h"

namespace bulwark::cli {

namespace {

std::atomic<bool> interrupted = false;

base::Result<std::chrono::minutes> parse_minutes(const Arguments& arguments, std::string_view flag) {
  const auto length = TRY(parse_duration(arguments.value(flag), flag));
  return std::chrono::ceil<std::chrono::minutes>(length);
}

base::Result<std::string> parse_number_or_percent(const Arguments& arguments, std::string_view flag) {
  std::string text = arguments.value(flag);
  const base::IntOrPercent value = base::IntOrPercent::parse(text);
  const bool is_valid = value.is_text() ? base::is_valid_percent(text) : value.number() >= 0;
  if (!is_valid) return base::fail(fmt::format("--{}: \"{}\" is no number or percentage such as 33%", flag, text));
  return text;
}

base::Result<rehearsal::RehearseOptions> parse_options(const Arguments& arguments) {
  rehearsal::RehearseOptions options;
  upgrade::RolloutOptions& rollout = options.rollout;
  upgrade::SettingsOverride& settings = rollout.settings;
  if (arguments.has("to")) {
    const std::string text = arguments.value("to");
    const auto version = kube::Version::parse(text);
    if (!version)
      return base::fail(fmt::format("--to: \"{}\" is no Kubernetes version such as 1.34 or 1.34.2", text));
    rollout.version = version->text();
    rollout.control_plane = true;
  } else {
    rollout.all_nodes = true;  // a new node image
  }
  if (arguments.has("max-surge")) settings.max_surge = TRY(parse_number_or_percent(arguments, "max-surge"));
  if (arguments.has("max-unavailable"))
    settings.max_unavailable = TRY(parse_number_or_percent(arguments, "max-unavailable"));
  if (arguments.has("drain-timeout")) settings.drain_timeout = TRY(parse_minutes(arguments, "drain-timeout"));
  if (arguments.has("soak")) settings.node_soak = TRY(parse_minutes(arguments, "soak"));
  if (arguments.has("undrainable")) {
    const std::string text = arguments.value("undrainable");
    if (text != "Schedule" && text != "Cordon") return base::fail("--undrainable: there are Schedule and Cordon");
    settings.undrainable =
        text == "Cordon" ? upgrade::UndrainableNodeBehavior::cordon : upgrade::UndrainableNodeBehavior::schedule;
  }
  if (arguments.has("blue-green")) settings.strategy = upgrade::UpgradeStrategy::blue_green;
  rollout.pools = arguments.values("pool");
  rollout.force = arguments.has("force");
  if (arguments.has("one-at-a-time")) rollout.parallel = 1;
  rollout.sets = !arguments.has("no-sets");
  if (const std::string text = arguments.value("seed"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options.seed);
    if (error != std::errc() || end != text.data() + text.size())
      return base::fail(fmt::format("--seed: \"{}\" is no number", text));
  }
  options.fixes = !arguments.has("no-fixes");
  options.interrupted = &interrupted;
  return options;
}

// Pools that are named must be there, and nodes of an order belong to one of them.
base::Result<> check_names(const Arguments& arguments, const twin::Model& model,
                           rehearsal::RehearseOptions& options) {
  const std::vector<upgrade::NodePool> pools = rehearsal::pools_of(model);
  for (const std::string& name : options.rollout.pools) {
    const bool known =
        std::any_of(pools.begin(), pools.end(), [&](const auto& pool) { return pool.name == name; });
    if (known) continue;
    std::vector<std::string> names;
    names.reserve(pools.size());
    for (const auto& pool : pools) names.push_back(pool.name);
    return base::fail(
        fmt::format("--pool: there is no node pool \"{}\"; there are {}", name, fmt::join(names, ", ")));
  }
  for (const std::string& name : arguments.values("order")) {
    const auto node =
        std::find_if(model.nodes.begin(), model.nodes.end(), [&](const auto& each) { return each->name == name; });
    if (node == model.nodes.end()) return base::fail(fmt::format("--order: there is no node \"{}\"", name));
    const std::string pool(rehearsal::pool_of(**node));
    auto& orders = options.rollout.orders;
    auto found = std::find_if(orders.begin(), orders.end(), [&](const auto& each) { return each.pool == pool; });
    if (found == orders.end()) found = orders.insert(orders.end(), {.pool = pool, .nodes = {}});
    found->nodes.push_back(name);
  }
  return {};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string format = arguments.value("output", "table");
  if (format != "table" && format != "json" && format != "html") {
    return base::fail(fmt::format("--output: there is no format \"{}\"; there are table, json, html", format));
  }
  rehearsal::RehearseOptions options = TRY(parse_options(arguments));
  TwinInput input = TRY(read_twin(arguments));
  TRY(check_names(arguments, *input.model, options));
  options.pools = input.pools;
  std::signal(SIGINT, [](int) { interrupted = true; });
  // No order or surge mends a version.
  if (arguments.has("optimise") && rehearsal::judge_versions(*input.model, options).blockers.empty())
    return optimise_upgrade(arguments, input, options, interrupted);
  rehearsal::Rehearsal result;
  {
    Progress progress("rehearsing", "nodes");
    progress.expect(input.model->nodes.size());
    options.progress = [&](std::size_t, std::size_t) { progress.advance(1); };
    result = rehearsal::rehearse(input.model, options);
  }
  std::signal(SIGINT, SIG_DFL);
  if (interrupted) return 130;
  result.cluster = input.name;
  for (const base::Error& error : input.errors) fmt::print(stderr, "error: {}\n", error.text());
  std::string out;
  if (format == "json") {
    out = report::rehearsal_json(result, version);
  } else if (format == "html") {
    out = report::rehearsal_html(result, version);
  } else {
    const report::Look look = look_of_stdout();
    out = report::rehearsal_text(result, {.colour = look.colour,
                                          .unicode = stdout_shows_unicode(),
                                          .width = look.width,
                                          .all = arguments.has("all")});
  }
  write_stdout(out);
  return result.verdict == rehearsal::Verdict::completes ? exit_clean : exit_findings;
}

std::vector<Flag> flags() {
  std::vector<Flag> all{
      {"to", 0, "VERSION",
       "the version that control plane and nodes get (default: a new node image for all nodes)"},
      {"pool", 0, "POOL,...", "these node pools, in this order (default: all)"},
      {"max-surge", 0, "N|N%", "nodes that are added at once (default: the pool's, else 10%)"},
      {"max-unavailable", 0, "N|N%", "nodes that are taken without a replacement"},
      {"drain-timeout", 0, "DURATION", "how long a node may take to drain (default: the pool's, else 30m)"},
      {"soak", 0, "DURATION", "wait between drain and reimage (default: the pool's, else none)"},
      {"order", 0, "NODE,...", "these nodes first, in this order"},
      {"one-at-a-time", 0, "", "drain one node at a time, however many are added"},
      {"no-sets", 0, "", "begin a node as soon as another has ended, not when all that were begun with it have"},
      {"undrainable", 0, "BEHAVIOR",
       "what becomes of a node that cannot be drained: Schedule (stop) or Cordon (quarantine it)"},
      {"blue-green", 0, "", "a new pool beside the old one, to which the pods move in batches"},
      {"force", 0, "", "delete pods past all budgets, as --enable-force-upgrade does"},
      {"no-fixes", 0, "", "do not try what would mend it"},
      {"seed", 0, "N", "decides between nodes of the same score (default: 1)"},
      {"all", 0, "", "show every row of every list, and every node in the timeline"},
      {"output", 'o', "FORMAT", "table (default), json, html"},
  };
  for (const Flag& flag : optimise_flags()) all.push_back(flag);
  for (const Flag& flag : twin_flags()) all.push_back(flag);
  return all;
}

}  // namespace

const Command upgrade_rehearse_command{
    .name = "upgrade rehearse",
    .positional = "PATH...",
    .summary = "Run an upgrade on a twin of the cluster first: does it complete, what stops it, what mends that",
    .details =
        "Loads the cluster into a twin (scheduler, controllers, disruption budgets, eviction API, kubelets) and "
        "runs\n"
        "the whole upgrade on it: each surge node, cordon, eviction, refusal and reimage, in the cluster's own "
        "time.\n"
        "What stops it is told with the reason, and every fix that is named was tried on the twin.\n"
        "With --optimise other ways to run it are searched for the best one, or it is proven that none "
        "completes.\n"
        "Nothing is changed. Exit codes: 0 it completes, 1 it stops, or may for what the input does not show.",
    .examples =
        "  bulwark upgrade rehearse --cluster -A --to 1.34\n"
        "  bulwark upgrade rehearse --snapshot cluster.json.zst --pool nodepool1 --max-surge 33% --soak 5m\n"
        "  bulwark upgrade rehearse --snapshot cluster.json.zst --what-if new-budget.yaml\n"
        "  bulwark upgrade rehearse --snapshot cluster.json.zst --to 1.34 --optimise --candidates 10000\n"
        "  bulwark upgrade rehearse --cluster -A -o html > rehearsal.html",
    .flags =
        [] {
          static const std::vector<Flag> all = flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli

#include "cli/drain_flags.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/cluster_source.h"
#include "cli/timeout.h"

namespace bulwark::cli {

namespace {

base::Result<std::int64_t> parse_number(std::string_view flag, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return base::fail(fmt::format("--{}: \"{}\" is no whole number", flag, text));
  }
  return number;
}

base::Result<DryRun> parse_dry_run(const std::string& text) {
  if (text == "none") return DryRun::none;
  if (text == "client") return DryRun::client;
  if (text == "server") return DryRun::server;
  return base::fail(fmt::format("--dry-run: \"{}\"; there are none, client, server", text));
}

}  // namespace

std::vector<Flag> drain_flags() {
  std::vector<Flag> all{
      {"dry-run", 0, "[=client]",
       "tell what would happen, and change nothing; with =server, ask the API server for each eviction"},
      {"force", 0, "", "also pods that declare no controller, which nothing brings back"},
      {"ignore-daemonsets", 0, "", "leave the pods of DaemonSets, which would be back at once"},
      {"delete-emptydir-data", 0, "", "also pods with emptyDir volumes, whose data is lost"},
      {"disable-eviction", 0, "", "delete the pods instead of evicting them, past all PodDisruptionBudgets"},
      {"grace-period", 0, "SECONDS", "time for each pod to terminate (default: -1, the pod's own)"},
      {"timeout", 0, "TIME", "give up after this time: 30s, 10m, a day at most; 0 never does (default: 0)"},
      {"skip-wait-for-delete-timeout", 0, "SECONDS",
       "do not wait for pods that have been terminating for longer; 0 waits for all (default: 0)"},
      {"pod-selector", 0, "SELECTOR", "these pods of the node alone"},
      {"selector", 'l', "SELECTOR", "all nodes with these labels, instead of naming them"},
      {"snapshot", 0, "FILE", "rehearse it on a twin of this snapshot, or of these manifests, instead"},
      {"assumptions", 0, "FILE", "how long things take in the rehearsal"},
      {"chunk-size", 0, "N", "as kubectl has it; lists are read in pages in any case"},
  };
  // There is nothing else to drain, and a node has no namespace.
  for (const Flag& flag : cluster_flags()) {
    if (flag.name != "cluster" && flag.name != "namespace" && flag.name != "all-namespaces") all.push_back(flag);
  }
  return all;
}

base::Result<> parse_drain(const Arguments& arguments, DrainRequest& request) {
  request.selector = arguments.value("selector");
  if (arguments.positional().empty() && request.selector.empty()) {
    return base::fail("name the node to drain, or choose some with -l");
  }
  if (!arguments.positional().empty() && !request.selector.empty()) {
    return base::fail("cannot specify both a node name and a --selector option");
  }
  for (std::string_view name : arguments.positional()) {
    for (const std::string_view prefix : {"node/", "nodes/", "no/"}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    request.nodes.emplace_back(name);
  }
  if (!request.selector.empty()) {
    base::Arena arena;
    if (const auto selector = kube::parse_selector(request.selector, arena); !selector) {
      return base::fail("--selector: " + selector.error().message);
    }
  }
  request.dry_run = TRY(parse_dry_run(arguments.has("dry-run") ? arguments.value("dry-run", "client") : "none"));

  upgrade::DrainOptions& options = request.options;
  options.force = arguments.has("force");
  options.ignore_daemon_sets = arguments.has("ignore-daemonsets");
  options.delete_empty_dir_data = arguments.has("delete-emptydir-data");
  options.disable_eviction = arguments.has("disable-eviction");
  const std::int64_t grace = TRY(parse_number("grace-period", arguments.value("grace-period", "-1")));
  if (grace >= 0) options.grace_period_seconds = grace;
  options.timeout = TRY(parse_duration(arguments.value("timeout", "0"), "timeout"));
  options.skip_wait_for_delete_timeout = std::chrono::seconds(
      TRY(parse_number("skip-wait-for-delete-timeout", arguments.value("skip-wait-for-delete-timeout", "0"))));
  static_cast<void>(TRY(parse_number("chunk-size", arguments.value("chunk-size", "500"))));
  if (arguments.has("pod-selector")) {
    request.pod_selector_text = arguments.value("pod-selector");
    const auto selector = kube::parse_selector(request.pod_selector_text, request.arena);
    if (!selector) return base::fail("--pod-selector=<pod_selector> must be a valid label selector");
    request.pod_selector = *selector;
    options.pod_selector = &*request.pod_selector;
  }
  return {};
}

}  // namespace bulwark::cli

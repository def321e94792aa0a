#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>

#include "adapters/http/server.h"
#include "adapters/os/whole_file.h"
#include "base/rfc3339.h"
#include "cli/cluster_source.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/timeout.h"
#include "cli/twin_clock.h"
#include "cli/twin_loading.h"
#include "kube/version.h"
#include "report/escape.h"
#include "serve/rest.h"
#include "twin/simulation.h"
#include "twin/store.h"

namespace bulwark::cli {

namespace {

std::atomic<bool> stopped = false;

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = true; };
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

// "60x", "60" or "0.5x".
base::Result<double> parse_speed(std::string_view text) {
  if (text.ends_with('x')) text.remove_suffix(1);
  double speed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), speed);
  if (error != std::errc() || end != text.data() + text.size() || !(speed > 0 && speed <= 1e6)) {
    return base::fail("--speed: a number above 0 and at most 1000000, such as 60x");
  }
  return speed;
}

base::Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size())
    return base::fail("--port: a number from 0 to 65535");
  return port;
}

constexpr std::string_view kubeconfig_mark = "# kubeconfig of a Bulwark twin; gone with it\n";

std::string kubeconfig(std::uint16_t port) {
  return fmt::format(
      "{}apiVersion: v1\nkind: Config\nclusters:\n- name: twin\n  cluster:\n    server: "
      "http://127.0.0.1:{}\ncontexts:\n"
      "- name: twin\n  context:\n    cluster: twin\n    user: twin\ncurrent-context: twin\nusers:\n- name: twin\n "
      " "
      "user: {{}}\n",
      kubeconfig_mark, port);
}

// A kubeconfig of somebody else is never written over.
base::Result<> write_kubeconfig(const std::string& path, std::uint16_t port) {
  if (std::ifstream old(path, std::ios::binary); old) {
    std::string begin(kubeconfig_mark.size(), '\0');
    old.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    if (old.gcount() != 0 && begin != kubeconfig_mark) {
      return std::unexpected(base::Error{
          .message = "is there already, and is no twin's kubeconfig: name another with --kubeconfig-out",
          .file = path});
    }
  }
  auto file = TRY(adapters::WholeFile::create(path));
  TRY(file.commit({kubeconfig(port)}));
  return {};
}

// Unless another twin has written its own there since.
void remove_kubeconfig(const std::string& path, std::uint16_t port) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text == kubeconfig(port)) static_cast<void>(std::remove(path.c_str()));
}

void tell(const base::Error& problem) {
  std::string text;
  report::append_visible(text, problem.text(), true);
  fmt::print(stderr, "bulwark: {}\n", text);
}

kube::Time start_time(const std::string& taken_at) {
  if (const auto taken = base::parse_rfc3339(taken_at)) return *taken;
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

base::Result<int> serve(const Arguments& arguments) {
  const double speed = TRY(parse_speed(arguments.value("speed", "1x")));
  adapters::HttpServerOptions listen;
  listen.port = TRY(parse_port(arguments.value("port", "0")));
  std::vector<std::string> paths = arguments.positional();
  if (arguments.has("snapshot")) paths.push_back(arguments.value("snapshot"));

  TwinLoader loader(paths);
  const std::string version = loader.files().server_version;
  PacedClock clock(start_time(loader.files().taken_at), speed);
  twin::Store store({.seed = 1, .now = [&] { return clock.now(); }, .log = {}});
  const TwinFiles files = loader.load(store);
  for (const base::Error& problem : files.problems) tell(problem);
  if (files.objects == 0 && !files.problems.empty()) return base::fail("not one object could be read");

  const auto minor = kube::Version::parse(version);
  twin::Simulation simulation(store, {.minor = minor ? static_cast<int>(minor->minor_number) : 34,
                                      .assumptions = {},
                                      .seed = 1,
                                      .from_files = loader.files().taken_at.empty()});
  clock.set_engine([&](kube::Time until) { simulation.run_until(until); });
  auto server = adapters::HttpServer::listen(listen);
  if (!server)
    return std::unexpected(base::Error{.message = server.error().message, .file = {}, .unanswered = true});
  const std::string config = arguments.value("kubeconfig-out", "twin.kubeconfig");
  const std::uint16_t port = server->port();
  TRY(write_kubeconfig(config, port));
  serve::RestOptions options;
  if (!version.empty()) options.git_version = version;
  options.clock = &clock;
  serve::Rest rest(store, options);

  stop_on_signals();
  fmt::print(stderr, "{} objects{}; serving on http://127.0.0.1:{}, at {}x, until ^C\n", files.objects,
             files.made_namespaces == 0 ? "" : fmt::format(", {} namespaces made for them", files.made_namespaces),
             server->port(), speed);
  write_stdout(fmt::format("export KUBECONFIG={}\nkubectl get nodes\n", config));
  std::fflush(stdout);
  constexpr auto interval = std::chrono::milliseconds(50);
  server->run(rest, stopped, interval, [&] { clock.tick(); });
  remove_kubeconfig(config, port);
  return exit_clean;
}

base::Result<int> turn_clock(const Arguments& arguments) {
  const auto& words = arguments.positional();
  const std::string what = words.empty() ? "show" : words[0];
  std::string wish;
  if (what == "run") {
    wish = arguments.has("speed") ? fmt::format(R"({{"run":{}}})", TRY(parse_speed(arguments.value("speed"))))
                                  : R"({"run":true})";
  } else if (what == "pause") {
    wish = R"({"pause":true})";
  } else if (what == "step") {
    if (words.size() != 2) return base::fail("step takes how long: bulwark twin clock step 10m");
    const auto length = parse_duration(words[1]);
    if (!length) return base::fail(fmt::format("\"{}\" is no time; say 30s, 10m or 2h", words[1]));
    wish = fmt::format(R"({{"stepMilliseconds":{}}})", length->count());
  } else if (what != "show") {
    return base::fail(fmt::format("the clock can run, pause, step or show, not \"{}\"", what));
  }
  if (words.size() > (what == "step" ? 2U : 1U)) return base::fail(fmt::format("{} takes nothing more", what));
  const ClusterSource source = TRY(open_cluster(arguments));
  const kube::ObjectKey key{.resource = {.group = "bulwark.dev",
                                         .version = "v1",
                                         .plural = "clock",
                                         .kind = "Clock",
                                         .namespaced = false,
                                         .verbs = {}},
                            .name_space = {},
                            .name = {}};
  const kube::Answer<std::string> answer =
      wish.empty() ? source.cluster->get_raw("/bulwark.dev/v1/clock") : source.cluster->create(key, wish, {}, {});
  if (!answer) {
    if (answer.error().is_not_found()) return base::fail(fmt::format("{} is no twin", source.place));
    return std::unexpected(
        base::Error{.message = reason_of(source, answer.error()), .file = {}, .unanswered = true});
  }
  const auto clock = TRY(document::Json::parse(*answer));
  const document::Json* running = clock.find("running");
  write_stdout(fmt::format("{} {}\n", clock.text_at({"now"}),
                           running != nullptr && running->is_true()
                               ? fmt::format("running at {}", clock.text_at({"speed"}))
                               : "paused"));
  return exit_clean;
}

std::vector<Flag> clock_flags() {
  std::vector<Flag> all{{"speed", 0, "SPEED", "run so many times as fast as our own time, such as 60x"}};
  for (const Flag& flag : cluster_flags()) {
    if (flag.name == "kubeconfig" || flag.name == "context" || flag.name == "request-timeout") all.push_back(flag);
  }
  return all;
}

}  // namespace

const Command twin_serve_command{
    .name = "twin serve",
    .positional = "[PATH...]",
    .summary = "Serve a simulated cluster behind the Kubernetes API, for kubectl",
    .details =
        "Objects come from files, folders or a snapshot; with none it is an empty cluster. kubectl gets, "
        "describes,\n"
        "applies, patches, scales, labels, drains, deletes and watches them; scheduler, controllers and "
        "evictions\n"
        "do what a cluster's do, on the twin's clock. It listens on 127.0.0.1 alone and asks for no password.\n"
        "The kubeconfig that it writes is removed when it ends.",
    .examples =
        "  bulwark twin serve examples/cluster\n"
        "  bulwark twin serve --snapshot cluster.json.zst --speed 60x --port 8001",
    .flags =
        [] {
          static const std::vector<Flag> all{
              {"snapshot", 0, "FILE", "a snapshot that `bulwark snapshot` wrote"},
              {"port", 0, "PORT", "where to listen (default: any that is free)"},
              {"speed", 0, "SPEED", "how many times as fast as our own time goes by (default: 1x)"},
              {"kubeconfig-out", 0, "FILE", "where to write the kubeconfig (default: twin.kubeconfig)"}};
          return std::span<const Flag>(all);
        }(),
    .run = serve,
};

const Command twin_clock_command{
    .name = "twin clock",
    .positional = "[run|pause|step DURATION|show]",
    .summary = "Turn the clock of a served twin",
    .details = "The twin is found as kubectl finds it: by --kubeconfig, or KUBECONFIG.",
    .examples =
        "  bulwark twin clock\n"
        "  bulwark twin clock pause\n"
        "  bulwark twin clock step 10m\n"
        "  bulwark twin clock run --speed 60x",
    .flags =
        [] {
          static const std::vector<Flag> all = clock_flags();
          return std::span<const Flag>(all);
        }(),
    .run = turn_clock,
};

}  // namespace bulwark::cli

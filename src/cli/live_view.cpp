#include "cli/live_view.h"
#include "cli/input_flags.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>

#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/threads.h"
#include "kube/informers.h"
#include "kube/reading.h"
#include "posture/live_scan.h"
#include "report/changes.h"

namespace bulwark::cli {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// What changes together is shown together.
constexpr auto gathering = 100ms;
// Judging all again takes at most this part of the time of one thread, as long as a change shows within a second.
constexpr int rest_after_work = 10;
constexpr auto longest_rest = 700ms;
constexpr std::chrono::seconds between_facts = 5min;
constexpr std::chrono::seconds between_tries = 10s;  // when the server does not tell what it serves
constexpr auto trouble_lasts = 2min;
constexpr std::size_t kept_changes = 500;

std::atomic<int> signal_seen = 0;
std::atomic<bool> interrupted = false, resized = false;

void on_signal(int number) {
  if (number == SIGWINCH) {
    resized = true;
    return;
  }
  signal_seen = number;
  interrupted = true;
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) ::sigaction(number, &action, nullptr);
}

std::string text_of(kube::Time time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

// Where the changes are shown.
class Output {
 public:
  virtual ~Output() = default;
  virtual void show(const report::Report& report, const std::vector<report::Change>& changes,
                    std::string_view time) = 0;
  virtual void trouble(const std::string& text, std::string_view time) = 0;
  virtual void clear_trouble() {}
  // The last word, when the view ends.
  virtual void end() {}
};

class Lines : public Output {
 public:
  Lines(report::Look look, bool json) : look_(look), json_(json) {}

  void show(const report::Report& report, const std::vector<report::Change>& changes,
            std::string_view time) override {
    std::string out;
    const bool first = std::exchange(first_, false);
    if (first && !json_) {
      report::write_table(report, look_, [&](std::string_view text) { out += text; });
    } else {
      for (const report::Change& change : changes) out += json_ ? change_json(change) : change_line(change);
      if (first) out += synced_json(report, time);
    }
    write_stdout(out);
  }
  void trouble(const std::string& text, std::string_view) override { warn_of_cluster(text); }

 private:
  report::Look look_;
  bool json_, first_ = true;
};

// The terminal's other screen, which leaves what stood there before as it was.
class Window : public Output {
 public:
  Window(report::Look look, std::string name) : look_(look), name_(std::move(name)) {}
  ~Window() override { close(); }

  void show(const report::Report& report, const std::vector<report::Change>& changes,
            std::string_view time) override {
    if (!open_) write_stdout("\x1b[?1049h\x1b[?25l");
    // The newest first, and the worst of them. (Of the start, all is new.)
    if (open_) changes_.insert(changes_.begin(), changes.begin(), changes.end());
    open_ = true;
    if (changes_.size() > kept_changes) changes_.resize(kept_changes);
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    look_.width = look_of_stdout().width;
    const std::string title = fmt::format("cluster {}, as of {}; ^C ends", name_, time);
    const std::string screen =
        report::live_screen(report, changes_, look_, known ? size.ws_row : 24, title, trouble_);
    std::string out = "\x1b[H";
    for (const char c : screen) c == '\n' ? out += "\x1b[K\r\n" : out += c;
    write_stdout(out + "\x1b[K\x1b[J");
    last_.clear();
    report::write_table(report, look_, [&](std::string_view text) { last_ += text; });
  }
  void trouble(const std::string& text, std::string_view time) override {
    trouble_ = fmt::format("{} {}", time, text);
  }
  void clear_trouble() override { trouble_.clear(); }
  void end() override {
    close();
    write_stdout(last_);
  }

 private:
  void close() {
    if (std::exchange(open_, false)) write_stdout("\x1b[?25h\x1b[?1049l");
  }

  report::Look look_;
  std::string name_, trouble_, last_;
  std::vector<report::Change> changes_;
  bool open_ = false;
};

class LiveView : private kube::InformerSink {
 public:
  LiveView(Workspace& workspace, ClusterSource& source, const ReportSettings& settings, unsigned jobs,
           Output& output)
      : workspace_(workspace),
        source_(source),
        settings_(settings),
        jobs_(jobs),
        output_(output),
        scan_(workspace.selection, workspace.limits, 0),
        informers_(*source.cluster, *this) {}

  base::Result<> start() {
    ClusterFacts facts;
    const std::vector<kube::Resource> kinds = TRY(kinds_of(source_, facts));
    Progress progress("reading the cluster", "kinds");
    progress.expect(kinds.size());
    std::size_t followed = 0;
    for (const kube::Resource& kind : kinds) {
      if (interrupted) return {};
      followed += follow(kind) ? 1 : 0;
      progress.advance(1);
    }
    if (followed == 0 && !interrupted) {
      return std::unexpected(nothing_readable(source_, unreadable_.empty() ? "" : unreadable_.begin()->second));
    }
    refresh_facts(std::move(facts));
    return {};
  }

  void run() {
    kube::Cluster& cluster = *source_.cluster;
    kube::Time due = cluster.now();  // when what has changed is to be judged
    kube::Time facts_due = cluster.now() + between_facts;
    while (!interrupted) {
      const kube::Time now = cluster.now();
      if (now >= facts_due || std::exchange(facts_changed_, false)) {
        facts_due = (read_facts() ? between_facts : between_tries) + cluster.now();
      }
      if (trouble_until_ != kube::Time{} && now >= trouble_until_) clear_trouble();
      changed_ |= resized.exchange(false);
      if (changed_ && now >= due) {
        due = judge() + cluster.now();
        continue;
      }
      const bool was_changed = changed_;
      informers_.run_until(std::min(changed_ ? due : now + 1s, facts_due));
      if (changed_ && !was_changed) due = std::max(due, cluster.now() + gathering);
    }
  }

  void tell_trouble(const std::string& text) {
    const kube::Time now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    output_.trouble(text, text_of(now));
    trouble_until_ = now + trouble_lasts;
    changed_ = true;
  }

 private:
  static posture::LivePlace place(const kube::Resource& kind, std::string_view name_space, std::string_view name) {
    return {kind.plural, name_space, name};
  }

  bool follow(const kube::Resource& kind) {
    const auto query = query_for(source_, kind);
    return query && informers_.follow(kind, *query);
  }

  void on_present(const kube::Resource& kind, const document::Node& object, std::string_view) override {
    const kube::ObjectName name = kube::name_of(object);
    changed_ |= scan_.put(place(kind, name.name_space, name.name), object);
    facts_changed_ |= source_.certificates.put(object);
    came_from(kind);
  }
  void on_gone(const kube::Resource& kind, std::string_view name_space, std::string_view name) override {
    changed_ |= scan_.erase(place(kind, name_space, name));
    facts_changed_ |= source_.certificates.erase(kind.kind, name);
    came_from(kind);
  }
  void on_readable(const kube::Resource& kind, const kube::Status* failure) override {
    const std::pair<std::string, std::string> key(kind.api_version(), kind.kind);
    const std::string reason = failure == nullptr ? std::string() : reason_of(source_, *failure);
    std::string& known = unreadable_[key];
    facts_changed_ |= known != reason;
    known = reason;
    if (failure == nullptr) unreadable_.erase(key);
  }

  void came_from(const kube::Resource& kind) {
    // Another kind of objects may be served from now on, or no more.
    if (kind.kind == "CustomResourceDefinition") facts_changed_ = true;
  }

  // False when what was known stays.
  bool read_facts() {
    ClusterFacts facts;
    if (!follow_kinds(facts)) return false;
    refresh_facts(std::move(facts));
    return true;
  }

  void refresh_facts(ClusterFacts facts) {
    for (const auto& [kind, reason] : unreadable_) facts.add_unreadable(kind.first, kind.second, reason);
    complete_facts(source_, facts);
    with_snapshot(source_, facts, [&](const document::Node& snapshot) {
      changed_ |= scan_.put({"snapshots", "", source_.name}, snapshot);
    });
    facts_changed_ = false;
  }

  bool follow_kinds(ClusterFacts& facts) {
    const auto kinds = kinds_of(source_, facts);
    if (!kinds) return false;
    const auto is_in = [](const std::vector<kube::Resource>& list, const kube::Resource& kind) {
      return std::any_of(list.begin(), list.end(), [&](const kube::Resource& each) {
        return each.group == kind.group && each.plural == kind.plural;
      });
    };
    const std::vector<kube::Resource> followed = informers_.followed();
    for (const kube::Resource& kind : followed) {
      if (is_in(*kinds, kind)) continue;
      informers_.unfollow(kind);
      unreadable_.erase({kind.api_version(), kind.kind});
    }
    for (const kube::Resource& kind : *kinds) {
      if (!is_in(followed, kind)) follow(kind);
    }
    return true;
  }

  // Shows what has changed; returns how long to rest.
  std::chrono::milliseconds judge() {
    const auto started = steady_clock::now();
    changed_ = false;
    const posture::Scan& scan = scan_.judge(workspace_.sources, workspace_.exceptions, in_threads(jobs_));
    workspace_.errors.clear();
    add_scan_errors(workspace_, scan);
    const report::Report report = make_report(workspace_, scan, settings_);
    const std::string time = text_of(source_.cluster->now());
    output_.show(report, changes_.since_last(report, time), time);
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - started);
    return std::min<std::chrono::milliseconds>(took * rest_after_work, longest_rest);
  }

  void clear_trouble() {
    output_.clear_trouble();
    trouble_until_ = {};
    changed_ = true;
  }

  Workspace& workspace_;
  ClusterSource& source_;
  const ReportSettings& settings_;
  unsigned jobs_;
  Output& output_;
  posture::LiveScan scan_;
  kube::Informers informers_;
  report::Changes changes_;
  std::map<std::pair<std::string, std::string>, std::string> unreadable_;  // apiVersion and kind; why
  kube::Time trouble_until_{};
  bool changed_ = true, facts_changed_ = false;
};

}  // namespace

base::Result<int> watch(const Arguments& arguments, const ReportSettings& settings, report::Look look,
                        std::string_view format) {
  if (!arguments.has("cluster")) return base::fail("--watch follows a living cluster: --cluster --watch");
  if (!arguments.positional().empty() || arguments.has("snapshot")) return base::fail("--cluster reads no files");
  for (const std::string_view flag : {"write-baseline", "strict"}) {
    if (arguments.has(flag)) return base::fail(fmt::format("--{} is of no use with --watch", flag));
  }
  if (format != "table" && format != "json")
    return base::fail(fmt::format("--watch writes table and json, and not {}", format));
  const unsigned jobs = TRY(parse_jobs(arguments));
  LiveView* view = nullptr;
  const auto notice = [&view](const std::string& text) {
    if (view == nullptr) return warn_of_cluster(text);
    view->tell_trouble(text);
  };
  ClusterSource cluster = TRY(open_cluster(arguments, {.notice = notice, .interrupted = &interrupted}));
  const auto workspace = TRY(open_live_workspace(arguments, cluster));
  std::unique_ptr<Output> output;
  if (format == "table" && is_window()) {
    output = std::make_unique<Window>(look, cluster.name);
  } else {
    output = std::make_unique<Lines>(look, format == "json");
  }
  LiveView live(*workspace, cluster, settings, jobs, *output);
  TRY(live.start());
  // (Until now a signal has ended the process as it ends any other command.)
  catch_signals();
  view = &live;
  live.run();
  view = nullptr;
  output->end();
  return 128 + signal_seen;
}

}  // namespace bulwark::cli

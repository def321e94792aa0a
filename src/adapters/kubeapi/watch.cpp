#include "adapters/kubeapi/watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/kubeapi/api_path.h"
#include "adapters/kubeapi/status_reader.h"

namespace bulwark::adapters {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds breath{200};
constexpr std::size_t longest_event = std::size_t{64} << 20;
// What lived so long had a server: its end is no reason to wait.
constexpr milliseconds good_life{2000};

}  // namespace

struct Watches::Watch {
  kube::Resource resource;
  kube::Query query;
  std::string version;
  kube::WatchSink* sink;
  BackOff back_off;
  std::unique_ptr<HttpTransfer> transfer;
  std::string buffer;  // the beginning of an event whose end is still to come
  steady_clock::time_point started, next_try;
  bool over = false;     // ended or removed
  bool renewed = false;  // asked for other credentials since the last success
  bool told_lost = false;

  std::string what() const { return "watch of " + resource.plural; }
};

Watches::~Watches() = default;

Watches::WatchId Watches::add(const kube::Resource& resource, const kube::Query& query, std::string_view from,
                              kube::WatchSink& sink) {
  auto watch = std::make_shared<Watch>(Watch{
      .resource = resource,
      .query = query,
      .version = std::string(from),
      .sink = &sink,
      .back_off = BackOff(api_.options().first_back_off, api_.options().longest_back_off),
  });
  connect(*watch);
  watches_.emplace(++last_id_, std::move(watch));
  return last_id_;
}

void Watches::remove(WatchId id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  found->second->over = true;
  found->second->transfer.reset();
  watches_.erase(found);
}

void Watches::connect(Watch& watch) {
  ApiPath path = collection_path(watch.resource, watch.query.name_space);
  const auto least = api_.options().watch_duration;
  // Spread, so that not all watches of all clients end at once.
  const auto seconds = least.count() + static_cast<long>(api_.random() * static_cast<double>(least.count()));
  path.with("labelSelector", watch.query.labels)
      .with("fieldSelector", watch.query.fields)
      .with("watch", "true")
      .with("allowWatchBookmarks", "true")
      .with("resourceVersion", watch.version)
      .with("timeoutSeconds", std::to_string(seconds));
  watch.buffer.clear();
  watch.started = steady_clock::now();
  auto transfer = api_.start(api_.streams(), {.target = path.text()}, api_.options().watch_silence);
  if (!transfer) return connect_later(watch, transfer.error().message, milliseconds{0});  // a plugin has failed
  watch.transfer = std::move(*transfer);
}

void Watches::connect_later(Watch& watch, const std::string& why, milliseconds at_least) {
  const milliseconds pause = std::max(at_least, watch.back_off.next(api_.random()));
  watch.transfer.reset();
  watch.next_try = steady_clock::now() + pause;
  if (std::exchange(watch.told_lost, true) || std::exchange(told_lost_, true)) return;
  api_.notice(fmt::format("{}: {}; trying again", watch.what(), why));
}

bool Watches::end(Watch& watch, const kube::Status& status) {
  watch.over = true;
  watch.transfer.reset();
  std::erase_if(watches_, [&](const auto& entry) { return entry.second.get() == &watch; });
  watch.sink->on_end(status);
  return true;
}

bool Watches::tell_error(Watch& watch, std::string_view object) {
  const auto status = read_status(object);
  if (!status) return end(watch, api_.fail(watch.what() + ": an ERROR event without a Status"));
  // Expired, or a refusal that stays; anything else passes.
  if (status->code >= 400 && status->code < 500 && status->code != 429) return end(watch, *status);
  connect_later(watch, with_place(api_.place(), *status), status->retry_after.value_or(std::chrono::seconds{0}));
  return false;
}

bool Watches::tell_event(Watch& watch, std::string_view line) {
  const std::string_view type = find_member(line, "type"), object = find_member(line, "object");
  if (type.empty() || object.empty()) {
    const auto words = describe_body(watch.transfer->header("content-type"), line);
    return end(watch, api_.fail(fmt::format("{}: the server sent {} instead of events", watch.what(), words)));
  }
  if (type == "\"ERROR\"") return tell_error(watch, object);
  bool told = false;
  const auto read = reader_.read(object, watch.resource, [&](const document::Node& node, std::string_view json) {
    const std::string version(resource_version_of(node));
    if (type == "\"BOOKMARK\"") {
      watch.sink->on_progress(version);
      told = true;
    } else if (type == "\"ADDED\"" || type == "\"MODIFIED\"" || type == "\"DELETED\"") {
      const kube::Change change = type == "\"ADDED\""      ? kube::Change::added
                                  : type == "\"MODIFIED\"" ? kube::Change::modified
                                                           : kube::Change::deleted;
      watch.sink->on_change(change, node, json);
      told = true;
    }
    if (!version.empty()) watch.version = version;
  });
  if (!read && !watch.over)
    return end(watch, api_.fail(fmt::format("{}: {}", watch.what(), read.error().message)));
  return told;
}

bool Watches::read_events(Watch& watch) {
  if (!watch.transfer->has_body()) return false;
  watch.buffer += watch.transfer->take();
  // An answer with events has begun: whatever was wrong is over.
  watch.renewed = watch.told_lost = told_lost_ = false;
  bool told = false;
  // Not from watch.buffer itself: a sink may ask the cluster, or end the watch.
  const std::size_t last = watch.buffer.rfind('\n');
  if (last == std::string::npos) {
    if (watch.buffer.size() > longest_event)
      return end(watch, api_.fail(watch.what() + ": an event is too large"));
    return false;
  }
  const std::string lines = watch.buffer.substr(0, last + 1);
  watch.buffer.erase(0, last + 1);
  for (std::size_t at = 0; at < lines.size() && !watch.over && watch.transfer != nullptr;) {
    const std::size_t line_end = lines.find('\n', at);
    const std::string_view line = std::string_view(lines).substr(at, line_end - at);
    at = line_end + 1;
    if (line.find_first_not_of(" \r\t") != std::string_view::npos) told |= tell_event(watch, line);
  }
  return told;
}

bool Watches::judge_refusal(Watch& watch) {
  const int code = watch.transfer->status();
  const kube::Status failure = api_.failure_of(api_.streams(), *watch.transfer);
  if (code == 401 && !watch.renewed && api_.renew_credentials()) {
    watch.renewed = true;
    connect(watch);
    return false;
  }
  if (code != 429 && code < 500) return end(watch, failure);
  connect_later(watch, with_place(api_.place(), failure), failure.retry_after.value_or(std::chrono::seconds{0}));
  return false;
}

bool Watches::judge_end(Watch& watch) {
  const HttpFailure failure = watch.transfer->failure();
  const bool lived = watch.transfer->status() != 0 && steady_clock::now() - watch.started >= good_life;
  if (failure.kind == HttpFailure::Kind::untrusted)
    return end(watch, api_.fail(watch.what() + ": " + failure.message));
  if (lived) watch.back_off.reset();
  if (failure.kind == HttpFailure::Kind::none && lived) {
    connect(watch);  // it has lived its time
    return false;
  }
  if (failure.kind == HttpFailure::Kind::silent) {
    // Quiet, or half-open? A connection that carries nothing more would swallow the next request, too.
    watch.transfer.reset();
    if (api_.probe()) {
      connect(watch);
      return false;
    }
    api_.streams().drop_connections();
  }
  connect_later(watch, failure.message.empty() ? "it ended at once" : failure.message, milliseconds{0});
  return false;
}

bool Watches::advance(Watch& watch) {
  if (watch.transfer == nullptr) {
    if (steady_clock::now() >= watch.next_try) connect(watch);
    return false;
  }
  const int status = watch.transfer->status();
  if (status >= 300) return judge_refusal(watch);
  const bool told = status != 0 && read_events(watch);
  if (watch.over || watch.transfer == nullptr) return told;
  if (watch.transfer->is_done() && !watch.transfer->has_body()) return judge_end(watch) || told;
  return told;
}

bool Watches::run_until(steady_clock::time_point end) {
  for (;;) {
    if (watches_.empty()) {
      api_.sleep(std::chrono::ceil<milliseconds>(end - steady_clock::now()));
      return false;
    }
    bool told = false;
    std::vector<std::shared_ptr<Watch>> all;  // sinks may add and remove
    all.reserve(watches_.size());
    for (const auto& [id, watch] : watches_) all.push_back(watch);
    for (const auto& watch : all) {
      if (!watch->over) told |= advance(*watch);
    }
    auto now = steady_clock::now();
    if (told || api_.is_interrupted() || now >= end) return !watches_.empty() || told;
    auto next = end;
    for (const auto& [id, watch] : watches_) {
      if (watch->transfer == nullptr) next = std::min(next, watch->next_try);
    }
    const auto wait = std::chrono::ceil<milliseconds>(next - now);
    const auto most = api_.options().interrupted == nullptr ? wait : std::min(wait, breath);
    api_.streams().step(std::max(most, milliseconds{1}));
  }
}

}  // namespace bulwark::adapters

// A cluster in memory for tests, with a clock that the test turns: lists, watches, writes and evictions.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "document/json_writer.h"
#include "document/reader.h"
#include "document/source.h"
#include "kube/cluster.h"

namespace bulwark::kube {

// A JSON value that can be changed. Scalars keep their text as it was written.
struct Json {
  enum class Kind : std::uint8_t { scalar, object, array } kind = Kind::scalar;
  std::string text = "null";
  std::vector<std::string> keys;  // of an object, to each of the items
  std::vector<Json> items;

  static Json string(std::string_view value) {
    Json json;
    json.text.clear();
    document::append_json_string(json.text, value);
    return json;
  }

  static Json read(const document::Source& source, const document::Node& node) {
    Json json;
    if (node.is_mapping()) {
      json.kind = Kind::object;
      for (const auto& [key, value] : node.members()) {
        json.keys.emplace_back(key.text());
        json.items.push_back(read(source, value));
      }
    } else if (node.is_sequence()) {
      json.kind = Kind::array;
      for (const document::Node& item : node.items()) json.items.push_back(read(source, item));
    } else {
      json.text = source.text(node.span());
    }
    return json;
  }

  static Json parse(std::string_view text) {
    struct Sink : document::DocumentSink {
      const document::Source* source = nullptr;
      Json json;
      void on_document(const document::Node& root) override { json = read(*source, root); }
      void on_problem(document::Problem problem) override { json = string("broken: " + problem.message); }
    } sink;
    const document::Source source("json", text);
    sink.source = &source;
    base::Arena arena;
    read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, {}, sink);
    return sink.json;
  }

  std::string write() const {
    std::string out;
    if (kind == Kind::scalar) return text;
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += out.empty() ? "" : ",";
      if (kind == Kind::object) {
        document::append_json_string(out, keys[i]);
        out += ':';
      }
      out += items[i].write();
    }
    return kind == Kind::object ? '{' + out + '}' : '[' + out + ']';
  }

  Json& operator[](std::string_view key) {
    kind = Kind::object;
    const auto found = std::ranges::find(keys, key);
    if (found != keys.end()) return items[static_cast<std::size_t>(found - keys.begin())];
    keys.emplace_back(key);
    return items.emplace_back();
  }

  // "status.conditions.Ready.status": keys, and the `type` or number of an item. "" when it is not there.
  std::string at(std::string_view path) const {
    if (path.empty()) {
      const bool quoted = kind == Kind::scalar && text.starts_with('"');
      return quoted ? text.substr(1, text.size() - 2) : write();
    }
    // A key of a label has dots: it is the rest of the path.
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (path == keys[i]) return items[i].at("");
      if (path.starts_with(keys[i] + '.')) return items[i].at(path.substr(keys[i].size() + 1));
    }
    const std::string_view first = path.substr(0, path.find('.'));
    for (std::size_t i = 0; i < items.size() && keys.empty(); ++i) {
      if (items[i].at("type") != first && std::to_string(i) != first) continue;
      return items[i].at(first.size() == path.size() ? "" : path.substr(first.size() + 1));
    }
    return {};
  }

  void erase(std::string_view key) {
    const auto found = std::ranges::find(keys, key);
    if (found == keys.end()) return;
    items.erase(items.begin() + (found - keys.begin()));
    keys.erase(found);
  }

  // RFC 7386, but for conditions, which strategic merge patches join by their type.
  void merge(const Json& patch, std::string_view where = {}) {
    if (where == "conditions" && kind == Kind::array && patch.kind == Kind::array) {
      for (const Json& item : patch.items) {
        const auto same = std::ranges::find(items, item.at("type"), [](const Json& i) { return i.at("type"); });
        (same != items.end() ? *same : items.emplace_back()).merge(item);
      }
    } else if (patch.kind == Kind::object) {
      if (kind != Kind::object) *this = Json{.kind = Kind::object};
      for (std::size_t i = 0; i < patch.keys.size(); ++i) {
        if (patch.items[i].write() == "null") {
          erase(patch.keys[i]);
        } else {
          (*this)[patch.keys[i]].merge(patch.items[i], patch.keys[i]);
        }
      }
    } else {
      *this = patch;
    }
  }
};

class MemoryCluster : public Cluster {
 public:
  struct Call {
    Time when;
    std::string verb, of;  // "leases/kube-node-lease/n1"
  };

  std::string_view name() const override { return "memory"; }
  Answer<std::string> version() override { return "v1.20.2"; }
  Answer<std::vector<Resource>> resources(std::vector<std::string>&) override { return {}; }

  Answer<Listed> list(const Resource& resource, const Query&, ObjectSink& sink) override {
    if (is_down) return std::unexpected(no_answer());
    if (forbidden.contains(resource.plural))
      return std::unexpected(Status{.code = 403, .reason = "Forbidden", .message = "may not list"});
    Listed listed{.resource_version = std::to_string(revision_)};
    for (const auto& [place, object] : objects_) {
      if (!place.starts_with(resource.plural + '/')) continue;
      with(object, [&](const document::Node& node, std::string_view json) { sink.on_object(node, json); });
      ++listed.objects;
    }
    return listed;
  }

  Answer<std::string> get(const ObjectKey& key, std::string_view) override {
    const auto found = objects_.find(place(key));
    if (found == objects_.end()) return std::unexpected(Status{.code = 404, .reason = "NotFound"});
    return found->second.write();
  }

  Answer<std::string> create(const ObjectKey& key, std::string_view json, std::string_view subresource,
                             const WriteOptions&) override {
    if (is_down) return std::unexpected(no_answer());
    if (!subresource.empty()) return std::unexpected(Status{.code = 405, .reason = "MethodNotAllowed"});
    Json object = Json::parse(json);
    object["metadata"]["uid"] = Json::string("uid-" + std::to_string(++last_uid_));
    if (!key.name_space.empty()) object["metadata"]["namespace"] = Json::string(key.name_space);
    calls.push_back({now_, "create", place(key)});
    const auto [at, is_new] = objects_.try_emplace(place(key), std::move(object));
    if (!is_new) return std::unexpected(Status{.code = 409, .reason = "AlreadyExists"});
    tell(Change::added, at->first, at->second);
    return at->second.write();
  }

  Answer<std::string> replace(const ObjectKey&, std::string_view, std::string_view, const WriteOptions&) override {
    return std::unexpected(Status{.code = 405, .reason = "MethodNotAllowed"});
  }

  Answer<std::string> patch(const ObjectKey& key, PatchType, std::string_view patch, std::string_view subresource,
                            const WriteOptions&) override {
    if (is_down) return std::unexpected(no_answer());
    calls.push_back({now_, "patch", place(key)});
    const auto found = objects_.find(place(key));
    if (found == objects_.end()) return std::unexpected(Status{.code = 404, .reason = "NotFound"});
    Json changes = Json::parse(patch);
    const std::string uid = changes.at("metadata.uid");
    if (!uid.empty() && uid != found->second.at("metadata.uid")) {
      return std::unexpected(Status{.code = 409, .reason = "Conflict"});
    }
    if (subresource == "status") {
      Json status = std::move(changes["status"]);
      changes = Json{.kind = Json::Kind::object};
      changes["status"] = std::move(status);
    }
    found->second.merge(changes);
    tell(Change::modified, found->first, found->second);
    return found->second.write();
  }

  Answer<> remove(const ObjectKey& key, const DeleteOptions& options) override {
    if (is_down) return std::unexpected(no_answer());
    calls.push_back({now_, "remove", place(key)});
    const auto found = objects_.find(place(key));
    if (found == objects_.end()) return std::unexpected(Status{.code = 404, .reason = "NotFound"});
    if (!options.uid.empty() && options.uid != found->second.at("metadata.uid")) {
      return std::unexpected(Status{.code = 409, .reason = "Conflict"});
    }
    const std::int64_t grace = options.grace_period_seconds.value_or(key.resource.plural == "pods" ? 30 : 0);
    if (grace > 0) {
      found->second["metadata"]["deletionTimestamp"] = Json::string("2026-01-01T00:00:00Z");
      found->second["metadata"]["deletionGracePeriodSeconds"].text = std::to_string(grace);
      tell(Change::modified, found->first, found->second);
    } else {
      const Json last = std::move(found->second);
      const std::string at = found->first;
      objects_.erase(found);
      tell(Change::deleted, at, last);
    }
    return {};
  }

  Answer<> evict(const ObjectKey& pod, const DeleteOptions& options) override { return remove(pod, options); }
  Answer<std::string> get_raw(std::string_view) override { return "ok"; }

  WatchId watch(const Resource& resource, const Query&, std::string_view, WatchSink& sink) override {
    watches_.emplace(++last_watch_, Watch{resource.plural + '/', &sink});
    return last_watch_;
  }
  void unwatch(WatchId id) override { watches_.erase(id); }

  Time now() override { return now_; }
  bool run_until(Time end) override {
    if (!news_.empty()) {
      const News news = std::move(news_.front());
      news_.pop_front();
      const auto found = watches_.find(news.watch);
      if (found == watches_.end()) return true;
      with(news.object, [&](const document::Node& node, std::string_view json) {
        found->second.sink->on_change(news.change, node, json);
      });
      return true;
    }
    now_ = std::max(now_, end);
    return !watches_.empty();
  }

  // Ends all watches: 410, or 0 for an API server that went away.
  void end_watches(int code) {
    news_.clear();
    for (const auto& [id, watch] : std::exchange(watches_, {})) watch.sink->on_end({.code = code});
  }

  std::string at(const ObjectKey& key, std::string_view path) const {
    const auto found = objects_.find(place(key));
    return found == objects_.end() ? "gone" : found->second.at(path);
  }

  bool is_down = false;
  std::set<std::string> forbidden;  // plurals of kinds that may not be listed
  std::vector<Call> calls;

 private:
  struct Watch {
    std::string prefix;
    WatchSink* sink;
  };
  struct News {
    WatchId watch;
    Change change;
    Json object;
  };

  static Status no_answer() { return {.message = "connection refused"}; }
  static std::string place(const ObjectKey& key) {
    return key.resource.plural + '/' + key.name_space + '/' + key.name;
  }

  void tell(Change change, const std::string& place, const Json& object) {
    ++revision_;
    for (const auto& [id, watch] : watches_) {
      if (place.starts_with(watch.prefix)) news_.push_back({id, change, object});
    }
  }

  static void with(const Json& object, const std::function<void(const document::Node&, std::string_view)>& use) {
    struct Sink : document::DocumentSink {
      std::function<void(const document::Node&)> use;
      void on_document(const document::Node& root) override { use(root); }
      void on_problem(document::Problem) override {}
    } sink;
    const std::string json = object.write();
    sink.use = [&](const document::Node& node) { use(node, json); };
    const document::Source source("object", json);
    base::Arena arena;
    read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  }

  Time now_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::map<std::string, Json> objects_;
  std::map<WatchId, Watch> watches_;
  std::deque<News> news_;
  std::uint64_t last_uid_ = 0, revision_ = 1;
  WatchId last_watch_ = 0;
};

}  // namespace bulwark::kube

#include "upgrade/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/arena.h"
#include "base/rfc3339.h"
#include "document/json_writer.h"
#include "document/reader.h"
#include "document/source.h"

namespace bulwark::upgrade {

namespace {

using document::Node;

constexpr std::array<std::string_view, 14> node_stages{
    "waiting", "draining",  "drained", "soaking",   "reimaging", "upgraded", "quarantined",
    "stuck",   "requested", "ready",   "permanent", "failed",    "removing", "removed"};
static_assert(node_stages.size() == static_cast<std::size_t>(NodeStage::removed) + 1);
constexpr std::array<std::string_view, 8> pool_stages{"waiting",    "adding",   "working",  "batch_soak",
                                                      "final_soak", "removing", "upgraded", "stopped"};
static_assert(pool_stages.size() == static_cast<std::size_t>(PoolStage::stopped) + 1);
constexpr std::array<std::string_view, 5> control_plane_stages{"unasked", "waiting", "upgrading", "upgraded",
                                                               "failed"};
static_assert(control_plane_stages.size() == static_cast<std::size_t>(ControlPlaneStage::failed) + 1);
constexpr std::array<std::string_view, 2> strategies{"Rolling", "BlueGreen"};

void write(document::JsonWriter& json, kube::Time since) {
  json.member("since", base::rfc3339(std::chrono::floor<std::chrono::seconds>(since)));
}

void write(document::JsonWriter& json, std::string_view key, const std::vector<NodeProgress>& nodes) {
  json.key(key).begin_array();
  for (const NodeProgress& node : nodes) {
    json.begin_object().member("name", std::string_view(node.name)).member("stage", name(node.stage));
    write(json, node.since);
    json.end_object();
  }
  json.end_array();
}

// Reads one field after the other, and keeps the first error.
class Reader {
 public:
  base::Result<Progress> read(const Node& root) {
    Progress progress;
    if (text(root, "kind") != "RolloutProgress") fail("no RolloutProgress");
    progress.version = text(root, "version");
    read(root, "controlPlane", control_plane_stages, progress.control_plane);
    for (const Node& pool : list(root, "pools")) progress.pools.push_back(read_pool(pool));
    if (error_) return std::unexpected(*error_);
    return progress;
  }

 private:
  PoolProgress read_pool(const Node& from) {
    PoolProgress pool;
    pool.name = text(from, "name");
    read(from, "strategy", strategies, pool.strategy);
    read(from, "stage", pool_stages, pool.stage);
    pool.since = since(from);
    pool.surge = number(from, "surge");
    pool.parallel = number(from, "parallel");
    pool.blocked = number(from, "blocked");
    for (const Node& node : list(from, "nodes")) pool.nodes.push_back(read_node(node));
    for (const Node& node : list(from, "added")) pool.added.push_back(read_node(node));
    return pool;
  }

  NodeProgress read_node(const Node& from) {
    NodeProgress node{.name = std::string(text(from, "name"))};
    read(from, "stage", node_stages, node.stage);
    node.since = since(from);
    return node;
  }

  template <class T>
  void read(const Node& from, std::string_view key, std::span<const std::string_view> names, T& to) {
    const std::string_view value = text(from, key);
    const auto found = std::ranges::find(names, value);
    if (found == names.end()) return fail(fmt::format("{}: unknown \"{}\"", key, value));
    to = static_cast<T>(found - names.begin());
  }

  std::string_view text(const Node& from, std::string_view key) {
    const Node* value = from.find(key);
    if (value == nullptr || !value->is_string()) {
      fail(fmt::format("{}: no text", key));
      return {};
    }
    return value->text();
  }
  std::int64_t number(const Node& from, std::string_view key) {
    const Node* value = from.find(key);
    const auto integer = value == nullptr ? std::nullopt : value->integer();
    if (!integer || *integer < 0) fail(fmt::format("{}: no number", key));
    return integer.value_or(0);
  }
  kube::Time since(const Node& from) {
    const auto time = base::parse_rfc3339(text(from, "since"));
    if (!time) fail("since: no time");
    return time.value_or(std::chrono::sys_seconds{});
  }
  std::span<const Node> list(const Node& from, std::string_view key) {
    const Node* value = from.find(key);
    if (value == nullptr || !value->is_sequence()) {
      fail(fmt::format("{}: no list", key));
      return {};
    }
    return value->items();
  }
  void fail(std::string why) {
    if (!error_) error_ = base::Error{.message = "progress of a rollout: " + std::move(why), .file = {}};
  }

  std::optional<base::Error> error_;
};

}  // namespace

std::string_view name(NodeStage stage) { return node_stages[static_cast<std::size_t>(stage)]; }
std::string_view name(PoolStage stage) { return pool_stages[static_cast<std::size_t>(stage)]; }
std::string_view name(ControlPlaneStage stage) { return control_plane_stages[static_cast<std::size_t>(stage)]; }
std::string_view name(UpgradeStrategy strategy) { return strategies[static_cast<std::size_t>(strategy)]; }

std::string to_json(const Progress& progress) {
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("kind", "RolloutProgress").member("version", std::string_view(progress.version));
  json.member("controlPlane", name(progress.control_plane)).key("pools").begin_array();
  for (const PoolProgress& pool : progress.pools) {
    json.begin_object().member("name", std::string_view(pool.name)).member("strategy", name(pool.strategy));
    json.member("stage", name(pool.stage));
    write(json, pool.since);
    json.member("surge", pool.surge).member("parallel", pool.parallel).member("blocked", pool.blocked);
    write(json, "nodes", pool.nodes);
    write(json, "added", pool.added);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

base::Result<Progress> progress_from_json(std::string_view json) {
  class Sink final : public document::DocumentSink {
   public:
    void on_document(const Node& root) override { progress = Reader().read(root); }
    void on_problem(document::Problem problem) override {
      if (problem.severity == document::Problem::Severity::error) {
        progress = base::fail("progress of a rollout: " + problem.message);
      }
    }
    base::Result<Progress> progress = base::fail("progress of a rollout: no text");
  } sink;
  const document::Source source("progress", json);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  return std::move(sink.progress);
}

}  // namespace bulwark::upgrade

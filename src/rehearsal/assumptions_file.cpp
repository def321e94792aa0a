#include "rehearsal/assumptions_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"

namespace bulwark::rehearsal {

namespace {

using document::Node;

class Reader {
 public:
  explicit Reader(const document::Source& source) : source_(source) {}

  struct Field {
    std::string_view name;
    std::function<base::Result<>(const Node&)> read;
  };

  std::unexpected<base::Error> fail_at(const Node& node, std::string message) const {
    const document::Position at = source_.position(node.begin());
    return std::unexpected(
        base::Error{.message = std::move(message), .file = source_.name(), .line = at.line, .column = at.column});
  }

  base::Result<> read(const Node& map, std::string_view what, const std::vector<Field>& fields) const {
    if (!map.is_mapping()) return fail_at(map, fmt::format("{} must be a map", what));
    for (const document::Member& member : map.members()) {
      const auto field = std::find_if(fields.begin(), fields.end(),
                                      [&](const Field& each) { return each.name == member.key.text(); });
      if (field != fields.end()) {
        TRY(field->read(member.value));
        continue;
      }
      std::vector<std::string_view> names;
      names.reserve(fields.size());
      for (const Field& each : fields) names.push_back(each.name);
      const std::string_view meant = base::nearest(member.key.text(), names);
      return fail_at(member.key, fmt::format("{} has no field \"{}\"{}", what, member.key.text(),
                                             meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
    }
    return {};
  }

  Field text(std::string_view name, std::string& to) const {
    return {name, [this, name, &to](const Node& node) -> base::Result<> {
              if (!node.is_string())
                return fail_at(
                    node, fmt::format("{}: expected a string, found {}", name, document::describe(node.kind())));
              to = node.text();
              return {};
            }};
  }
  // A number or a percentage.
  Field number_or_percent(std::string_view name, std::string& to) const {
    return {name, [this, name, &to](const Node& node) -> base::Result<> {
              if (node.is_mapping() || node.is_sequence() || node.is_null())
                return fail_at(node, fmt::format("{}: expected a number or a percentage", name));
              to = node.text();
              return {};
            }};
  }
  base::Result<std::int64_t> whole(std::string_view name, const Node& node, std::int64_t most) const {
    const auto value = node.integer();
    if (!value || *value < 0 || *value > most)
      return fail_at(node, fmt::format("{}: expected a whole number from 0 to {}", name, most));
    return *value;
  }
  template <class To>
  Field seconds(std::string_view name, To& to, const std::function<void()>& noted = [] {}) const {
    return {name, [this, name, &to, noted](const Node& node) -> base::Result<> {
              constexpr std::int64_t most = 7 * 86'400;
              to = twin::Timing::Duration{TRY(whole(name, node, most)) * 1'000};
              noted();
              return {};
            }};
  }
  Field minutes(std::string_view name, std::chrono::minutes& to) const {
    return {name, [this, name, &to](const Node& node) -> base::Result<> {
              constexpr std::int64_t day = 24 * 60;
              to = std::chrono::minutes(TRY(whole(name, node, day)));
              return {};
            }};
  }
  Field list(std::string_view name, const std::function<base::Result<>(const Node&)>& item) const {
    return {name, [this, name, item](const Node& node) -> base::Result<> {
              if (!node.is_sequence()) return fail_at(node, fmt::format("{} must be a list", name));
              for (const Node& each : node.items()) TRY(item(each));
              return {};
            }};
  }
  const document::Source& source() const { return source_; }

 private:
  const document::Source& source_;
};

base::Result<upgrade::NodePool> read_pool(const Reader& reader, const Node& node) {
  upgrade::NodePool pool;
  std::string behavior, strategy;
  const auto max_count = [&](const Node& value) -> base::Result<> {
    constexpr std::int64_t most = 10'000;
    pool.max_count = static_cast<std::int32_t>(TRY(reader.whole("maxCount", value, most)));
    return {};
  };
  const std::vector<Reader::Field> fields{
      reader.text("name", pool.name),
      reader.number_or_percent("maxSurge", pool.upgrade.max_surge),
      reader.number_or_percent("maxUnavailable", pool.upgrade.max_unavailable),
      reader.number_or_percent("maxBlockedNodes", pool.upgrade.max_blocked_nodes),
      reader.minutes("drainTimeoutInMinutes", pool.upgrade.drain_timeout),
      reader.minutes("nodeSoakDurationInMinutes", pool.upgrade.node_soak),
      reader.text("undrainableNodeBehavior", behavior),
      reader.text("upgradeStrategy", strategy),
      {"maxCount", max_count}};
  TRY(reader.read(node, "a pool", fields));
  if (pool.name.empty()) return reader.fail_at(node, "a pool needs \"name\"");
  if (behavior == "Cordon") {
    pool.upgrade.undrainable = upgrade::UndrainableNodeBehavior::cordon;
  } else if (!behavior.empty() && behavior != "Schedule") {
    return reader.fail_at(*node.find("undrainableNodeBehavior"), "undrainableNodeBehavior is Schedule or Cordon");
  }
  if (strategy == "BlueGreen") {
    pool.upgrade.strategy = upgrade::UpgradeStrategy::blue_green;
  } else if (!strategy.empty() && strategy != "Rolling") {
    return reader.fail_at(*node.find("upgradeStrategy"), "upgradeStrategy is Rolling or BlueGreen");
  }
  return pool;
}

}  // namespace

base::Result<AssumptionsFile> read_assumptions(const Node& root, const document::Source& source) {
  AssumptionsFile file;
  const Reader reader(source);
  twin::Timing& timing = file.assumptions.timing;
  std::string api_version, kind;
  const auto time = [&](std::string_view name, twin::Timing::Duration& to) {
    return reader.seconds(
        name, to, [&file, &source, name] { file.assumptions.list.push_back({std::string(name), source.name()}); });
  };
  const auto workload = [&](const Node& node) -> base::Result<> {
    twin::WorkloadTiming told;
    TRY(reader.read(node, "a workload",
                    {reader.text("name", told.name), reader.seconds("startSeconds", told.start),
                     reader.seconds("stopSeconds", told.stop), reader.seconds("runSeconds", told.runs)}));
    if (told.name.find('/') == std::string::npos)
      return reader.fail_at(node, "a workload needs \"name\": namespace/name");
    file.assumptions.workloads.push_back(std::move(told));
    return {};
  };
  const auto pool = [&](const Node& node) -> base::Result<> {
    file.pools.push_back(TRY(read_pool(reader, node)));
    return {};
  };
  TRY(reader.read(
      root, "RehearsalAssumptions",
      {reader.text("apiVersion", api_version), reader.text("kind", kind),
       time("podStartSeconds", timing.pod_start), time("podStopSeconds", timing.pod_stop),
       time("nodeAddSeconds", timing.node_add), time("nodeReimageSeconds", timing.node_reimage),
       time("nodeRemoveSeconds", timing.node_remove), time("controlPlaneSeconds", timing.control_plane),
       reader.list("workloads", workload), reader.list("pools", pool)}));
  if (api_version != "bulwark.dev/v1" || kind != "RehearsalAssumptions") {
    return reader.fail_at(root, "expected apiVersion bulwark.dev/v1 and kind RehearsalAssumptions");
  }
  return file;
}

}  // namespace bulwark::rehearsal

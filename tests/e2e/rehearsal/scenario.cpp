#include "e2e/rehearsal/scenario.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "kube/redact.h"

namespace bulwark::e2e {
namespace {

using document::Node;
using std::chrono::milliseconds;
using std::chrono::minutes;

std::string text_at(const Node& object, std::string_view key) {
  const Node* found = object.find(key);
  return found == nullptr ? std::string() : std::string(found->text());
}
bool is_true(const Node& node) { return node.boolean().value_or(false); }
milliseconds time_of(const Node& node) { return milliseconds(node.integer().value_or(0)); }

// What stands under each key is handed to the one who knows it. Error: nobody does.
using Fields = std::map<std::string_view, std::function<void(const Node&)>>;
base::Result<> read_fields(const Node& object, const Fields& fields) {
  for (const document::Member& each : object.members()) {
    const auto known = fields.find(each.key.text());
    if (known == fields.end()) return base::fail(fmt::format("there is no {} in a scenario", each.key.text()));
    known->second(each.value);
  }
  return {};
}

base::Result<NodeShape> read_node(std::string_view name, const Node& from) {
  NodeShape shape;
  shape.name = name;
  shape.capacity = {{"cpu", "4"}, {"memory", "8Gi"}, {"ephemeral-storage", "100Gi"}, {"pods", "110"}};
  // A played node may have what it likes.
  const auto capacity = [&](const char* resource) {
    return [&shape, resource](const Node& value) { shape.capacity[resource] = value.text(); };
  };
  TRY(read_fields(
      from, {{"cpu", capacity("cpu")},
             {"memory", capacity("memory")},
             {"pods", capacity("pods")},
             {"gpu", capacity("nvidia.com/gpu")},
             {"zone", [&](const Node& value) { shape.labels["topology.kubernetes.io/zone"] = value.text(); }},
             {"pool", [&](const Node& value) { shape.labels["agentpool"] = value.text(); }},
             {"labels",
              [&](const Node& value) {
                for (const auto& each : value.members())
                  shape.labels[std::string(each.key.text())] = each.value.text();
              }},
             {"taints", [&](const Node& value) {
                for (const Node& each : value.items()) {
                  shape.taints.push_back({text_at(each, "key"), text_at(each, "value"), text_at(each, "effect")});
                }
              }}}));
  return shape;
}

base::Result<> read_options(const Node& from, upgrade::DrainOptions& options) {
  return read_fields(
      from, {{"timeout", [&](const Node& value) { options.timeout = time_of(value); }},
             {"force", [&](const Node& value) { options.force = is_true(value); }},
             {"ignore-daemonsets", [&](const Node& value) { options.ignore_daemon_sets = is_true(value); }},
             {"delete-emptydir-data", [&](const Node& value) { options.delete_empty_dir_data = is_true(value); }},
             {"disable-eviction", [&](const Node& value) { options.disable_eviction = is_true(value); }},
             {"dry-run", [&](const Node& value) { options.dry_run = is_true(value); }}});
}

base::Result<> read_rollout(const Node& from, Scenario& scenario) {
  upgrade::UpgradeSettings& to = scenario.rollout.emplace();
  return read_fields(
      from, {{"version", [&](const Node& value) { scenario.version = value.text(); }},
             {"max-surge", [&](const Node& value) { to.max_surge = value.text(); }},
             {"max-unavailable", [&](const Node& value) { to.max_unavailable = value.text(); }},
             {"max-blocked-nodes", [&](const Node& value) { to.max_blocked_nodes = value.text(); }},
             {"drain-timeout-minutes", [&](const Node& value) { to.drain_timeout = minutes(*value.integer()); }},
             {"undrainable", [&](const Node& value) {
                to.undrainable = value.text() == "Cordon" ? upgrade::UndrainableNodeBehavior::cordon
                                                          : upgrade::UndrainableNodeBehavior::schedule;
              }}});
}

base::Result<> read_steps(const Node& from, Scenario& scenario) {
  base::Result<> result;
  const auto keep = [&](base::Result<> part) {
    if (!part) result = std::move(part);
  };
  TRY(read_fields(from, {{"nodes",
                          [&](const Node& value) {
                            for (const auto& each : value.members()) {
                              auto shape = read_node(each.key.text(), each.value);
                              if (shape) {
                                scenario.nodes.push_back(*std::move(shape));
                              } else {
                                result = std::unexpected(shape.error());
                              }
                            }
                          }},
                         {"before",
                          [&](const Node& value) {
                            for (const Node& each : value.items()) {
                              for (const auto& [what, subject] : each.members())
                                scenario.before.push_back({std::string(what.text()), std::string(subject.text())});
                            }
                          }},
                         {"drain",
                          [&](const Node& value) {
                            for (const Node& each : value.items()) scenario.drain.emplace_back(each.text());
                          }},
                         {"options", [&](const Node& value) { keep(read_options(value, scenario.options)); }},
                         {"uncordon", [&](const Node& value) { scenario.uncordons = is_true(value); }},
                         {"go-on", [&](const Node& value) { scenario.goes_on = is_true(value); }},
                         {"budgets", [&](const Node& value) { scenario.budgets = is_true(value); }},
                         {"speed", [&](const Node& value) { scenario.figures.speed = *value.integer(); }},
                         {"rollout", [&](const Node& value) { keep(read_rollout(value, scenario)); }}}));
  return result;
}

class Reader : public document::DocumentSink {
 public:
  explicit Reader(Scenario& scenario) : scenario_(scenario) {}
  base::Result<> result;

 private:
  void on_document(const Node& root) override {
    if (const Node* steps = root.find("do")) {
      keep(read_steps(*steps, scenario_));
      if (const Node* expected = root.find("expect")) {
        for (const Node& each : expected->items()) scenario_.expected.emplace_back(each.text());
      }
    } else if (const Node* refused = root.find("refused")) {
      for (const Node& each : refused->items()) scenario_.refused.push_back(manifest(each));
    } else if (root.find("kind") != nullptr) {
      scenario_.manifests.push_back(manifest(root));
    } else if (!root.is_null()) {
      keep(base::fail("a document is neither an object nor what is to be done"));
    }
  }
  void on_problem(document::Problem problem) override { keep(base::fail(std::move(problem.message))); }

  static Manifest manifest(const Node& root) {
    Manifest made{.api_version = text_at(root, "apiVersion"),
                  .kind = text_at(root, "kind"),
                  .name = std::string(kube::name_of(root).name),
                  .json = {}};
    kube::append_redacted(made.json, root, kube::Redaction::none);
    return made;
  }
  void keep(base::Result<> part) {
    if (result && !part) result = std::move(part);
  }

  Scenario& scenario_;
};

// All times of a scenario are in its own time.
void quicken(Scenario& scenario) {
  Figures& figures = scenario.figures;
  for (Figures::Duration* each : {&figures.pod_start, &figures.pod_stop, &figures.node_add, &figures.node_reimage,
                                  &figures.node_remove, &figures.retry, &figures.pace}) {
    *each *= figures.speed;
  }
  scenario.options.retry_delay = figures.retry;
}

}  // namespace

base::Result<Scenario> read_scenario(std::string name, std::string_view text) {
  Scenario scenario;
  scenario.name = std::move(name);
  const document::Source source(scenario.name, text);
  base::Arena arena;
  Reader reader(scenario);
  document::read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, {}, reader);
  TRY(std::move(reader.result));
  if (scenario.nodes.empty()) return base::fail("a scenario needs nodes");
  quicken(scenario);
  return scenario;
}

}  // namespace bulwark::e2e

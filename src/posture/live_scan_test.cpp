#include "posture/live_scan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "document/reader.h"
#include "posture/random_manifests_testing.h"

namespace bulwark::posture {
namespace {

// Each object of a YAML text.
void for_each_object(std::string_view yaml, const std::function<void(const document::Node&)>& use) {
  struct Sink : document::DocumentSink {
    const std::function<void(const document::Node&)>* use = nullptr;
    void on_document(const document::Node& root) override {
      const document::Node* items = root.find("items");
      if (items == nullptr && !root.is_null()) (*use)(root);
      if (items != nullptr) {
        for (const document::Node& item : items->items()) (*use)(item);
      }
    }
    void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }
  } sink;
  sink.use = &use;
  const document::Source source("", yaml);
  base::Arena arena;
  document::read_yaml(source, {0, static_cast<std::uint32_t>(yaml.size())}, arena, {}, sink);
}

std::string text_of(const Scan& scan) {
  std::string text = fmt::format("{} objects, {} unknown kinds, judged {}\n", scan.counts.objects,
                                 scan.counts.unknown_kinds, fmt::join(scan.tally, " "));
  for (const finding::Finding* each : scan.findings) {
    text += fmt::format("{} {} {}/{} {}: {}; {}", each->check->id, static_cast<int>(each->severity),
                        each->object->kind_name, each->object->metadata.name, each->field, each->message,
                        each->missing);
    if (each->owner != nullptr) text += fmt::format(" of {}", each->owner->metadata.name);
    if (each->more > 0) text += fmt::format(" +{}", each->more);
    text += each->excepted ? " excepted\n" : "\n";
  }
  return text;
}

class LiveScanTest : public testing::Test {
 protected:
  static Selection selection_of(const SelectionOptions& options) { return *Selection::make(options); }

  bool put(const std::string& kind, const std::string& name, const std::string& yaml) {
    bool changed = false;
    for_each_object(yaml, [&](const document::Node& object) { changed = live.put({kind, "", name}, object); });
    return changed;
  }
  std::string judge() { return text_of(live.judge({&cluster}, {})); }

  Selection selection = selection_of({});
  document::Limits limits;
  document::Source cluster{"cluster", ""};
  LiveScan live{selection, limits, 0};
};

TEST_F(LiveScanTest, FindingsAppearAndGo) {
  const auto pod = [](const char* host_pid, const char* time) {
    return fmt::format(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: shop}}, spec: {{hostPID: {}}}, "
        "status: {{conditions: [{{type: Ready, status: 'True', lastProbeTime: '{}'}}]}}}}",
        host_pid, time);
  };
  EXPECT_TRUE(put("pods", "web", pod("true", "1")));
  EXPECT_NE(judge().find("host-pid"), std::string::npos);
  EXPECT_FALSE(put("pods", "web", pod("true", "2"))) << "only a time has changed";
  EXPECT_TRUE(put("pods", "web", pod("false", "2")));
  EXPECT_EQ(judge().find("host-pid"), std::string::npos);
  EXPECT_TRUE(put("pods", "web", pod("true", "2")));
  EXPECT_NE(judge().find("host-pid"), std::string::npos);
  EXPECT_TRUE(live.erase({"pods", "", "web"}));
  EXPECT_FALSE(live.erase({"pods", "", "web"}));
  EXPECT_EQ(judge().find("host-pid"), std::string::npos);
  EXPECT_EQ(live.objects(), 0U);
}

// What an object means for others changes with it.
TEST_F(LiveScanTest, WhatNeedsToSeeEverything) {
  const std::string deployment =
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 3, "
      "selector: "
      "{matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: "
      "'a:1'}]}}}}";
  const std::string budget =
      "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop}, spec: "
      "{maxUnavailable: 1, selector: {matchLabels: {app: web}}}}";
  put("deployments", "web", deployment);
  EXPECT_NE(judge().find("budget-missing"), std::string::npos);
  put("budgets", "web", budget);
  EXPECT_EQ(judge().find("budget-missing"), std::string::npos);
  live.erase({"budgets", "", "web"});
  EXPECT_NE(judge().find("budget-missing"), std::string::npos);
}

TEST_F(LiveScanTest, OnlyObjectsWithTheLabels) {
  SelectionOptions options;
  options.labels = "team in (a,b)";
  const Selection some = selection_of(options);
  LiveScan of_team(some, limits, 0);
  for (const char* team : {"a", "c"}) {
    for_each_object(fmt::format("{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {0}, namespace: {0}, "
                                "labels: {{team: {0}}}}}, spec: {{replicas: 3, selector: {{}}, template: {{spec: "
                                "{{hostPID: true}}}}}}}}",
                                team),
                    [&](const document::Node& object) { of_team.put({"deployments", "", team}, object); });
  }
  const Scan& scan = of_team.judge({&cluster}, {});
  EXPECT_EQ(scan.counts.objects, 1U);
  EXPECT_EQ(scan.inventory.all().size(), 2U);
  ASSERT_FALSE(scan.findings.empty());
  for (const finding::Finding* each : scan.findings)
    EXPECT_EQ(each->object->metadata.name, "a") << each->check->id;
}

// After any history of changes the findings are those of a scan of what is there now.
TEST_F(LiveScanTest, RandomHistories) {
  std::mt19937 random(7);
  RandomManifests manifests(7);
  std::map<int, std::string> files;  // whose first objects there are, in the order in which these came
  std::map<std::string, int> by_name;
  int last = 0, findings = 0;
  const auto with_first = [](const std::string& yaml, const std::function<void(const document::Node&)>& use) {
    bool first = true;
    for_each_object(yaml, [&](const document::Node& node) {
      if (std::exchange(first, false)) use(node);
    });
  };
  for (int round = 0; round < 600; ++round) {
    const std::string name = fmt::format("o{}", random() % 40);
    if (random() % 4 == 0) {
      EXPECT_EQ(live.erase({"objects", "", name}), by_name.contains(name));
      if (by_name.contains(name)) files.erase(by_name[name]);
      by_name.erase(name);
    } else {
      const std::string yaml = manifests.next();
      with_first(yaml, [&](const document::Node& node) {
        live.put({"objects", "", name}, node);
        if (!by_name.contains(name)) by_name[name] = ++last;
        files[by_name[name]] = yaml;
      });
    }
    if (round % 10 != 0) continue;
    Scanner scanner(selection, limits);
    std::uint32_t ordinal = 0;
    for (const auto& [number, yaml] : files) {
      with_first(yaml, [&](const document::Node& node) { scanner.scan_object(node, 0, ++ordinal); });
    }
    std::vector<Part> parts;
    parts.push_back(scanner.take());
    const Scan fresh = finish(std::move(parts), selection, {&cluster}, limits);
    ASSERT_EQ(judge(), text_of(fresh)) << "in round " << round;
    ASSERT_EQ(judge(), text_of(fresh)) << "judged twice, in round " << round;
    findings += static_cast<int>(fresh.findings.size());
  }
  EXPECT_GT(findings, 1000);
}

}  // namespace
}  // namespace bulwark::posture

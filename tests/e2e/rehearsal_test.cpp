// Rehearsal against reality: the same cluster on a real control plane with played nodes and in the twin, the same
// drains and rollouts on both, and not a difference in what happens.
//
// Each file of rehearsal/scenarios is a test, and so is each of 20 random clusters, or of as many as
// BULWARK_E2E_CLUSTERS says. BULWARK_E2E_STORIES=1 prints what happened in each.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "e2e/rehearsal/choices.h"
#include "e2e/rehearsal/random_cluster.h"
#include "e2e/rehearsal/real_side.h"
#include "e2e/rehearsal/twin_side.h"
#include "e2e/suite.h"
#include "e2e/support/live_cluster.h"

namespace bulwark::e2e {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int clusters_by_default = 20;

int wanted_clusters() {
  const char* wanted = std::getenv("BULWARK_E2E_CLUSTERS");
  if (wanted == nullptr) return clusters_by_default;
  int count = 0;
  std::from_chars(wanted, wanted + std::string_view(wanted).size(), count);
  return std::clamp(count, 0, 1000);
}

class Rehearsal : public Suite<Rehearsal> {
 public:
  static ControlPlaneOptions options() {
    ControlPlaneOptions options;
    // Controllers as quick as they can be. Nothing is collected: scenarios have pods whose owner is gone, and
    // clean up themselves.
    options.controller_manager_arguments = {"--kube-api-qps=1000", "--kube-api-burst=1000",
                                            "--node-monitor-period=200ms", "--enable-garbage-collector=false"};
    options.scheduler_arguments = {"--kube-api-qps=1000", "--kube-api-burst=1000"};
    return options;
  }
  static void TearDownTestSuite() {
    nodes_.reset();
    cluster_.reset();
    if (wanted_clusters() < clusters_by_default && plane_is_up())
      fmt::print("{} of {} random clusters\n", wanted_clusters(), clusters_by_default);
    if (decisions_.single + decisions_.ties + decisions_.refused > 0) {
      fmt::print(
          "the scheduler's decisions: {} with one right node, {} among equals, {} messages of pods that "
          "wait\n",
          decisions_.single, decisions_.ties, decisions_.refused);
    }
    Suite::TearDownTestSuite();
  }

  void play(const Scenario& scenario);

 protected:
  void connect_once() {
    if (cluster_) return;
    auto player = connect(plane().kubeconfig());
    ASSERT_TRUE(player) << player.error().text();
    auto started = NodePlayerThread::start(*std::move(player), player_options());
    ASSERT_TRUE(started) << started.error().text();
    nodes_ = *std::move(started);
    auto cluster = connect(plane().kubeconfig());
    ASSERT_TRUE(cluster) << cluster.error().text();
    cluster_ = *std::move(cluster);
  }

  static inline std::unique_ptr<NodePlayerThread> nodes_;
  static inline std::unique_ptr<kube::Cluster> cluster_;
  static inline Decisions decisions_;
};

void Rehearsal::play(const Scenario& scenario) {
  ASSERT_NO_FATAL_FAILURE(connect_once());
  const int minor = plane().programs().minor;
  Recorder recorder(*cluster_);
  const auto recording = recorder.start();
  ASSERT_TRUE(recording) << recording.error().text();
  RealSide real(*cluster_, nodes_->player(), recorder, minor, scenario);
  const auto ready = real.set_up();
  ASSERT_TRUE(ready) << ready.error().text();
  const kube::Time taken_at = cluster_->now();
  perform(scenario, real);
  ASSERT_FALSE(recorder.is_broken()) << "a watch has ended";

  TwinSide twin(scenario, real.objects().model(taken_at, minor, scenario.figures), RealPlaces(recorder.steps()),
                real.node_pools());
  perform(scenario, twin);

  const std::vector<std::string> told = real.story().lines();
  if (const std::string differs = difference(told, twin.story().lines()); !differs.empty()) {
    ADD_FAILURE() << "reality and the twin part:\n" << differs;
  }

  ApiObjects rest_of_cluster = real.objects();
  rest_of_cluster.erase_kinds({"Pod", "Node"});
  const Decisions decisions = check_decisions(rest_of_cluster, recorder.steps(), minor, scenario.figures);
  for (const std::string& each : decisions.differences) ADD_FAILURE() << each;

  const std::string text = fmt::format("{}\n{}\n", fmt::join(told, "\n"), fmt::join(decisions.messages, "\n"));
  if (std::getenv("BULWARK_E2E_STORIES") != nullptr) fmt::print("{}", text);
  for (const std::string& each : scenario.expected) EXPECT_THAT(text, testing::HasSubstr(each));
  decisions_.single += decisions.single;
  decisions_.ties += decisions.ties;
  decisions_.refused += decisions.refused;
}

class Played : public Rehearsal {
 public:
  explicit Played(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}
  void TestBody() override {
    const auto scenario = read_scenario(name_, text_);
    ASSERT_TRUE(scenario) << scenario.error().text();
    play(*scenario);
    if (HasFailure()) GTEST_LOG_(INFO) << "the scenario:\n" << text_;
  }

 private:
  std::string name_, text_;
};

void add_test(const std::string& name, const std::string& text, const char* file) {
  testing::RegisterTest("Rehearsal", name.c_str(), nullptr, nullptr, file, 1,
                        [=]() -> Rehearsal* { return new Played(name, text); });
}

const bool added = [] {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(BULWARK_SOURCE_DIR "/tests/e2e/rehearsal/scenarios")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream in(file);
    add_test(file.stem().string(), std::string{std::istreambuf_iterator<char>(in), {}}, file.c_str());
  }
  const int clusters = wanted_clusters();
  for (int seed = 1; seed <= clusters; ++seed) {
    add_test(fmt::format("random_cluster_{}", seed), random_cluster(static_cast<std::uint64_t>(seed)), __FILE__);
  }
  return true;
}();

}  // namespace
}  // namespace bulwark::e2e

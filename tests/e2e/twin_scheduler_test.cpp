// The twin's scheduler against kube-scheduler: the same pods on the same random clusters, one after the other.
// Each must go to the same node, or be refused in the same words with the same victims.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

#include "e2e/suite.h"
#include "e2e/support/follower.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/object_keys.h"
#include "e2e/support/random_cluster.h"
#include "twin/cluster_testing.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;

kube::Resource resource(std::string group, std::string version, std::string plural, std::string kind,
                        bool is_namespaced) {
  return {.group = std::move(group),
          .version = std::move(version),
          .plural = std::move(plural),
          .kind = std::move(kind),
          .namespaced = is_namespaced,
          .verbs = {}};
}

// What the scheduler looks at.
const std::array kinds{nodes_resource(),
                       pods_resource(),
                       name_spaces,
                       budgets,
                       resource("apps", "v1", "replicasets", "ReplicaSet", true),
                       resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true),
                       resource("", "v1", "persistentvolumes", "PersistentVolume", false),
                       resource("storage.k8s.io", "v1", "csinodes", "CSINode", false),
                       resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false)};

// The objects of a list: their texts, names, and whether they are going.
struct Objects : kube::ObjectSink {
  struct One {
    std::string name_space, name, json;
    bool is_going = false;
  };
  void on_object(const document::Node& object, std::string_view json) override {
    all.push_back({text_at(object, "metadata", "namespace"), text_at(object, "metadata", "name"),
                   std::string(json), !text_at(object, "metadata", "deletionTimestamp").empty()});
  }
  void on_restart() override { all.clear(); }

  std::vector<One> all;
};

// What became of a pod.
struct Outcome {
  std::string node, message, nominated;
  std::set<std::string> victims;
};

class TwinScheduler : public Suite<TwinScheduler> {
 public:
  static ControlPlaneOptions options() {
    ControlPlaneOptions options;
    // Nobody but the scheduler acts, and nothing is added to nodes and pods.
    options.controllers = false;
    options.api_server_arguments = {
        "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition,StorageObjectInUseProtection"};
    return options;
  }
  static std::string why_not(const Programs& programs) {
    return programs.minor == 20 ? "" : "what is compared is the scheduler of 1.20";
  }

 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!plane_is_up()) return;
    auto connected = connect(plane().kubeconfig());
    ASSERT_TRUE(connected) << connected.error().text();
    cluster_ = *std::move(connected);
    for (int i = 1; i <= 9; ++i) {
      const std::string policy = i == 9 ? R"(,"preemptionPolicy":"Never")" : "";
      static_cast<void>(cluster_->create(
          {kinds[8], {}, fmt::format("p{}", i)},
          fmt::format(
              R"({{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{{"name":"p{0}"}},)"
              R"("value":{0}00{1}}})",
              i, policy),
          {}, {}));
    }
  }

  std::vector<Objects::One> list(const kube::Resource& kind) {
    Objects out;
    const auto listed = cluster_->list(kind, {}, out);
    EXPECT_TRUE(listed) << listed.error().message;
    return out.all;
  }
  // The object as the server keeps it.
  std::string create(const kube::Resource& kind, const std::string& name, const std::string& json) {
    const auto made = cluster_->create({kind, kind.namespaced ? "default" : "", name}, json, {}, {});
    EXPECT_TRUE(made) << made.error().message << "\n" << json;
    return made ? *made : std::string();
  }
  void patch(const kube::ObjectKey& key, const std::string& json, std::string_view part) {
    const auto done = cluster_->patch(key, kube::PatchType::merge, json, part, {});
    EXPECT_TRUE(done) << done.error().message << "\n" << json;
  }
  void remove(const kube::Resource& kind, const Objects::One& one) {
    kube::DeleteOptions now;
    now.grace_period_seconds = 0;
    now.propagation = "Background";
    static_cast<void>(cluster_->remove({kind, one.name_space, one.name}, now));
  }
  void wipe() {
    for (std::size_t kind = 0; kind < 8; ++kind) {
      if (kinds[kind].kind == "Namespace") continue;
      for (const Objects::One& each : list(kinds[kind])) {
        if (each.name_space.empty() || each.name_space == "default") remove(kinds[kind], each);
      }
    }
  }
  // Preemption looks at how long pods have been running: each here for another time.
  void start(const std::string& pod) {
    const auto at =
        std::chrono::sys_seconds(std::chrono::seconds(1'600'000'000 + started_++ * 7919 % 100'003 * 10));
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    patch({pods_resource(), "default", pod},
          fmt::format(R"({{"status":{{"startTime":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z"}}}})",
                      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                      time.seconds().count()),
          "status");
  }

  void make_cluster(RandomCluster& random);
  Outcome wait_for(const std::string& pod);
  std::string snapshot();
  void compare(const std::string& snapshot, const std::string& pod, const Outcome& real);

  std::unique_ptr<kube::Cluster> cluster_;
  std::vector<std::string> nodes_;
  std::map<std::string, std::string> sets_;
  std::size_t started_ = 0;
  std::size_t placed_ = 0, refused_ = 0, preempted_ = 0;
  static constexpr std::size_t claims = 4;
};

void TwinScheduler::make_cluster(RandomCluster& random) {
  wipe();
  nodes_.clear();
  const std::size_t count = 2 + random.below(7);
  for (std::size_t i = 0; i < count; ++i) {
    const RandomCluster::Node node = random.node(i);
    create(nodes_resource(), node.name, node.object);
    patch(node_key(node.name), node.status, "status");
    nodes_.push_back(node.name);
    if (!random.chance(70)) continue;
    create(kinds[7], node.name,
           fmt::format(
               R"({{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{{"name":"{}"}},"spec":)"
               R"({{"drivers":[{{"name":"d","nodeID":"x","topologyKeys":[],"allocatable":{{"count":{}}}}}]}}}})",
               node.name, 1 + random.below(2)));
  }
  // The scheduler counts the nodes that have an image whenever one of them tells of itself, as kubelets do.
  std::this_thread::sleep_for(milliseconds(100));
  for (const std::string& node : nodes_)
    patch(node_key(node), R"({"metadata":{"annotations":{"told":"yes"}}})", {});
  sets_.clear();
  for (const std::string& app : RandomCluster::apps()) {
    const std::string made = create(
        kinds[4], app,
        fmt::format(
            R"({{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{{"name":"{0}"}},"spec":{{"replicas":0,)"
            R"("selector":{{"matchLabels":{{"set":"{0}"}}}},"template":{{"metadata":{{"labels":{{"set":"{0}"}}}},)"
            R"("spec":{{"containers":[{{"name":"m","image":"x"}}]}}}}}}}})",
            app));
    const std::size_t uid = made.find(R"("uid":")") + 7;
    sets_[app] = made.substr(uid, made.find('"', uid) - uid);
    if (!random.chance(40)) continue;
    create(
        budgets, app,
        fmt::format(R"({{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{{"name":"{0}"}},)"
                    R"("spec":{{"minAvailable":1,"selector":{{"matchLabels":{{"app":"{0}"}}}}}}}})",
                    app));
  }
  for (std::size_t i = 0; i < claims; ++i) {
    create(kinds[5], fmt::format("c{}", i),
           fmt::format(
               R"({{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{{"name":"c{0}","annotations":)"
               R"({{"pv.kubernetes.io/bind-completed":"yes"}}}},"spec":{{"volumeName":"v{0}",)"
               R"("storageClassName":"","accessModes":["ReadWriteOnce"],"resources":{{"requests":)"
               R"({{"storage":"1Gi"}}}}}}}})",
               i));
    const std::string reach =
        random.chance(40)
            ? ""
            : fmt::format(R"(,"nodeAffinity":{{"required":{{"nodeSelectorTerms":[{{"matchExpressions":)"
                          R"([{{"key":"topology.kubernetes.io/zone","operator":"In","values":["z{}"]}}]}}]}}}})",
                          random.below(2));
    create(kinds[6], fmt::format("v{}", i),
           fmt::format(R"({{"apiVersion":"v1","kind":"PersistentVolume","metadata":{{"name":"v{0}"}},"spec":)"
                       R"({{"capacity":{{"storage":"1Gi"}},"accessModes":["ReadWriteOnce"],"csi":{{"driver":"d",)"
                       R"("volumeHandle":"h{0}"}},"claimRef":{{"namespace":"default","name":"c{0}"}}{1}}}}})",
                       i, reach));
  }
  const std::size_t pods = random.below(14);
  for (std::size_t i = 0; i < pods; ++i) {
    const std::string name = fmt::format("old-{}", i);
    create(pods_resource(), name, random.pod(name, nodes_, sets_, claims));
    start(name);
  }
  // Until the scheduler has heard of it all.
  std::this_thread::sleep_for(milliseconds(400));
}

Outcome TwinScheduler::wait_for(const std::string& pod) {
  Outcome out;
  const auto is_decided = [&] {
    const auto got = cluster_->get(pod_key("default", pod));
    if (!got) return false;
    const document::Source source("pod", *got);
    base::Arena arena;
    struct Root : document::DocumentSink {
      explicit Root(Outcome& to) : out(to) {}
      void on_document(const document::Node& root) override {
        out.node = text_at(root, "spec", "nodeName");
        out.nominated = text_at(root, "status", "nominatedNodeName");
        const document::Node* status = root.find("status");
        const document::Node* conditions = status == nullptr ? nullptr : status->find("conditions");
        if (conditions == nullptr) return;
        for (const document::Node& each : conditions->items()) {
          if (each.find("type")->text() != "PodScheduled" || each.find("status")->text() != "False") continue;
          if (each.find("message") != nullptr) out.message = each.find("message")->text();
        }
      }
      void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }
      Outcome& out;
    } root(out);
    document::read_json(source, {0, static_cast<std::uint32_t>(got->size())}, 0, arena, {}, root);
    return !out.node.empty() || !out.message.empty();
  };
  EXPECT_TRUE(eventually(is_decided)) << pod;
  return out;
}

std::string TwinScheduler::snapshot() {
  std::string out;
  for (const kube::Resource& kind : kinds) {
    for (const Objects::One& each : list(kind)) out.append("---\n").append(each.json).push_back('\n');
  }
  return out;
}

void TwinScheduler::compare(const std::string& snapshot, const std::string& pod, const Outcome& real) {
  twin::Engine engine(
      twin::YamlCluster::model(snapshot, {.owned = {}, .now = {}, .assumptions = {}, .minor = 20}));
  const twin::Index index = engine.find_pod("default", pod);
  ASSERT_NE(index, twin::none);
  // Among equals chance decides: everything that may come out.
  std::set<std::string> nodes, ways;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    twin::State state = engine.state();
    state.random = seed;
    twin::Scheduler scheduler = engine.scheduler();
    const twin::Scheduler::Choice choice = scheduler.choose(state, index);
    if (choice.node != twin::none) nodes.insert(state.nodes.info[choice.node]->name);
    if (choice.nominated == twin::none) continue;
    std::set<std::string> victims;
    for (const twin::Index each : choice.victims) victims.insert(engine.pod_name(each));
    ways.insert(fmt::format("{} without {}", state.nodes.info[choice.nominated]->name, fmt::join(victims, ",")));
  }
  if (!real.node.empty()) {
    EXPECT_THAT(nodes, testing::Contains(real.node)) << snapshot;
    ++placed_;
    return;
  }
  EXPECT_THAT(nodes, testing::IsEmpty()) << real.message << "\n" << snapshot;
  EXPECT_EQ(engine.scheduler().unschedulable_message(engine.state(), index), real.message) << snapshot;
  ++refused_;
  if (real.nominated.empty()) {
    EXPECT_THAT(ways, testing::IsEmpty()) << snapshot;
    return;
  }
  EXPECT_THAT(ways, testing::Contains(fmt::format("{} without {}", real.nominated, fmt::join(real.victims, ","))))
      << snapshot;
  ++preempted_;
}

TEST_F(TwinScheduler, DecidesAsKubeSchedulerDoes) {
  for (std::uint32_t seed = 1; seed <= 8 && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomCluster random(seed);
    make_cluster(random);
    for (int i = 0; i < 20 && !HasFailure(); ++i) {
      const std::string name = fmt::format("web-{}", i);
      std::string before = snapshot();
      const std::vector<Objects::One> pods = list(pods_resource());
      before.append("---\n").append(create(pods_resource(), name, random.pod(name, {}, sets_, claims)));
      Outcome real = wait_for(name);
      const std::vector<Objects::One> after = list(pods_resource());
      for (const Objects::One& each : pods) {
        const auto still = std::ranges::find(after, each.name, &Objects::One::name);
        if (!each.is_going && (still == after.end() || still->is_going)) real.victims.insert(each.name);
      }
      compare(before, name, real);
      if (!real.node.empty()) {
        start(name);
        continue;
      }
      // It would get in the way of the next one.
      for (const Objects::One& each : after) {
        if (each.is_going || each.name == name) remove(pods_resource(), each);
      }
      std::this_thread::sleep_for(milliseconds(200));
    }
  }
  // The clusters are full enough, and not too full.
  EXPECT_GT(placed_, 40U);
  EXPECT_GT(refused_, 20U);
  EXPECT_GT(preempted_, 4U);
}

}  // namespace
}  // namespace bulwark::e2e

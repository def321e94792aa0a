#include "e2e/rehearsal/real_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <thread>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "e2e/rehearsal/choices.h"
#include "e2e/support/object_keys.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A watch that tells nothing for so long has told everything: controllers and scheduler act within some ten
// milliseconds.
constexpr milliseconds quiet{350};
constexpr seconds patience{30};

class EachName : public kube::ObjectSink {
 public:
  std::vector<std::pair<std::string, std::string>> names;  // namespace, name
  std::function<void(const document::Node&)> use = [](const document::Node&) {};
  void on_object(const document::Node& object, std::string_view) override {
    const kube::ObjectName name = kube::name_of(object);
    names.emplace_back(name.name_space, name.name);
    use(object);
  }
};

std::vector<upgrade::NodePool> pools_of(const Scenario& scenario) {
  std::vector<upgrade::NodePool> pools;
  if (!scenario.rollout) return pools;
  for (const NodeShape& each : scenario.nodes) {
    const std::string& name = each.labels.at("agentpool");
    auto found = std::ranges::find(pools, name, &upgrade::NodePool::name);
    if (found == pools.end()) {
      found = pools.insert(pools.end(), upgrade::NodePool{});
      found->name = name;
      found->version = each.kubelet_version.substr(1);
      found->upgrade = *scenario.rollout;
    }
    ++found->count;
  }
  return pools;
}

std::string group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? "" : std::string(api_version.substr(0, slash));
}

}  // namespace

RealSide::RealSide(kube::Cluster& cluster, NodePlayer& player, Recorder& recorder, int minor,
                   const Scenario& scenario)
    : cluster_(cluster),
      player_(player),
      recorder_(recorder),
      minor_(minor),
      scenario_(scenario),
      name_space_(scenario.name),
      cluster_pods_(cluster),
      paced_(cluster_pods_, story_, scenario.figures, scenario.figures.speed),
      node_pools_(pools_of(scenario)),
      pools_(cluster, player, recorder, paced_, scenario.figures, scenario.nodes, node_pools_) {
  std::ranges::replace(name_space_, '_', '-');
}

RealSide::~RealSide() { remove_all(); }

void RealSide::wait(milliseconds time) {
  const kube::Time end = cluster_.now() + time;
  while (cluster_.now() < end) cluster_.run_until(end);
}

base::Result<> RealSide::create(const Manifest& manifest) {
  const auto resource = std::ranges::find_if(resources_, [&](const kube::Resource& each) {
    return each.kind == manifest.kind && each.group == group_of(manifest.api_version);
  });
  if (resource == resources_.end()) return base::fail("the server has no kind " + manifest.kind);
  const kube::ObjectKey key{*resource, resource->namespaced ? name_space_ : "", manifest.name};
  const kube::Time end = cluster_.now() + patience;
  while (true) {
    const auto made = cluster_.create(key, manifest.json, {}, {});
    if (made) return {};
    // A new namespace's service account gets its token a moment later.
    if (made.error().reason != "ServerTimeout" || cluster_.now() > end) {
      return std::unexpected(made.error().error());
    }
    wait(milliseconds(20));
  }
}

base::Result<> RealSide::set_up() {
  recorder_.begin();
  std::vector<std::string> missing;
  auto served = cluster_.resources(missing);
  if (!served) return std::unexpected(served.error().error());
  resources_ = *std::move(served);
  for (const NodeShape& each : scenario_.nodes) player_.add(each);
  const kube::Time end = cluster_.now() + patience;
  const auto are_ready = [&] {
    return recorder_.nodes().size() == scenario_.nodes.size() &&
           std::ranges::all_of(recorder_.nodes(),
                               [](const auto& each) { return each.second.ready && !each.second.tainted; });
  };
  while (!are_ready()) {
    if (cluster_.now() > end) return base::fail("the nodes do not become ready");
    wait(milliseconds(20));
  }
  TRY(create({.api_version = "v1",
              .kind = "Namespace",
              .name = name_space_,
              .json = fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})",
                                  name_space_)}));
  // Pods need their namespace's service account.
  const kube::ObjectKey account{
      {.group = {}, .version = "v1", .plural = "serviceaccounts", .kind = "ServiceAccount", .verbs = {}},
      name_space_,
      "default"};
  while (!cluster_.get(account)) {
    if (cluster_.now() > end) return base::fail("the namespace gets no service account");
    wait(milliseconds(20));
  }
  for (const Manifest& each : scenario_.manifests) {
    if (auto made = create(each); !made) {
      return base::fail(fmt::format("{} {}: {}", each.kind, each.name, made.error().text()));
    }
    // One after the other: the order of their pods is determined then.
    wait(milliseconds(80));
  }
  for (const Manifest& each : scenario_.refused) {
    if (create(each)) return base::fail(fmt::format("the API server took {} {}", each.kind, each.name));
  }
  rest();
  for (const Preparation& each : scenario_.before) TRY(prepare(each));
  if (!scenario_.before.empty()) rest();
  TRY(objects_.read(cluster_));
  told_ = recorder_.steps().size();
  for (const auto& [key, pod] : recorder_.pods()) {
    if (pod.ready) was_ready_.insert(pod.uid);
    story_.name(pod.name, pod.call());
  }
  return {};
}

base::Result<> RealSide::prepare(const Preparation& preparation) {
  if (preparation.what == "crash") return crash(preparation.subject);
  if (preparation.what == "cordon") {
    const auto answer = cluster_pods_.set_unschedulable(preparation.subject, true, false);
    if (!answer) return std::unexpected(answer.error().error());
    return {};
  }
  if (preparation.what == "delete") {
    const std::size_t slash = preparation.subject.find('/');
    const std::string kind = preparation.subject.substr(0, slash), name = preparation.subject.substr(slash + 1);
    const auto resource = std::ranges::find(resources_, kind, &kube::Resource::kind);
    if (resource == resources_.end()) return base::fail("the server has no kind " + kind);
    // What it made stays: the control plane runs without its garbage collector.
    const auto answer = cluster_.remove({*resource, resource->namespaced ? name_space_ : "", name},
                                        {.grace_period_seconds = {}, .propagation = "Orphan", .uid = {}});
    if (!answer) return std::unexpected(answer.error().error());
    return {};
  }
  return base::fail("there is no preparation " + preparation.what);
}

// As a kubelet tells of containers that end and end again.
base::Result<> RealSide::crash(const std::string& controller) {
  std::size_t crashed = 0;
  for (const auto& [key, pod] : recorder_.pods()) {
    if (!pod.name.starts_with(controller)) continue;
    constexpr std::string_view patch =
        R"({"status":{"containerStatuses":[{"name":"main","state":{"running":null,"waiting":{"reason":"CrashLoopBackOff"}}}]}})";
    const auto answer =
        cluster_.patch(pod_key(pod.name_space, pod.name), kube::PatchType::strategic_merge, patch, "status", {});
    if (!answer) return std::unexpected(answer.error().error());
    ++crashed;
  }
  if (crashed == 0) return base::fail("no pod is named like " + controller);
  return {};
}

// Whether there are as many pods as are asked for.
bool RealSide::have_controllers_acted() {
  EachName all;
  bool acted = true;
  for (const std::string_view kind : {"ReplicaSet", "ReplicationController", "StatefulSet", "Deployment"}) {
    all.use = [&](const document::Node& object) {
      const auto number = [&](std::string_view part, std::string_view name) -> std::int64_t {
        const document::Node* of = object.find(part);
        const document::Node* found = of == nullptr ? nullptr : of->find(name);
        return found == nullptr ? 0 : found->integer().value_or(0);
      };
      const std::string_view name = kube::name_of(object).name;
      if (kind == "Deployment") {
        acted &= number("status", "observedGeneration") > 0;
        return;
      }
      std::int64_t active = 0;
      bool some_wait = false;
      for (const auto& [key, pod] : recorder_.pods()) {
        if (pod.controller_kind != kind || pod.controller != name || pod.deleting || pod.finished()) continue;
        ++active;
        some_wait |= !pod.ready;
      }
      // (A StatefulSet in order waits for each of its pods.)
      acted &= active >= number("spec", "replicas") || (kind == "StatefulSet" && some_wait);
    };
    const auto resource = std::ranges::find(resources_, kind, &kube::Resource::kind);
    if (resource == resources_.end()) return false;
    if (!cluster_.list(*resource, {.name_space = name_space_, .labels = {}, .fields = {}}, all)) return false;
  }
  return acted;
}

// False: something is still to come. `asked`: the scheduler has been asked about this state already.
bool RealSide::is_at_rest(kube::Time now, bool& asked) {
  bool some_wait = false;
  for (const auto& [key, pod] : recorder_.pods()) {
    if (pod.deleting && !pod.has_finalizer) return false;
    // The namespace's controller begins five seconds later.
    if (namespace_goes_ && !pod.deleting) return false;
    if (pod.deleting || pod.finished()) continue;
    if (pod.node.empty()) {
      if (pod.waiting.empty()) return false;
      some_wait = true;
    } else if (pod.phase != "Running" || (!pod.ready && !pod.never_ready)) {
      const auto node = recorder_.nodes().find("Node /" + pod.node);
      if (node != recorder_.nodes().end() && node->second.ready) return false;
    }
  }
  if (now - recorder_.last_change() < quiet || !have_controllers_acted()) return false;
  if (!some_wait || asked) return true;
  // A pod that waits for the end of its back-off has a node by now.
  ApiObjects objects;
  if (!objects.read(cluster_)) return false;
  const twin::Engine engine(objects.model(now, minor_, scenario_.figures));
  for (const auto& [key, pod] : recorder_.pods()) {
    if (!pod.node.empty() || pod.deleting) continue;
    const twin::Index index = engine.find_pod(pod.name_space, pod.name);
    if (index == twin::none || engine.state().pods[index].node != twin::none) return false;  // by now
    if (!likely_nodes(engine, index).empty()) return false;
  }
  asked = true;
  return true;
}

void RealSide::rest() {
  const kube::Time begin = cluster_.now(), end = begin + seconds(15);
  bool asked = false;
  // Not before what was just asked for can have begun.
  wait(quiet);
  while (cluster_.now() < end && !is_at_rest(cluster_.now(), asked)) wait(milliseconds(40));
}

void RealSide::begin_chapter() {
  recorder_.next_chapter();
  namespace_goes_ = std::ranges::any_of(scenario_.before, [](const Preparation& each) {
    return each.what == "delete" && each.subject.starts_with("Namespace/");
  });
}

void RealSide::tell_lives() {
  const std::vector<Recorder::Step>& steps = recorder_.steps();
  for (; told_ < steps.size(); ++told_) {
    const Recorder::Step& step = steps[told_];
    if (!step.pod) continue;
    const SeenPod& pod = *step.pod;
    const std::string call = pod.call();
    const auto tell = [&](std::string what) {
      story_.name(pod.name, call);
      story_.happened(pod.uid, call, std::move(what));
    };
    const bool is_new = !step.before || step.before->uid != pod.uid;
    if (is_new) tell("created");
    if (!pod.node.empty() && (is_new || step.before->node.empty())) tell("to " + pod.node);
    if (step.change == kube::Change::deleted) {
      tell("gone");
      continue;
    }
    if (pod.ready && was_ready_.insert(pod.uid).second) tell("ready");
    if (pod.deleting && (is_new || !step.before->deleting)) tell("deleting");
    if (pod.finished() && (is_new || !step.before->finished())) tell("finished");
  }
}

void RealSide::end_chapter() {
  tell_lives();
  for (const auto& [key, pod] : recorder_.pods()) {
    if (!pod.node.empty() || pod.deleting) continue;
    // (What the scheduler says of it may be of an earlier state: check_decisions looks at it where it was said.)
    story_.note(pod.call() + " waits for a node");
  }
  if (!scenario_.budgets) return;
  EachName each;
  each.use = [&](const document::Node& object) {
    const document::Node* status = object.find("status");
    const auto figure = [&](std::string_view name) {
      const document::Node* found = status == nullptr ? nullptr : status->find(name);
      return found == nullptr ? 0 : found->integer().value_or(0);
    };
    story_.note(fmt::format("budget {}: allows {}, {} of {} healthy, {} expected", kube::name_of(object).name,
                            figure("disruptionsAllowed"), figure("currentHealthy"), figure("desiredHealthy"),
                            figure("expectedPods")));
  };
  if (!cluster_.list(budgets, {.name_space = name_space_, .labels = {}, .fields = {}}, each)) {
    story_.note("budgets cannot be listed");
  }
}

void RealSide::remove_all() {
  const auto remove = [&](const kube::Resource& resource) {
    EachName each;
    if (!cluster_.list(resource, {.name_space = name_space_, .labels = {}, .fields = {}}, each)) return;
    for (const auto& [name_space, name] : each.names) {
      const kube::ObjectKey key{resource, name_space, name};
      static_cast<void>(cluster_.remove(key, {.grace_period_seconds = 0, .propagation = "Background", .uid = {}}));
    }
  };
  // What makes pods first.
  for (const std::string_view kind : {"Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicationController",
                                      "ReplicaSet", "PodDisruptionBudget", "Service"}) {
    const auto resource = std::ranges::find(resources_, kind, &kube::Resource::kind);
    if (resource != resources_.end()) remove(*resource);
  }
  for (const Manifest& each : scenario_.manifests) {
    const auto resource = std::ranges::find_if(
        resources_, [&](const kube::Resource& of) { return of.kind == each.kind && !of.namespaced; });
    if (resource != resources_.end()) {
      static_cast<void>(
          cluster_.remove({*resource, {}, each.name}, {.grace_period_seconds = {}, .propagation = {}, .uid = {}}));
    }
  }
  const kube::Time end = cluster_.now() + patience;
  do {
    for (const auto& [key, pod] : recorder_.pods()) {
      if (pod.has_finalizer) {
        static_cast<void>(cluster_.patch(pod_key(pod.name_space, pod.name), kube::PatchType::merge,
                                         R"({"metadata":{"finalizers":null}})", {}, {}));
      }
      static_cast<void>(cluster_.remove(pod_key(pod.name_space, pod.name),
                                        {.grace_period_seconds = 0, .propagation = {}, .uid = {}}));
    }
    wait(milliseconds(50));
  } while (!recorder_.pods().empty() && cluster_.now() < end);
  for (const auto& [name, shape] : pools_.nodes()) player_.remove(name);
  while (!recorder_.nodes().empty() && cluster_.now() < end) wait(milliseconds(20));
}

}  // namespace bulwark::e2e

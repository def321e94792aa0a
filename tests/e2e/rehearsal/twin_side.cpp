#include "e2e/rehearsal/twin_side.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::e2e {

RealPlaces::RealPlaces(const std::vector<Recorder::Step>& steps) {
  for (const Recorder::Step& step : steps) {
    if (!step.pod || !step.before || !step.before->node.empty() || step.pod->node.empty()) continue;
    nodes_[{step.chapter, step.pod->call()}].push_back(step.pod->node);
  }
}

TwinSide::TwinSide(const Scenario& scenario, std::shared_ptr<const twin::Model> model, RealPlaces places,
                   std::vector<upgrade::NodePool> pools)
    : scenario_(scenario),
      engine_(std::move(model)),
      twin_pods_(engine_, this),
      paced_(twin_pods_, story_, scenario.figures, 1),
      pools_(engine_, std::move(pools)),
      places_(std::move(places)) {
  engine_.place_by(this);
  for (const twin::Pod& pod : engine_.state().pods) {
    if (pod.phase == twin::PodPhase::ready) was_ready_.insert(pod.serial);
  }
}

TwinSide::~TwinSide() { engine_.place_by(nullptr); }

std::string TwinSide::call(twin::Index pod) const {
  const twin::Pod& of = engine_.state().pods[pod];
  const kube::OwnerReference& owner = engine_.model().classes[of.pod_class].owner;
  return called(owner.kind, owner.name, engine_.pod_name(pod));
}

void TwinSide::on_pod(twin::Index pod, twin::PodChange change) {
  using enum twin::PodChange;
  const twin::Pod& of = engine_.state().pods[pod];
  std::string what;
  switch (change) {
    case created:
      what = "created";
      break;
    case bound:
      what = "to " + engine_.state().nodes.info[of.node]->name;
      break;
    case ready:
      if (was_ready_.insert(of.serial).second) what = "ready";
      break;
    case deleting:
      what = "deleting";
      break;
    case finished:
      what = "finished";
      break;
    case gone:
      what = "gone";
      break;
    case running:
    case not_ready:
    case unschedulable:
      break;
  }
  if (what.empty()) return;
  const std::string name = call(pod);
  story_.name(engine_.pod_name(pod), name);
  story_.happened(std::to_string(of.serial), name, std::move(what));
}

twin::Index TwinSide::place(twin::Index pod, twin::Index choice) {
  const twin::Pod& of = engine_.state().pods[pod];
  if (engine_.model().classes[of.pod_class].owner.kind == "DaemonSet") return choice;
  std::vector<std::string>& nodes = places_.of(chapter_, call(pod));
  for (auto name = nodes.begin(); name != nodes.end(); ++name) {
    const twin::Index node = engine_.find_node(*name);
    if (node == twin::none || !engine_.scheduler().fits(engine_.state(), pod, node)) continue;
    nodes.erase(name);
    return node;
  }
  return choice;
}

void TwinSide::rest() {
  // Longer than the longest back-off of the scheduler; what comes later (a disruption that expires, a toleration
  // that runs out) is beyond what reality is waited for.
  const kube::Time end = engine_.now() + std::chrono::seconds(12);
  while (engine_.next() && *engine_.next() <= end) engine_.step(end);
}

void TwinSide::end_chapter() {
  const twin::State& state = engine_.state();
  for (twin::Index pod = 0; pod < state.pods.size(); ++pod) {
    if (state.pods[pod].phase != twin::PodPhase::pending || state.pods[pod].deleting) continue;
    story_.note(call(pod) + " waits for a node");
  }
  for (std::size_t i = 0; scenario_.budgets && i < state.budgets.size(); ++i) {
    const twin::BudgetState& budget = state.budgets[i];
    story_.note(fmt::format("budget {}: allows {}, {} of {} healthy, {} expected", engine_.model().budgets[i].name,
                            budget.disruptions_allowed, budget.current_healthy, budget.desired_healthy,
                            budget.expected_pods));
  }
}

}  // namespace bulwark::e2e

#include "e2e/rehearsal/choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace bulwark::e2e {
namespace {

constexpr std::size_t steps_behind = 12, steps_beside = 40, most_beside = 8;
constexpr std::chrono::milliseconds moment{400};

// What the API showed after the first `end` of the steps, with some later ones.
ApiObjects state_after(const ApiObjects& base, const std::vector<Recorder::Step>& steps, std::size_t end) {
  ApiObjects objects = base;
  for (std::size_t i = 0; i < end; ++i) {
    if (steps[i].change == kube::Change::deleted) {
      objects.erase(steps[i].key);
    } else {
      objects.put(steps[i].key, steps[i].json);
    }
  }
  return objects;
}

bool is_decision(const Recorder::Step& step) {
  return step.pod && step.before && step.before->node.empty() && !step.pod->node.empty();
}
bool is_refusal(const Recorder::Step& step) {
  return step.pod && step.change != kube::Change::deleted && !step.pod->waiting.empty() &&
         (!step.before || step.before->waiting != step.pod->waiting);
}

struct Question {
  const std::vector<Recorder::Step>& steps;
  const ApiObjects& base;
  int minor;
  const Figures& figures;

  // Asks in the states near step `at` until one answers yes.
  bool any_state(std::size_t at, const std::function<bool(const twin::Engine&, twin::Index pod)>& is_right) const {
    const SeenPod& pod = *steps[at].pod;
    const auto ask = [&](const ApiObjects& objects) {
      const twin::Engine engine(objects.model(steps[at].at, minor, figures));
      const twin::Index index = engine.find_pod(pod.name_space, pod.name);
      return index != twin::none && is_right(engine, index);
    };
    ApiObjects objects = state_after(base, steps, at);
    if (ask(objects)) return true;
    // Bindings are written side by side: of those of the same moment any may have been decided about before.
    std::vector<const Recorder::Step*> beside;
    for (std::size_t i = at > steps_beside ? at - steps_beside : 0; i < std::min(steps.size(), at + steps_beside);
         ++i) {
      const auto apart = std::chrono::abs(steps[i].at - steps[at].at);
      if (i != at && apart < moment && is_decision(steps[i])) beside.push_back(&steps[i]);
    }
    const auto distance = [&](const Recorder::Step* step) {
      const std::uint64_t a = step->revision, b = steps[at].revision;
      return a > b ? a - b : b - a;
    };
    std::ranges::sort(beside, {}, distance);
    if (beside.size() > most_beside) beside.resize(most_beside);
    for (std::uint32_t choice = 0; choice < (1U << beside.size()); ++choice) {
      ApiObjects mixed = objects;
      for (std::size_t k = 0; k < beside.size(); ++k) {
        std::string unbound = beside[k]->before_json;
        mixed.put(beside[k]->key, (choice >> k & 1U) != 0 ? beside[k]->json : std::move(unbound));
      }
      if (ask(mixed)) return true;
    }
    for (std::size_t end = at; end-- > 0 && at - end <= steps_behind;) {
      if (steps[end].key == steps[at].key && !steps[end].before) break;  // it was made then
      if (ask(state_after(base, steps, end))) return true;
    }
    return false;
  }
};

std::string names_of(const twin::Engine& engine, const std::set<twin::Index>& nodes) {
  std::vector<std::string_view> names;
  for (const twin::Index each : nodes) names.push_back(engine.state().nodes.info[each]->name);
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, " or "));
}

}  // namespace

std::set<twin::Index> likely_nodes(const twin::Engine& engine, twin::Index pod) {
  constexpr std::uint64_t seeds = 64;
  std::set<twin::Index> nodes;
  twin::State state = engine.state();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    twin::Scheduler scheduler = engine.scheduler();
    state.random = seed * 0x9e3779b97f4a7c15ULL;
    const twin::Scheduler::Choice choice = scheduler.choose(state, pod);
    if (choice.node == twin::none) break;
    nodes.insert(choice.node);
  }
  return nodes;
}

Decisions check_decisions(const ApiObjects& rest_of_cluster, const std::vector<Recorder::Step>& steps, int minor,
                          const Figures& figures) {
  Decisions decisions;
  const Question question{steps, rest_of_cluster, minor, figures};
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const Recorder::Step& step = steps[at];
    // A DaemonSet's controller says the node itself.
    if (!step.pod || step.pod->controller_kind == "DaemonSet") continue;
    std::string first_answer;
    if (is_decision(step)) {
      std::size_t equals = 0;
      const bool is_same = question.any_state(at, [&](const twin::Engine& engine, twin::Index pod) {
        const twin::Index node = engine.find_node(step.pod->node);
        const std::set<twin::Index> likely = likely_nodes(engine, pod);
        if (first_answer.empty()) {
          first_answer = names_of(engine, likely);
          if (node != twin::none) {
            const auto reasons = engine.scheduler().why_not(engine.state(), pod, node);
            if (!reasons.empty())
              first_answer += fmt::format(" ({}: {})", step.pod->node, fmt::join(reasons, ", "));
          }
        }
        equals = likely.size();
        return likely.contains(node);
      });
      if (!is_same) {
        decisions.differences.push_back(fmt::format("{} ({}): the scheduler took {}, the twin would take {}",
                                                    step.pod->name, step.pod->call(), step.pod->node,
                                                    first_answer));
      } else {
        ++(equals == 1 ? decisions.single : decisions.ties);
      }
    } else if (is_refusal(step)) {
      const bool is_same = question.any_state(at, [&](const twin::Engine& engine, twin::Index pod) {
        const bool has_node = !likely_nodes(engine, pod).empty();
        std::string message =
            has_node ? "it has a node" : engine.scheduler().unschedulable_message(engine.state(), pod);
        const bool is_right = message == step.pod->waiting;
        if (first_answer.empty()) first_answer = std::move(message);
        return is_right;
      });
      if (!is_same) {
        decisions.differences.push_back(
            fmt::format("{} ({}): no node takes it\n    scheduler: {}\n    twin:      {}", step.pod->name,
                        step.pod->call(), step.pod->waiting, first_answer));
      } else {
        ++decisions.refused;
        decisions.messages.push_back(fmt::format("{}: {}", step.pod->call(), step.pod->waiting));
      }
    }
  }
  return decisions;
}

}  // namespace bulwark::e2e

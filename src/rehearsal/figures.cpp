#include "rehearsal/figures.h"

#include <algorithm>

namespace bulwark::rehearsal {

namespace {

// Replicas that are not ready by then are not waited for any longer.
constexpr auto scaling = std::chrono::hours(1);

class Counts final : public upgrade::Log {
 public:
  void on_event(const upgrade::Event& event) override {
    evictions +=
        event.kind == upgrade::EventKind::eviction_accepted || event.kind == upgrade::EventKind::deletion_accepted
            ? 1
            : 0;
    nodes_done += event.kind == upgrade::EventKind::reimaged ? 1 : 0;
  }
  bool reads_words() const override { return false; }

  std::uint64_t evictions = 0;
  std::size_t nodes_done = 0;
};

std::int32_t ready_of(const twin::Engine& engine, twin::Index top) {
  std::int32_t ready = 0;
  const twin::Model& model = engine.model();
  for (twin::Index i = 0; i < model.workloads.size(); ++i) {
    if (i == top || model.workloads[i].parent == top) ready += engine.state().workloads[i].ready;
  }
  return ready;
}

Duration pods_away(Duration degraded, std::uint64_t evictions) {
  return degraded + eviction_weight * static_cast<std::int64_t>(evictions);
}

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

int compare(const Figures& a, const Figures& b, Preference preference) {
  if (a.completes != b.completes) return a.completes ? -1 : 1;
  if (a.nodes_done != b.nodes_done && !a.completes) return a.nodes_done > b.nodes_done ? -1 : 1;
  const int outage = order(a.outage, b.outage), takes = order(a.takes, b.takes);
  const int away = order(pods_away(a.degraded, a.evictions), pods_away(b.degraded, b.evictions));
  const bool time_first = preference == Preference::time;
  for (const int each : {time_first ? takes : outage, time_first ? outage : away, time_first ? away : takes}) {
    if (each != 0) return each;
  }
  return 0;
}

Figures measure(const Course& course, const upgrade::RolloutOptions& rollout,
                std::span<const TemporaryReplicas> replicas, const Figures* to_beat) {
  twin::Engine engine = course.settled;
  Meter meter(engine, course.tops);
  engine.observe(&meter);
  const Time begin = engine.now();
  for (const TemporaryReplicas& each : replicas) engine.scale(each.workload, each.to);
  const auto are_ready = [&] {
    return std::ranges::all_of(
        replicas, [&](const TemporaryReplicas& each) { return ready_of(engine, each.workload) >= each.to; });
  };
  while (!are_ready() && engine.step(begin + scaling)) {
  }
  TwinPods pods(engine, &meter);
  TwinPools cloud(engine, course.pools);
  Counts counts;
  upgrade::Rollout run(rollout);
  const Time end = begin + course.options.longest;
  const bool beats_time = to_beat != nullptr && to_beat->completes && course.preference == Preference::time;
  const bool beats_outage = to_beat != nullptr && to_beat->completes && !beats_time;
  const upgrade::Outcome& outcome = upgrade::run(run, pods, cloud, counts, [&] {
    if (beats_time && engine.now() - begin > to_beat->takes) return false;
    if (beats_outage && meter.outage() > to_beat->outage) return false;
    // Both only grow.
    if (beats_outage && meter.outage() == to_beat->outage &&
        pods_away(meter.degraded(), counts.evictions) > pods_away(to_beat->degraded, to_beat->evictions))
      return false;
    return engine.now() < end && (course.options.interrupted == nullptr || !*course.options.interrupted);
  });
  meter.finish();
  return {.completes = outcome.state == upgrade::Outcome::State::completed,
          .nodes_done = counts.nodes_done,
          .takes = engine.now() - begin,
          .evictions = counts.evictions,
          .outage = meter.outage(),
          .degraded = meter.degraded()};
}

}  // namespace bulwark::rehearsal

// Events a second of the twin's queue: one is taken, and its successor added, with so many others waiting.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "twin/event_queue.h"

namespace {

using bulwark::twin::Duration;
using bulwark::twin::EventQueue;
using bulwark::twin::Happening;
using bulwark::twin::Time;

// Delays as a rehearsal has them: most are one of a few, one in ten is any.
Duration delay(std::uint64_t& random) {
  constexpr std::int64_t constants[] = {0, 1'000, 5'000, 20'000, 30'000};
  const std::uint64_t drawn = bulwark::base::next_random(random);
  return Duration(drawn % 10 == 0 ? static_cast<std::int64_t>(drawn >> 8U) % 300'000
                                  : constants[(drawn >> 8U) % 5]);
}

void turn(benchmark::State& state) {
  std::uint64_t random = 1;
  EventQueue queue;
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.add(Time{} + delay(random), Happening::schedule, 0);
  for (auto _ : state) {
    const auto event = queue.pop();
    queue.add(event.at + delay(random), event.what, event.subject);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(turn)->Arg(100)->Arg(10'000)->Arg(1'000'000);

}  // namespace

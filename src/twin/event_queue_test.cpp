#include "twin/event_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <tuple>

namespace bulwark::twin {
namespace {

// Against an ordered set, with delays of all kinds: constant ones for the lanes, any for the heap, none at all.
TEST(EventQueue, GivesEventsByTimeAndThenByTheirOrder) {
  for (const unsigned seed : {1U, 2U, 3U, 4U, 5U}) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t n) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
    };
    EventQueue queue;
    std::set<std::tuple<Time, Index>> expected;  // the subject counts up, as the order does
    Time now{};
    Index next = 0;
    for (int step = 0; step < 20'000; ++step) {
      const bool adds = expected.empty() || below(100) < (step % 2'000 < 1'000 ? 60 : 40);
      if (adds) {
        constexpr std::array<std::int64_t, 5> constants{0, 1'000, 5'000, 30'000, 120'000};
        const std::int64_t delay =
            below(3) == 0 ? below(300'000) : constants.at(static_cast<std::size_t>(below(5)));
        queue.add(now + Duration(delay), Happening::schedule, next);
        expected.insert({now + Duration(delay), next++});
      } else {
        EXPECT_EQ(queue.next_at(), std::get<Time>(*expected.begin()));
        if (step % 7 == 0) queue = EventQueue(queue);  // a copy goes on alike
        const Event event = queue.pop();
        ASSERT_EQ(event.subject, std::get<Index>(*expected.begin())) << "seed " << seed << ", step " << step;
        now = event.at;
        expected.erase(expected.begin());
      }
      ASSERT_EQ(queue.size(), expected.size());
      ASSERT_EQ(queue.empty(), expected.empty());
    }
  }
}

}  // namespace
}  // namespace bulwark::twin

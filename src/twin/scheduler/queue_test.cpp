// Whose turn it is, and when the next one may be.
#include "twin/scheduler/queue.h"

#include <gtest/gtest.h>

#include "twin/cluster_testing.h"

namespace bulwark::twin {
namespace {

using std::chrono::seconds;

class Queue : public testing::Test {
 protected:
  Queue()
      : model_(YamlCluster::model(pod("low", 0) + pod("high", 5) + pod("other", 0))),
        engine_(model_),
        state_(engine_.state()) {
    low_ = engine_.find_pod("shop", "low");
    high_ = engine_.find_pod("shop", "high");
    other_ = engine_.find_pod("shop", "other");
  }

  static std::string pod(const std::string& name, int priority) {
    return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name +
           ", namespace: shop}, spec: {priority: " + std::to_string(priority) +
           ", containers: [{name: c, image: i}]}}\n";
  }
  std::optional<Index> pop() { return queue_.pop(*model_, state_); }
  void fail(Index pod) {
    ++state_.pods[pod].attempts;
    queue_.park(state_, pod);
  }

  std::shared_ptr<const Model> model_;
  Engine engine_;
  State state_;  // a copy, for the queue alone
  SchedulingQueue queue_;
  Index low_ = none, high_ = none, other_ = none;
};

TEST_F(Queue, GoesByPriorityAndThenByTheTimeOfArrival) {
  queue_.add(*model_, state_, low_);
  state_.now += seconds(1);
  queue_.add(*model_, state_, other_);
  state_.now += seconds(1);
  queue_.add(*model_, state_, high_);
  EXPECT_EQ(pop(), high_);
  EXPECT_EQ(pop(), low_);
  EXPECT_EQ(pop(), other_);
  EXPECT_EQ(pop(), std::nullopt);
  EXPECT_EQ(queue_.next(), std::nullopt);
}

TEST_F(Queue, TriesAgainWhenSomethingHappensAndTheBackOffIsOver) {
  queue_.add(*model_, state_, low_);
  // 1 s, doubled with each attempt, at most 10 s (pkg/scheduler/internal/queue).
  for (const int wait : {1, 2, 4, 8, 10, 10}) {
    ASSERT_EQ(pop(), low_);
    fail(low_);
    EXPECT_EQ(queue_.waiting(), 1U);
    EXPECT_EQ(queue_.next(), std::nullopt) << "nothing has happened";
    queue_.wake(state_);
    EXPECT_EQ(queue_.next(), state_.now + seconds(wait));
    EXPECT_EQ(pop(), std::nullopt);
    state_.now += seconds(wait);
  }
}

TEST_F(Queue, GoesOnAtOnceWhenTheBackOffIsOverAlready) {
  queue_.add(*model_, state_, low_);
  ASSERT_EQ(pop(), low_);
  fail(low_);
  state_.now += seconds(30);
  EXPECT_EQ(queue_.next(), std::nullopt);
  queue_.wake(state_);
  ASSERT_TRUE(queue_.next());
  EXPECT_LE(*queue_.next(), state_.now);
  EXPECT_EQ(pop(), low_);
}

TEST_F(Queue, ForgetsPodsThatAreGone) {
  queue_.add(*model_, state_, low_);
  queue_.add(*model_, state_, high_);
  queue_.forget(low_, state_.pods[low_].serial);
  EXPECT_EQ(pop(), high_);
  fail(high_);
  queue_.forget(high_, state_.pods[high_].serial);
  EXPECT_EQ(queue_.waiting(), 0U);
  queue_.wake(state_);
  EXPECT_EQ(queue_.next(), std::nullopt);

  queue_.add(*model_, state_, other_);
  ++state_.pods[other_].serial;  // another pod has the place
  EXPECT_EQ(pop(), std::nullopt);
}

TEST_F(Queue, PassesOverPodsThatAreGoing) {
  queue_.add(*model_, state_, low_);
  state_.pods[low_].deleting = true;
  EXPECT_EQ(pop(), std::nullopt);
}

TEST_F(Queue, HasEachPodOnce) {
  queue_.add(*model_, state_, low_);
  queue_.add(*model_, state_, low_);
  EXPECT_EQ(pop(), low_);
  EXPECT_EQ(pop(), std::nullopt);
}

}  // namespace
}  // namespace bulwark::twin

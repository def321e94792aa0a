#include "adapters/kubeapi/pacing.h"

#include <gtest/gtest.h>

namespace bulwark::adapters {
namespace {

using std::chrono::milliseconds;

TEST(RateLimit, GivesABurstAndThenThePace) {
  RateLimit limit(10, 3);
  RateLimit::Time now;
  for (const long wait : {0, 0, 0, 100, 200}) EXPECT_EQ(limit.take(now), milliseconds(wait));
  now += milliseconds(300);
  EXPECT_EQ(limit.take(now), milliseconds(0));
  EXPECT_EQ(limit.take(now), milliseconds(100));
  now += std::chrono::hours(1);
  for (const long wait : {0, 0, 0, 100}) EXPECT_EQ(limit.take(now), milliseconds(wait));
  RateLimit none(0, 0);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(none.take(now), milliseconds(0));
}

TEST(BackOff, DoublesWithJitter) {
  BackOff back_off(milliseconds(100), milliseconds(1000));
  EXPECT_EQ(back_off.next(0), milliseconds(50));
  EXPECT_EQ(back_off.next(0.5), milliseconds(150));
  EXPECT_EQ(back_off.next(1), milliseconds(400));
  EXPECT_EQ(back_off.next(1), milliseconds(800));
  EXPECT_EQ(back_off.next(1), milliseconds(1000));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(back_off.next(0), milliseconds(500));
  back_off.reset();
  EXPECT_EQ(back_off.tries(), 0);
  EXPECT_EQ(back_off.next(1), milliseconds(100));
}

}  // namespace
}  // namespace bulwark::adapters

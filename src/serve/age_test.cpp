#include "serve/age.h"

#include <gtest/gtest.h>

namespace bulwark::serve {
namespace {

TEST(Age, IsShortAsKubectlHasIt) {
  struct Case {
    std::int64_t seconds;
    const char* text;
  };
  // k8s.io/apimachinery/pkg/util/duration/duration_test.go
  for (const Case& c :
       {Case{-2, "<invalid>"}, {-1, "0s"},        {0, "0s"},      {119, "119s"},      {120, "2m"},
        {121, "2m1s"},         {599, "9m59s"},    {600, "10m"},   {10799, "179m"},    {10800, "3h"},
        {10860, "3h1m"},       {28799, "7h59m"},  {28800, "8h"},  {172799, "47h"},    {172800, "2d"},
        {176400, "2d1h"},      {691199, "7d23h"}, {691200, "8d"}, {63071999, "729d"}, {63072000, "2y"},
        {63158400, "2y1d"},    {252288000, "8y"}}) {
    EXPECT_EQ(human_duration(std::chrono::seconds(c.seconds)), c.text) << c.seconds;
  }
  EXPECT_EQ(age("no time", kube::Time{}), "<unknown>");
}

}  // namespace
}  // namespace bulwark::serve

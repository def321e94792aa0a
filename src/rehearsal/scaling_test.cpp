#include "rehearsal/scaling.h"

#include <gtest/gtest.h>

namespace bulwark::rehearsal {
namespace {

struct Case {
  std::string name;
  kube::OptionalInt least, most;  // both unset: no autoscaler
  std::int32_t from, to;
  std::string command, back;
};

const std::string patch = "kubectl patch horizontalpodautoscaler load --namespace shop --type merge --patch ";

class Scaling : public testing::TestWithParam<Case> {};

TEST_P(Scaling, ByWhoeverHasTheSay) {
  const Case& c = GetParam();
  const kube::HorizontalPodAutoscaler autoscaler{
      .spec = {.scale_target_ref = {}, .min_replicas = c.least, .max_replicas = c.most}};
  twin::Workload workload;
  workload.kind_name = "StatefulSet";
  workload.name_space = "shop";
  workload.name = "cart";
  if (c.least || c.most) workload.autoscaler = &autoscaler;
  workload.autoscaler_name = "load";
  EXPECT_EQ(scale_command(workload, c.to), c.command);
  EXPECT_EQ(unscale_command(workload, c.to, c.from), c.back);
}

INSTANTIATE_TEST_SUITE_P(Table, Scaling,
                         testing::Values(Case{"nobody",
                                              {},
                                              {},
                                              1,
                                              2,
                                              "kubectl scale statefulset cart --namespace shop --replicas 2",
                                              "kubectl scale statefulset cart --namespace shop --replicas 1"},
                                         Case{"autoscaler", 1, 9, 1, 2, patch + R"('{"spec":{"minReplicas":2}}')",
                                              patch + R"('{"spec":{"minReplicas":1}}')"},
                                         Case{"no_minimum",
                                              {},
                                              9,
                                              1,
                                              2,
                                              patch + R"('{"spec":{"minReplicas":2}}')",
                                              patch + R"('{"spec":{"minReplicas":1}}')"},
                                         Case{"beyond_its_maximum", 1, 1, 1, 2,
                                              patch + R"('{"spec":{"minReplicas":2,"maxReplicas":2}}')",
                                              patch + R"('{"spec":{"minReplicas":1,"maxReplicas":1}}')"}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace bulwark::rehearsal

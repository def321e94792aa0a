#include "posture/resources.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

TEST(Resources, RequestsAndLimitsOfContainerAndPod) {
  static constexpr std::array cpu{kube::Label{"cpu", "1"}};
  static constexpr kube::ResourceRequirements none{}, request{.requests = cpu}, limit{.limits = cpu};
  constexpr kube::MinorVersion before{1, 33}, from{1, 34};
  struct Case {
    const char* name;
    const kube::ResourceRequirements *container, *pod;
    kube::MinorVersion version;
    bool has_request, has_limit;
  };
  for (const Case& c : {
           Case{"nothing", nullptr, nullptr, from, false, false},
           Case{"empty", &none, &none, from, false, false},
           Case{"a request", &request, nullptr, from, true, false},
           Case{"a limit is a request, too", &limit, nullptr, from, true, true},
           Case{"the pod's request", nullptr, &request, from, true, false},
           Case{"the pod's limit", &request, &limit, from, true, true},
           Case{"the pod's, before they are read", nullptr, &limit, before, false, false},
       }) {
    const kube::Object object;
    kube::PodSpec spec;
    spec.resources = c.pod;
    kube::Container container;
    container.resources = c.container;
    const PodView pod{object, spec, object.metadata, {}, c.version};
    const ContainerView view{pod, container, ContainerRole::ordinary, 0};
    EXPECT_EQ(has_request(view, "cpu"), c.has_request) << c.name;
    EXPECT_EQ(has_limit(view, "cpu"), c.has_limit) << c.name;
    EXPECT_FALSE(has_request(view, "memory")) << c.name;
    EXPECT_FALSE(has_limit(view, "memory")) << c.name;
  }
}

}  // namespace
}  // namespace bulwark::posture

#include "posture/exposure.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace bulwark::posture {
namespace {

TEST(Exposure, OfServices) {
  struct Case {
    std::string_view type;
    kube::Label annotation;
    std::vector<std::string_view> ranges;
    Exposure want;
    std::string_view open;  // where everybody is let in
  };
  constexpr std::string_view azure = "service.beta.kubernetes.io/azure-load-balancer-internal";
  constexpr std::string_view tags = "service.beta.kubernetes.io/azure-allowed-service-tags";
  constexpr std::string_view azure_ranges = "service.beta.kubernetes.io/azure-allowed-ip-ranges";
  constexpr std::string_view ranges = "service.beta.kubernetes.io/load-balancer-source-ranges";
  for (const Case& c : {
           Case{"", {}, {}, Exposure::none, ""},
           Case{"ClusterIP", {azure, "false"}, {}, Exposure::none, ""},
           Case{"NodePort", {}, {}, Exposure::network, ""},
           Case{"LoadBalancer", {}, {}, Exposure::internet, ""},
           Case{"LoadBalancer", {azure, "true"}, {}, Exposure::network, ""},
           Case{"LoadBalancer", {azure, "false"}, {}, Exposure::internet, ""},
           Case{"LoadBalancer", {}, {"203.0.113.0/24"}, Exposure::restricted, ""},
           Case{"LoadBalancer",
                {},
                {"203.0.113.0/24", "::/0"},
                Exposure::internet,
                "spec.loadBalancerSourceRanges[1]"},
           Case{"LoadBalancer", {tags, "AzureFrontDoor.Backend"}, {}, Exposure::restricted, ""},
           Case{"LoadBalancer",
                {tags, "AzureFrontDoor.Backend,Internet"},
                {},
                Exposure::internet,
                "metadata.annotations[\"service.beta.kubernetes.io/azure-allowed-service-tags\"]"},
           Case{"LoadBalancer", {azure_ranges, "203.0.113.0/24"}, {}, Exposure::restricted, ""},
           Case{"LoadBalancer",
                {ranges, "203.0.113.0/24, 0.0.0.0/0"},
                {},
                Exposure::internet,
                "metadata.annotations[\"service.beta.kubernetes.io/load-balancer-source-ranges\"]"},
           Case{"LoadBalancer", {"networking.gke.io/load-balancer-type", "Internal"}, {}, Exposure::network, ""},
       }) {
    kube::Service service;
    service.spec.type = c.type;
    service.spec.load_balancer_source_ranges = c.ranges;
    kube::Object object{.kind = kube::ResourceKind::service, .body = &service};
    if (!c.annotation.key.empty()) object.metadata.annotations = std::span(&c.annotation, 1);
    const std::string where = std::string(c.type) + " " + std::string(c.annotation.value);
    EXPECT_EQ(exposure_of(object), c.want) << where;
    const auto open = find_open_range(object);
    EXPECT_EQ(open ? open->at.text() : "", c.open) << where;
  }
}

}  // namespace
}  // namespace bulwark::posture

#include "posture/serving.h"

#include <gtest/gtest.h>

#include <vector>

namespace bulwark::posture {
namespace {

TEST(Serving, WhoServes) {
  using enum kube::ResourceKind;
  constexpr kube::ContainerPort http{.name = "http", .container_port = 8080}, unnamed{.container_port = 8080},
      metrics{.name = "http-metrics", .container_port = 9090},
      prometheus{.name = "prometheus", .container_port = 9090};
  struct Case {
    const char* name;
    std::vector<kube::ContainerPort> ports;
    kube::ResourceKind kind = deployment;
    ContainerRole role = ContainerRole::ordinary;
    std::string_view restart_policy;
    bool serves = false;
  };
  for (const Case& c : {
           Case{.name = "a web server", .ports = {http}, .serves = true},
           Case{.name = "a port without a name", .ports = {unnamed}, .serves = true},
           Case{.name = "http and metrics", .ports = {metrics, http}, .serves = true},
           Case{.name = "restarted always",
                .ports = {http},
                .kind = pod,
                .restart_policy = "Always",
                .serves = true},
           Case{.name = "no ports", .ports = {}},
           Case{.name = "metrics alone", .ports = {metrics, prometheus}},
           Case{.name = "a job", .ports = {http}, .kind = job},
           Case{.name = "a cron job", .ports = {http}, .kind = cron_job},
           Case{.name = "a pod that runs once", .ports = {http}, .kind = pod, .restart_policy = "Never"},
           Case{.name = "a pod that runs to its end", .ports = {http}, .kind = pod, .restart_policy = "OnFailure"},
           Case{.name = "an init container", .ports = {http}, .role = ContainerRole::init},
           Case{.name = "a sidecar", .ports = {http}, .role = ContainerRole::sidecar},
           Case{.name = "an ephemeral container", .ports = {http}, .role = ContainerRole::ephemeral},
       }) {
    kube::Object object;
    object.kind = c.kind;
    kube::PodSpec spec;
    spec.restart_policy = c.restart_policy;
    kube::Container container;
    container.ports = c.ports;
    const PodView view{object, spec, object.metadata, {}, kube::latest_version};
    EXPECT_EQ(serves(ContainerView{view, container, c.role, 0}), c.serves) << c.name;
  }
}

}  // namespace
}  // namespace bulwark::posture

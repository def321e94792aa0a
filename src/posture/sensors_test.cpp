#include "posture/sensors.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

TEST(Sensors, ProductByImage) {
  struct Case {
    std::string_view image, want;
  };
  for (const Case& c : {
           Case{"mcr.microsoft.com/azuredefender/stable/low-level-collector:2.0.203", "Defender for Containers"},
           Case{"docker.io/falcosecurity/falco:0.41.0-debian", "Falco"},
           Case{"contoso.azurecr.io/mirror/falcosecurity/falco:0.41.0", "Falco"},
           Case{"quay.io/cilium/tetragon:v1.4.0", "Tetragon"},
           Case{"quay.io/kubescape/node-agent:v0.2.400", "Kubescape"},
           Case{"registry.crowdstrike.com/falcon-sensor/us-1/release/falcon-sensor:7.26", "CrowdStrike Falcon"},
           Case{"docker.io/falcosecurity/falcosidekick:2.31.1", ""},
           Case{"quay.io/cilium/cilium:v1.17.4", ""},
           Case{"contoso.azurecr.io/notfalcosecurity/falco:1", ""},
       }) {
    std::array<kube::Container, 1> containers;
    containers[0].image = c.image;
    kube::PodSpec spec;
    spec.containers = containers;
    EXPECT_EQ(sensor_product(spec), c.want) << c.image;
  }
}

TEST(Sensors, Tolerates) {
  struct Case {
    const char* what;
    kube::Toleration toleration;
    kube::Taint taint;
    bool want;
  };
  const kube::Taint gpu{"sku", "gpu", "NoSchedule"};
  for (const Case& c : {
           Case{"everything",
                {.key = {}, .op = "Exists", .value = {}, .effect = {}, .toleration_seconds = {}},
                gpu,
                true},
           Case{"every NoExecute",
                {.key = {}, .op = "Exists", .value = {}, .effect = "NoExecute", .toleration_seconds = {}},
                gpu,
                false},
           Case{"the key",
                {.key = "sku", .op = "Exists", .value = {}, .effect = {}, .toleration_seconds = {}},
                gpu,
                true},
           Case{"the value",
                {.key = "sku", .op = {}, .value = "gpu", .effect = "NoSchedule", .toleration_seconds = {}},
                gpu,
                true},
           Case{"another value",
                {.key = "sku", .op = "Equal", .value = "cpu", .effect = {}, .toleration_seconds = {}},
                gpu,
                false},
           Case{"another key",
                {.key = "team", .op = "Exists", .value = {}, .effect = {}, .toleration_seconds = {}},
                gpu,
                false},
           Case{"a wish",
                {.key = "team", .op = "Exists", .value = {}, .effect = {}, .toleration_seconds = {}},
                {"sku", "gpu", "PreferNoSchedule"},
                true},
       }) {
    EXPECT_EQ(tolerates({&c.toleration, 1}, c.taint), c.want) << c.what;
    EXPECT_EQ(tolerates({}, c.taint), c.taint.effect == "PreferNoSchedule") << c.what;
  }
}

TEST(Sensors, PassingTaints) {
  for (const std::string_view key : {"node.kubernetes.io/not-ready", "virtual-kubelet.io/provider",
                                     "ToBeDeletedByClusterAutoscaler", "node.cilium.io/agent-not-ready"}) {
    EXPECT_TRUE(is_passing_or_virtual({key, "", "NoSchedule"})) << key;
  }
  for (const std::string_view key :
       {"sku", "CriticalAddonsOnly", "kubernetes.azure.com/scalesetpriority", "nvidia.com/gpu"}) {
    EXPECT_FALSE(is_passing_or_virtual({key, "", "NoSchedule"})) << key;
  }
}

}  // namespace
}  // namespace bulwark::posture

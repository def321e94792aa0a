#include "posture/network_engine.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

TEST(NetworkEngine, ByTheImageOfADaemonSet) {
  struct Case {
    std::string_view image;
    NetworkEngine want;
  };
  for (const Case& c : {
           Case{"mcr.microsoft.com/containernetworking/azure-npm:v1.6.34", NetworkEngine::azure_npm},
           Case{"mcr.microsoft.com/oss/calico/node:v3.28.1", NetworkEngine::calico},
           Case{"quay.io/calico/node@sha256:00", NetworkEngine::calico},
           Case{"mcr.microsoft.com/oss/cilium/cilium:1.17.4", NetworkEngine::cilium},
           Case{"docker.io/cloudnativelabs/kube-router", NetworkEngine::other},
           Case{"contoso.azurecr.io/library/node:22", NetworkEngine::unknown},
           Case{"quay.io/prometheus/node-exporter:v1.9.0", NetworkEngine::unknown},
           Case{"quay.io/cilium/operator-azure:v1.17.4", NetworkEngine::unknown},
           Case{"", NetworkEngine::unknown},
       }) {
    std::array<kube::Container, 2> containers;
    containers[0].image = "registry.example/first:1";
    containers[1].image = c.image;
    kube::DaemonSet body;
    body.spec.pod_template.spec.containers = containers;
    kube::Object object;
    object.kind = kube::ResourceKind::daemon_set;
    object.body = &body;
    kube::Inventory inventory;
    inventory.add(object);
    const EngineEvidence found = find_network_engine(inventory, false);
    EXPECT_EQ(found.engine, c.want) << c.image;
    EXPECT_EQ(found.object, c.want == NetworkEngine::unknown ? nullptr : &object) << c.image;
    EXPECT_EQ(find_network_engine(inventory, true).engine, NetworkEngine::unknown) << c.image;
  }
}

TEST(NetworkEngine, ByTheLabelOfANode) {
  struct Case {
    std::string_view value;
    NetworkEngine want;
  };
  for (const Case& c : {Case{"azure", NetworkEngine::azure_npm}, Case{"calico", NetworkEngine::calico},
                        Case{"cilium", NetworkEngine::cilium}, Case{"none", NetworkEngine::none},
                        Case{"", NetworkEngine::unknown}, Case{"new", NetworkEngine::unknown}}) {
    const std::array labels{kube::Label{"kubernetes.io/os", "windows"},
                            kube::Label{network_policy_label, c.value}};
    kube::Node body;
    kube::Object object;
    object.kind = kube::ResourceKind::node;
    object.body = &body;
    object.metadata.labels = labels;
    kube::Inventory inventory;
    inventory.add(object);
    EXPECT_EQ(find_network_engine(inventory, true).engine, c.want) << c.value;
    EXPECT_EQ(find_network_engine(inventory, false).engine, NetworkEngine::unknown) << c.value;
  }
}

}  // namespace
}  // namespace bulwark::posture

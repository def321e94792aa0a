#include "posture/user_namespaces.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::posture {
namespace {

using enum kube::ResourceKind;

kube::Object named(kube::ResourceKind kind, std::string_view name, std::string_view name_space = {},
                   const void* body = nullptr) {
  kube::Object object{.kind = kind, .body = body};
  object.metadata.name = name;
  object.metadata.name_space = name_space;
  return object;
}

TEST(UserNamespaces, ThoseOfTheInput) {
  const kube::Pod pod;
  const kube::Namespace body;
  const kube::Label managed{"kubernetes.azure.com/managedby", "aks"};
  std::array objects{
      named(name_space, "kube-system", "", &body),     named(kube::ResourceKind::pod, "web", "shop", &pod),
      named(name_space, "empty", "", &body),           named(service, "db", "only-a-service"),
      named(kube::ResourceKind::pod, "job", "", &pod), named(name_space, "aks-extension", "", &body),
  };
  objects[5].metadata.labels = std::span(&managed, 1);
  kube::Inventory inventory;
  for (const kube::Object& object : objects) inventory.add(object);

  const auto found = user_namespaces(inventory);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "shop");
  EXPECT_EQ(&found[0].anchor(), &objects[1]);
  EXPECT_EQ(found[0].text(), "namespace \"shop\"");
  EXPECT_EQ(found[1].name, "empty");
  EXPECT_EQ(&found[1].anchor(), &objects[2]);
  EXPECT_EQ(found[2].name, "default");
  EXPECT_EQ(found[2].text(), "the workload's namespace");

  EXPECT_FALSE(would_show(inventory, found[0], network_policy));
  EXPECT_TRUE(would_show(inventory, found[0], service));
  EXPECT_TRUE(would_show(inventory, found[1], network_policy));
  EXPECT_FALSE(is_whole_cluster(inventory));
  const kube::Node node_body;
  const kube::Object a_node = named(node, "aks-1", "", &node_body);
  inventory.add(a_node);
  EXPECT_TRUE(is_whole_cluster(inventory));
  EXPECT_TRUE(would_show(inventory, found[0], network_policy));
}

TEST(UserNamespaces, MadeByAWorkloadOfTheInput) {
  const kube::ReplicaSet body;
  const kube::Object maker = named(replica_set, "web", "shop", &body);
  kube::Inventory inventory;
  inventory.add(maker);
  struct Case {
    std::string_view name_space, kind, name;
    kube::OptionalBool controller;
    bool want;
  };
  for (const Case& c : {
           Case{"shop", "ReplicaSet", "web", true, true},
           Case{"shop", "ReplicaSet", "web", std::nullopt, false},
           Case{"shop", "ReplicaSet", "api", true, false},
           Case{"other", "ReplicaSet", "web", true, false},
           Case{"shop", "Rollout", "web", true, false},
       }) {
    const kube::OwnerReference owner{.kind = c.kind, .name = c.name, .controller = c.controller};
    kube::Object pod = named(kube::ResourceKind::pod, "web-1", c.name_space);
    pod.metadata.owner_references = std::span(&owner, 1);
    EXPECT_EQ(is_made_by_workload(inventory, pod), c.want) << c.name_space << " " << c.kind << " " << c.name;
  }
}

}  // namespace
}  // namespace bulwark::posture

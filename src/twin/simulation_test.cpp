#include "twin/simulation.h"

#include <gtest/gtest.h>

#include "twin/store_testing.h"

namespace bulwark::twin {
namespace {

using document::Json;

// A store with two nodes in two zones, and a simulation on it.
struct Simulated : StoreFixture, testing::Test {
  Simulated() {
    for (const std::string number : {"1", "2"}) {
      put(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"n)" + number +
          R"(","labels":{"topology.kubernetes.io/zone":"z)" + number +
          R"("}},"status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"20"},"conditions":[{"type":"Ready","status":"True"}]}})");
    }
  }
  void put(std::string_view text) { ASSERT_TRUE(store.put(json(text))); }
  void begin(bool from_files = true) {
    simulation = std::make_unique<Simulation>(
        store, Simulation::Options{.minor = 34, .assumptions = {}, .seed = 1, .from_files = from_files});
    pass(0);
  }
  void pass(int seconds) {
    simulation->run_until(now + std::chrono::seconds(seconds));
    now += std::chrono::seconds(seconds);
  }
  const ApiKind& core(std::string_view plural) const { return store.kinds().core(plural); }
  const ApiKind& slices() const { return *store.kinds().find("discovery.k8s.io", "v1", "endpointslices"); }
  const ApiKind& sets() const { return kind("apps/v1", "StatefulSet"); }
  std::string names(const ApiKind& of) const {
    std::string text;
    store.for_each(of, [&](const StoredObject& each) { text += each.name + ' '; });
    return text;
  }
  void scale(const ApiKind& of, std::string_view name, int replicas) {
    ASSERT_TRUE(store.patch(of, "default", name, kube::PatchType::merge,
                            json(R"({"spec":{"replicas":)" + std::to_string(replicas) + "}}"), "", writer));
  }

  std::unique_ptr<Simulation> simulation;
};

std::string web(int replicas) {
  return R"({"metadata":{"name":"web"},"spec":{"replicas":)" + std::to_string(replicas) +
         R"(,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[)"
         R"({"name":"c","image":"i","ports":[{"name":"http","containerPort":8080}],"readinessProbe":{"tcpSocket":{"port":8080},"initialDelaySeconds":20}}]}}}})";
}

constexpr std::string_view web_service =
    R"({"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"name":"http","port":80,"targetPort":"http"}]}})";

std::string set(std::string_view more = "", std::string_view of_claim = "") {
  return R"({"metadata":{"name":"cart"},"spec":{"replicas":2,"serviceName":"carts","selector":{"matchLabels":{"app":"cart"}},)" +
         std::string(more) +
         R"("template":{"metadata":{"labels":{"app":"cart"}},"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"data","mountPath":"/d"}]}]}},)"
         R"("volumeClaimTemplates":[{"metadata":{"name":"data","labels":{"tier":"db"}},"spec":{"accessModes":["ReadWriteOnce"],)" +
         std::string(of_claim) + R"("resources":{"requests":{"storage":"1Gi"}}}}]}})";
}

TEST_F(Simulated, EndpointsFollowPods) {
  begin();
  ASSERT_TRUE(create(core("services"), web_service));
  pass(0);
  EXPECT_EQ(at(core("endpoints"), "web", {"subsets"}), "") << "there, and empty";
  ASSERT_TRUE(create(deployments(), web(3)));
  const auto count = [&](std::string_view key) {
    const Json endpoints = json(store.find(core("endpoints"), "default", "web")->json);
    std::size_t number = 0;
    if (const Json* subsets = endpoints.find("subsets")) {
      for (const auto& [unused, subset] : subsets->members())
        number += subset.find(key) == nullptr ? 0 : subset.find(key)->size();
    }
    return number;
  };
  std::size_t most_unready = 0;
  for (int i = 0; i < 60; ++i) pass(2), most_unready = std::max(most_unready, count("notReadyAddresses"));
  EXPECT_EQ(most_unready, 3U) << "while they start";
  EXPECT_EQ(count("addresses"), 3U);
  EXPECT_EQ(count("notReadyAddresses"), 0U);
  EXPECT_EQ(store.count(slices()), 1U);
  scale(deployments(), "web", 1);
  pass(120);
  EXPECT_EQ(count("addresses"), 1U);
  const std::uint64_t before = store.resource_version();
  pass(120);
  EXPECT_EQ(store.resource_version(), before) << "what has not changed is not written";

  const Json slice = json(store.list(slices(), *Selection::compile(slices(), {}))->objects.at(0)->json);
  ASSERT_TRUE(store.remove(slices(), "default", slice.text_at({"metadata", "name"}), {}));
  pass(1);
  EXPECT_EQ(store.count(slices()), 1U) << "made again";
  const Json& endpoint = slice.find("endpoints")->members()[0].value;
  EXPECT_EQ(endpoint.text_at({"zone"}).substr(0, 1), "z");
  ASSERT_TRUE(store.remove(core("services"), "default", "web", {}));
  pass(1);
  EXPECT_EQ(names(core("endpoints")) + names(slices()), "");
}

TEST_F(Simulated, EndpointsWithoutSelectorStay) {
  put(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"far"},"spec":{"ports":[{"port":80}]}})");
  put(R"({"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"far"},"subsets":[{"addresses":[{"ip":"1.2.3.4"}]}]})");
  begin();
  pass(60);
  EXPECT_EQ(at(core("endpoints"), "far", {"subsets"}), R"([{"addresses":[{"ip":"1.2.3.4"}]}])");
}

TEST_F(Simulated, StatefulSetsHaveClaims) {
  begin();
  ASSERT_TRUE(create(sets(), set()));
  pass(120);
  EXPECT_EQ(names(core("persistentvolumeclaims")), "data-cart-0 data-cart-1 ");
  EXPECT_EQ(at(core("persistentvolumeclaims"), "data-cart-0", {"status", "phase"}), "\"Bound\"");
  EXPECT_EQ(at(core("persistentvolumeclaims"), "data-cart-0", {"metadata", "labels"}),
            R"({"tier":"db","app":"cart"})");
  EXPECT_EQ(at(pods(), "cart-1", {"spec", "hostname"}), "\"cart-1\"");
  EXPECT_EQ(at(pods(), "cart-1", {"spec", "subdomain"}), "\"carts\"");
  EXPECT_EQ(json(at(pods(), "cart-1", {"spec", "volumes"}))
                .members()[0]
                .value.text_at({"persistentVolumeClaim", "claimName"}),
            "data-cart-1");
  scale(sets(), "cart", 0);
  pass(120);
  EXPECT_EQ(names(pods()), "");
  EXPECT_EQ(names(core("persistentvolumeclaims")), "data-cart-0 data-cart-1 ") << "kept";
  const std::string volume = at(core("persistentvolumeclaims"), "data-cart-0", {"spec", "volumeName"});
  scale(sets(), "cart", 3);
  pass(120);
  EXPECT_EQ(names(pods()), "cart-0 cart-1 cart-2 ");
  EXPECT_EQ(at(core("persistentvolumeclaims"), "data-cart-0", {"spec", "volumeName"}), volume)
      << "the same as before";
  ASSERT_TRUE(store.remove(core("persistentvolumeclaims"), "default", "data-cart-2", {}));
  EXPECT_EQ(store.count(core("persistentvolumes")), 2U) << "reclaimed";
  ASSERT_TRUE(store.remove(sets(), "default", "cart", {}));
  pass(120);
  EXPECT_EQ(names(core("persistentvolumeclaims")), "data-cart-0 data-cart-1 ");
}

TEST_F(Simulated, ClaimsGoAsThePolicySays) {
  struct Case {
    const char *when_deleted, *when_scaled;
    const char *after_scaling, *after_deletion;
  };
  const Case cases[] = {{"Retain", "Retain", "data-cart-0 data-cart-1 ", "data-cart-0 data-cart-1 "},
                        {"Retain", "Delete", "data-cart-0 ", "data-cart-0 "},
                        {"Delete", "Retain", "data-cart-0 data-cart-1 ", ""},
                        {"Delete", "Delete", "data-cart-0 ", ""}};
  begin();
  for (const Case& each : cases) {
    const std::string policy = R"("persistentVolumeClaimRetentionPolicy":{"whenDeleted":")" +
                               std::string(each.when_deleted) + R"(","whenScaled":")" + each.when_scaled + "\"},";
    ASSERT_TRUE(create(sets(), set(policy)));
    pass(120);
    scale(sets(), "cart", 1);
    pass(120);
    EXPECT_EQ(names(core("persistentvolumeclaims")), each.after_scaling) << policy;
    ASSERT_TRUE(store.remove(sets(), "default", "cart", {}));
    pass(120);
    EXPECT_EQ(names(core("persistentvolumeclaims")), each.after_deletion) << policy;
    for (const std::string name : {"data-cart-0", "data-cart-1"})
      static_cast<void>(store.remove(core("persistentvolumeclaims"), "default", name, {}));
    EXPECT_EQ(store.count(core("persistentvolumes")), 0U);
  }
}

TEST_F(Simulated, ThePolicyMayChangeLater) {
  begin();
  ASSERT_TRUE(create(sets(), set()));
  pass(120);
  for (const auto& [policy, owned] : {std::pair{"Delete", true}, {"Retain", false}, {"Delete", true}}) {
    ASSERT_TRUE(store.patch(sets(), "default", "cart", kube::PatchType::merge,
                            json(R"({"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":")" +
                                 std::string(policy) + "\"}}}"),
                            "", writer));
    EXPECT_EQ(!at(core("persistentvolumeclaims"), "data-cart-1", {"metadata", "ownerReferences"}).empty(), owned);
  }
  ASSERT_TRUE(store.remove(sets(), "default", "cart", {}));
  EXPECT_EQ(names(core("persistentvolumeclaims")), "");
}

TEST_F(Simulated, ClaimsWaitForTheirFirstConsumer) {
  put(R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"late"},"provisioner":"disk.example","volumeBindingMode":"WaitForFirstConsumer","reclaimPolicy":"Retain"})");
  put(R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"by-hand"},"provisioner":"kubernetes.io/no-provisioner"})");
  begin();
  const auto claim = [&](std::string_view name, std::string_view of_class) {
    ASSERT_TRUE(create(core("persistentvolumeclaims"),
                       R"({"metadata":{"name":")" + std::string(name) + R"("},"spec":{"storageClassName":")" +
                           std::string(of_class) +
                           R"(","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}})"));
  };
  claim("late", "late");
  claim("by-hand", "by-hand");
  claim("unknown", "elsewhere");
  pass(60);
  const auto phase = [&](std::string_view name) {
    return at(core("persistentvolumeclaims"), name, {"status", "phase"});
  };
  EXPECT_EQ(phase("late"), "\"Pending\"");
  EXPECT_EQ(phase("by-hand"), "\"Pending\"");
  EXPECT_EQ(phase("unknown"), "\"Bound\"");
  ASSERT_TRUE(
      create(pods(), pod("p", "", R"(,"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"late"}}])")));
  pass(60);
  EXPECT_EQ(phase("late"), "\"Bound\"");
  const std::string node = at(pods(), "p", {"spec", "nodeName"});
  ASSERT_EQ(node.size(), 4U);
  const std::string volume =
      std::string(Json::parse(at(core("persistentvolumeclaims"), "late", {"spec", "volumeName"}))->text());
  EXPECT_NE(at(core("persistentvolumes"), volume, {"spec", "nodeAffinity"}).find(std::string("\"z") + node[2]),
            std::string::npos);
  ASSERT_TRUE(store.remove(pods(), "default", "p",
                           {.dry_run = false, .grace_period_seconds = 0, .propagation = {}, .uid = {}}));
  ASSERT_TRUE(store.remove(core("persistentvolumeclaims"), "default", "late", {}));
  EXPECT_EQ(at(core("persistentvolumes"), volume, {"status", "phase"}), "\"Released\"");
}

TEST_F(Simulated, ASnapshotsPendingClaimStaysPending) {
  put(R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"stuck","namespace":"default"},"spec":{"accessModes":["ReadWriteOnce"]}})");
  begin(false);
  pass(60);
  EXPECT_EQ(at(core("persistentvolumeclaims"), "stuck", {"status", "phase"}), "\"Pending\"");
}

TEST_F(Simulated, DeploymentsRoll) {
  begin();
  ASSERT_TRUE(create(deployments(), web(3)));
  pass(120);
  const ApiKind& sets = kind("apps/v1", "ReplicaSet");
  const auto revision_of = [&](std::string_view name) {
    return at(sets, name, {"metadata", "annotations", "deployment.kubernetes.io/revision"});
  };
  const std::string first = names(sets);
  EXPECT_EQ(store.count(sets), 1U);
  const std::string first_set = first.substr(0, first.size() - 1);
  EXPECT_EQ(revision_of(first_set), "\"1\"");
  const auto change = [&](std::string_view image) {
    ASSERT_TRUE(store.patch(deployments(), "default", "web", kube::PatchType::strategic_merge,
                            json(R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":")" +
                                 std::string(image) + "\"}]}}}}"),
                            "", writer));
  };
  const auto status = [&](std::string_view key) { return at(deployments(), "web", {"status", key}); };
  change("j");
  pass(1);
  EXPECT_EQ(store.count(sets), 2U);
  EXPECT_EQ(at(deployments(), "web", {"metadata", "annotations", "deployment.kubernetes.io/revision"}), "\"2\"");
  EXPECT_EQ(status("updatedReplicas"), "1") << "one at a time: 25 % of 3 rounds up to a surge of 1";
  EXPECT_EQ(status("replicas"), "4");
  EXPECT_EQ(status("observedGeneration"), "2");
  std::string least = "3";
  for (int i = 0; i < 200; ++i) pass(2), least = std::min(least, status("readyReplicas"));
  EXPECT_EQ(least, "3") << "maxUnavailable: 25 % of 3 rounds down to 0";
  EXPECT_EQ(status("updatedReplicas") + status("replicas") + status("availableReplicas"), "333");
  std::size_t of_new = 0;
  store.for_each(
      pods(), [&](const StoredObject& each) { of_new += each.json.find(R"("image":"j")") != std::string::npos; });
  EXPECT_EQ(of_new, 3U);
  EXPECT_EQ(at(sets, first_set, {"spec", "replicas"}), "0");
  // Back to the first: it is the newest then, and no other is made.
  change("i");
  pass(600);
  EXPECT_EQ(store.count(sets), 2U);
  EXPECT_EQ(revision_of(first_set), "\"3\"");
  EXPECT_EQ(at(sets, first_set, {"status", "readyReplicas"}), "3");
  const std::uint64_t before = store.resource_version();
  scale(deployments(), "web", 3);
  pass(60);
  EXPECT_EQ(store.resource_version(), before) << "nothing changes, nothing rolls";
}

TEST_F(Simulated, WhatIsEmptyChangesNoTemplate) {
  begin();
  ASSERT_TRUE(create(deployments(), web(1)));
  pass(120);
  ASSERT_TRUE(store.patch(
      deployments(), "default", "web", kube::PatchType::strategic_merge,
      json(
          R"({"spec":{"template":{"spec":{"nodeSelector":{},"containers":[{"name":"c","env":[],"workingDir":""}]}}}})"),
      "", writer));
  pass(120);
  EXPECT_EQ(store.count(kind("apps/v1", "ReplicaSet")), 1U);
}

TEST_F(Simulated, NoAddressIsGivenTwice) {
  put(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"allocatable":{"cpu":"4","memory":"8Gi","pods":"20"},"conditions":[{"type":"Ready","status":"True"}]}})");
  put(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"old","namespace":"default"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running","podIP":"10.244.1.7","conditions":[{"type":"Ready","status":"True"}]}})");
  begin(false);
  ASSERT_TRUE(create(pods(), pod("new")));
  ASSERT_TRUE(create(pods(), pod("host", "", R"(,"hostNetwork":true,"nodeName":"n1")")));
  pass(120);
  EXPECT_EQ(at(pods(), "old", {"status", "podIP"}), "\"10.244.1.7\"");
  EXPECT_EQ(at(pods(), "new", {"status", "podIP"}), "\"10.244.1.8\"");
  EXPECT_EQ(at(pods(), "host", {"status", "podIP"}), "\"10.0.0.1\"");
  EXPECT_EQ(at(pods(), "host", {"status", "hostIP"}), "\"10.0.0.1\"");
}

TEST_F(Simulated, APausedDeploymentWaits) {
  begin();
  ASSERT_TRUE(create(deployments(), web(2)));
  pass(120);
  const ApiKind& sets = kind("apps/v1", "ReplicaSet");
  for (const bool paused : {true, false}) {
    ASSERT_TRUE(store.patch(deployments(), "default", "web", kube::PatchType::strategic_merge,
                            json(R"({"spec":{"paused":)" + std::string(paused ? "true" : "false") +
                                 R"(,"template":{"spec":{"containers":[{"name":"c","image":"j"}]}}}})"),
                            "", writer));
    pass(300);
    EXPECT_EQ(store.count(sets), paused ? 1U : 2U);
  }
  EXPECT_EQ(at(deployments(), "web", {"status", "updatedReplicas"}), "2");
}

TEST_F(Simulated, StatefulSetsAndDaemonSetsRoll) {
  begin();
  ASSERT_TRUE(
      create(sets(), set(R"("updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":1}},)")));
  const ApiKind& daemons = kind("apps/v1", "DaemonSet");
  ASSERT_TRUE(create(
      daemons, R"({"metadata":{"name":"agent"},"spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{)"
               R"("metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})"));
  pass(300);
  const ApiKind& revisions = kind("apps/v1", "ControllerRevision");
  EXPECT_EQ(store.count(revisions), 2U);
  const std::string first = at(sets(), "cart", {"status", "updateRevision"});
  EXPECT_EQ(at(pods(), "cart-1", {"metadata", "labels", "controller-revision-hash"}), first);
  for (const ApiKind* of : {&sets(), &daemons}) {
    ASSERT_TRUE(store.patch(*of, "default", of == &sets() ? "cart" : "agent", kube::PatchType::strategic_merge,
                            json(R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":"j"}]}}}})"),
                            "", writer));
  }
  pass(600);
  EXPECT_EQ(store.count(revisions), 4U);
  const std::string second = at(sets(), "cart", {"status", "updateRevision"});
  EXPECT_NE(second, first);
  EXPECT_EQ(at(sets(), "cart", {"status", "currentRevision"}), first) << "the partition keeps one back";
  EXPECT_EQ(at(sets(), "cart", {"status", "updatedReplicas"}), "1");
  EXPECT_EQ(at(pods(), "cart-0", {"metadata", "labels", "controller-revision-hash"}), first);
  EXPECT_EQ(at(pods(), "cart-1", {"metadata", "labels", "controller-revision-hash"}), second);
  ASSERT_TRUE(store.remove(pods(), "default", "cart-0", {}));
  pass(120);
  EXPECT_EQ(at(pods(), "cart-0", {"metadata", "labels", "controller-revision-hash"}), first)
      << "made of the old one again";
  EXPECT_NE(at(pods(), "cart-0", {"spec", "containers"}).find(R"("image":"i")"), std::string::npos);
  EXPECT_EQ(at(daemons, "agent", {"status", "updatedNumberScheduled"}), "2");
  EXPECT_EQ(at(daemons, "agent", {"metadata", "annotations", "deprecated.daemonset.template.generation"}),
            "\"2\"");
  std::size_t renewed = 0;
  store.for_each(pods(), [&](const StoredObject& each) {
    renewed += each.name.starts_with("agent") && each.json.find(R"("image":"j")") != std::string::npos ? 1 : 0;
  });
  EXPECT_EQ(renewed, 2U);
}

TEST(DecodedObjects, AreDecodedOnce) {
  StoreFixture fixture;
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(fixture.create(fixture.pods(), StoreFixture::pod("p" + std::to_string(i))));
  ASSERT_TRUE(fixture.create(fixture.maps(), StoreFixture::map("m")));
  DecodedObjects decoded;
  const auto is_pod = [](const ApiKind& kind) { return kind.resource.plural == "pods"; };
  const auto first = decoded.inventory_of(fixture.store, is_pod);
  EXPECT_EQ(decoded.decoded(), 50U);
  EXPECT_EQ(first->all().size(), 50U);
  ASSERT_TRUE(fixture.store.patch(fixture.pods(), "default", "p7", kube::PatchType::merge,
                                  StoreFixture::json(R"({"metadata":{"labels":{"a":"b"}}})"), "", fixture.writer));
  ASSERT_TRUE(fixture.store.remove(fixture.pods(), "default", "p8", {}));
  const auto second = decoded.inventory_of(fixture.store, is_pod);
  EXPECT_EQ(decoded.decoded(), 1U);
  EXPECT_EQ(second->all().size(), 49U);
  EXPECT_EQ(kube::find_label(second->find(kube::ResourceKind::pod, "default", "p7")->metadata.labels, "a"), "b");
  EXPECT_EQ(first->find(kube::ResourceKind::pod, "default", "p8")->metadata.name, "p8")
      << "kept as long as it is held";
}

// Neither a snapshot nor files need to have the ReplicaSets that pods are made of.
TEST_F(Simulated, ADeploymentWithoutReplicaSetGetsOne) {
  std::string text = R"({"apiVersion":"apps/v1","kind":"Deployment",)" + web(2).substr(1);
  put(text);
  text.replace(text.find(R"("name":"web")"), 12, R"("name":"held")");
  put(text.insert(text.find(R"("replicas")"), R"("paused":true,)"));
  begin(false);
  pass(60);
  int made = 0;
  store.for_each(core("pods"), [&](const StoredObject& pod) {
    ++made;
    EXPECT_NE(pod.json.find(R"("kind":"ReplicaSet")"), std::string::npos) << pod.json;
    EXPECT_NE(pod.json.find(R"("image":"i")"), std::string::npos) << pod.json;
  });
  EXPECT_EQ(made, 4);
}

}  // namespace
}  // namespace bulwark::twin

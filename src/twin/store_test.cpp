#include "twin/store.h"

#include <gmock/gmock.h>

#include "twin/store_testing.h"

namespace bulwark::twin {
namespace {

class StoreTest : public testing::Test, protected StoreFixture {};

TEST_F(StoreTest, RefusesInTheApiServersWords) {
  ASSERT_TRUE(create(maps(), map("there")));
  struct Case {
    const char* object;
    const char* name_space;
    const char* refusal;
  };
  for (const Case& c : {
           Case{R"({"metadata":{"name":"there"}})", "default", "409 configmaps \"there\" already exists"},
           {R"({"metadata":{"name":"x"}})", "nowhere", "404 namespaces \"nowhere\" not found"},
           {R"({"metadata":{"name":"x","namespace":"other"}})", "default",
            "400 the namespace of the provided object does not match the namespace sent on the request"},
           {R"({"metadata":{}})", "default",
            "422 ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"},
           {R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}})", "default",
            "400 Secret in version \"v1\" cannot be handled as a ConfigMap: it was sent to configmaps"},
           {R"({"metadata":{"name":"x","resourceVersion":"5"}})", "default",
            "400 resourceVersion should not be set on objects to be created"},
       }) {
    EXPECT_EQ(refusal(create(maps(), c.object, c.name_space)), c.refusal) << c.object;
  }
  EXPECT_THAT(refusal(create(maps(), map("No_Name"))),
              testing::HasSubstr("ConfigMap \"No_Name\" is invalid: metadata.name: Invalid value: \"No_Name\": a "
                                 "lowercase RFC 1123 subdomain"));
  EXPECT_EQ(refusal(store.get(deployments(), "default", "web")), "404 deployments.apps \"web\" not found");
  EXPECT_EQ(refusal(store.remove(pods(), "default", "p", {})), "404 pods \"p\" not found");
}

TEST_F(StoreTest, GivesEachObjectAnIdentity) {
  const auto made = create(pods(), R"({"metadata":{"generateName":"p-"},"spec":{"containers":[{"name":"c"}]}})");
  ASSERT_TRUE(made) << refusal(made);
  EXPECT_THAT((*made)->name, testing::MatchesRegex("p-[bcdfghjklmnpqrstvwxz2456789]+"));
  EXPECT_THAT((*made)->uid, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ((*made)->uid.size(), 36U);
  EXPECT_EQ(at(pods(), (*made)->name, {"metadata", "creationTimestamp"}), "\"2026-11-25T10:00:00Z\"");
  EXPECT_EQ(at(pods(), (*made)->name, {"status", "phase"}), "\"Pending\"");
  EXPECT_EQ(at(pods(), (*made)->name, {"status", "qosClass"}), "\"BestEffort\"");
  // The same seed gives the same uids.
  Store again{{.seed = 1, .now = [this] { return now; }, .log = {}}};
  EXPECT_EQ(again.find(again.kinds().core("namespaces"), "", "default")->uid,
            store.find(store.kinds().core("namespaces"), "", "default")->uid);
}

TEST_F(StoreTest, SeesConflicts) {
  const auto first = create(maps(), map("m"));
  ASSERT_TRUE(first);
  ASSERT_TRUE(store.replace(maps(), "default", "m", json(map("m", R"(,"labels":{"a":"b"})")), "", writer));
  Json old = json((*first)->json);
  EXPECT_EQ(
      refusal(store.replace(maps(), "default", "m", old, "", writer)),
      "409 Operation cannot be fulfilled on configmaps \"m\": the object has been modified; please apply your "
      "changes to the latest version and try again");
  EXPECT_THAT(
      refusal(store.patch(maps(), "default", "m", kube::PatchType::merge, json(R"({"metadata":{"uid":"other"}})"),
                          "", writer)),
      testing::StartsWith("409 Operation cannot be fulfilled on configmaps \"m\": Precondition failed: UID in "
                          "precondition: other, UID in object meta: "));
  EXPECT_EQ(refusal(store.replace(maps(), "default", "m", json(map("n")), "", writer)),
            "400 the name of the object (n) does not match the name on the URL (m)");
  EXPECT_EQ(refusal(store.remove(maps(), "default", "m", {.uid = "other"})).substr(0, 3), "409");
}

TEST_F(StoreTest, CountsGenerationsAndKeepsStatusApart) {
  const std::string web = R"({"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":
      {"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":9}})";
  ASSERT_TRUE(create(deployments(), web));
  EXPECT_EQ(at(deployments(), "web", {"spec", "replicas"}), "1");
  EXPECT_EQ(at(deployments(), "web", {"status"}), "");
  const auto patch = [&](std::string_view text, std::string_view subresource) {
    return refusal(
        store.patch(deployments(), "default", "web", kube::PatchType::merge, json(text), subresource, writer));
  };
  EXPECT_EQ(patch(R"({"spec":{"replicas":3},"status":{"replicas":5}})", ""), "none");
  EXPECT_EQ(at(deployments(), "web", {"metadata", "generation"}), "2");
  EXPECT_EQ(at(deployments(), "web", {"status"}), "");
  EXPECT_EQ(patch(R"({"spec":{"replicas":4},"status":{"replicas":5}})", "status"), "none");
  EXPECT_EQ(at(deployments(), "web", {"spec", "replicas"}), "3");
  EXPECT_EQ(at(deployments(), "web", {"status"}), R"({"replicas":5})");
  EXPECT_EQ(at(deployments(), "web", {"metadata", "generation"}), "2");
  const std::uint64_t before = store.resource_version();
  EXPECT_EQ(patch(R"({"spec":{"replicas":3}})", ""), "none");
  EXPECT_EQ(store.resource_version(), before);  // nothing has changed
  EXPECT_EQ(patch(R"({"spec":{"selector":{"matchLabels":{"c":"d"}}}})", "").substr(0, 3), "422");
  EXPECT_EQ(
      patch(R"({"spec":{"replicas":-1}})", ""),
      "422 Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal "
      "to 0");
}

TEST_F(StoreTest, DryRunsStoreNothing) {
  writer.dry_run = true;
  const std::uint64_t before = store.resource_version();
  ASSERT_TRUE(create(maps(), map("m")));
  EXPECT_EQ(store.find(maps(), "default", "m"), nullptr);
  writer.dry_run = false;
  ASSERT_TRUE(create(maps(), map("m")));
  ASSERT_TRUE(store.remove(maps(), "default", "m", {.dry_run = true}));
  EXPECT_NE(store.find(maps(), "default", "m"), nullptr);
  EXPECT_EQ(store.resource_version(), before + 1);
}

TEST_F(StoreTest, FinalizersKeepWhatIsDeleted) {
  ASSERT_TRUE(create(maps(), map("m", R"(,"finalizers":["x/y"])")));
  const auto removed = store.remove(maps(), "default", "m", {});
  ASSERT_TRUE(removed);
  EXPECT_FALSE(removed->gone);
  EXPECT_EQ(at(maps(), "m", {"metadata", "deletionTimestamp"}), "\"2026-11-25T10:00:00Z\"");
  ASSERT_TRUE(store.patch(maps(), "default", "m", kube::PatchType::merge,
                          json(R"({"metadata":{"finalizers":null}})"), "", writer));
  EXPECT_EQ(store.find(maps(), "default", "m"), nullptr);
}

TEST_F(StoreTest, WhatIsOwnedGoesWithItsOwner) {
  struct Case {
    const char* propagation;
    bool child_stays;
  };
  for (const Case& c : {Case{"", false}, {"Background", false}, {"Foreground", false}, {"Orphan", true}}) {
    const std::string uid = (*create(maps(), map("owner")))->uid;
    const std::string owned =
        R"(,"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":")";
    ASSERT_TRUE(create(maps(), map("child", owned + uid + "\"}]")));
    ASSERT_TRUE(create(maps(), map("shared", owned + uid + "\"},{\"uid\":\"other\"}]")));
    ASSERT_TRUE(store.remove(maps(), "default", "owner", {.propagation = c.propagation}));
    EXPECT_EQ(store.find(maps(), "default", "owner"), nullptr) << c.propagation;
    EXPECT_EQ(store.find(maps(), "default", "child") != nullptr, c.child_stays) << c.propagation;
    EXPECT_NE(store.find(maps(), "default", "shared"), nullptr) << c.propagation;
    static_cast<void>(store.remove(maps(), "default", "child", {}));
    static_cast<void>(store.remove(maps(), "default", "shared", {}));
  }
}

TEST_F(StoreTest, NamespacesGoWithWhatIsInThem) {
  const ApiKind& namespaces = store.kinds().core("namespaces");
  ASSERT_TRUE(create(namespaces, R"({"metadata":{"name":"shop"}})"));
  EXPECT_EQ(at(store.kinds().core("serviceaccounts"), "default", {"kind"}, "shop"), "\"ServiceAccount\"");
  ASSERT_TRUE(create(maps(), map("plain"), "shop"));
  ASSERT_TRUE(create(maps(), map("kept", R"(,"finalizers":["x/y"])"), "shop"));
  ASSERT_TRUE(store.remove(namespaces, "", "shop", {}));
  EXPECT_EQ(at(namespaces, "shop", {"status", "phase"}, ""), "\"Terminating\"");
  EXPECT_EQ(store.find(maps(), "shop", "plain"), nullptr);
  EXPECT_EQ(
      refusal(create(maps(), map("late"), "shop")),
      "403 configmaps \"late\" is forbidden: unable to create new content in namespace shop because it is being "
      "terminated");
  ASSERT_TRUE(store.patch(maps(), "shop", "kept", kube::PatchType::merge,
                          json(R"({"metadata":{"finalizers":null}})"), "", writer));
  EXPECT_EQ(store.find(namespaces, "", "shop"), nullptr);
  EXPECT_EQ(refusal(store.remove(namespaces, "", "kube-system", {})),
            "403 namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
}

TEST_F(StoreTest, SelectsByLabelsAndFields) {
  ASSERT_TRUE(create(pods(), pod("a", R"(,"labels":{"app":"web","tier":"x"})", R"(,"nodeName":"n1")")));
  ASSERT_TRUE(create(pods(), pod("b", R"(,"labels":{"app":"web"})", R"(,"nodeName":"n2")")));
  ASSERT_TRUE(create(pods(), pod("c", "", R"(,"nodeName":"n1")"), "kube-system"));
  struct Case {
    const char *name_space, *labels, *fields, *names;  // names, or the refusal
  };
  for (const Case& c :
       {Case{"", "", "", "a b c "},
        {"default", "", "", "a b "},
        {"", "app=web", "", "a b "},
        {"", "app=web,tier!=x", "", "b "},
        {"", "!app", "", "c "},
        {"", "", "spec.nodeName=n1", "a c "},
        {"", "app", "spec.nodeName!=n1", "b "},
        {"", "", "metadata.name=b", "b "},
        {"default", "", "metadata.name=b", "b "},
        {"", "", "status.phase==Pending,metadata.namespace=kube-system", "c "},
        {"", "", "spec.hostNetwork=false", "a b c "},
        {"", "", "spec.colour=red", "400 field label not supported: spec.colour"},
        {"", "", "spec.nodeName", "400 invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'"}}) {
    const auto selection = Selection::compile(pods(), {c.name_space, c.labels, c.fields});
    std::string names = refusal(selection);
    if (selection) {
      names.clear();
      const auto page = store.list(pods(), *selection);
      for (const ObjectPtr& object : page->objects) names += object->name + ' ';
    }
    EXPECT_EQ(names, c.names) << c.labels << ' ' << c.fields;
  }
}

TEST_F(StoreTest, ListsPageByPage) {
  for (const char* name : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(create(maps(), map(name)));
  const auto selection = Selection::compile(maps(), {.name_space = "default", .labels = {}, .fields = {}});
  const auto first = store.list(maps(), *selection, 2);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->objects.size(), 2U);
  EXPECT_EQ(first->remaining, 3U);
  ASSERT_TRUE(store.remove(maps(), "default", "c", {}));
  const auto second = store.list(maps(), *selection, 2, first->next);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->objects.front()->name, "d");
  EXPECT_EQ(second->resource_version, first->resource_version);
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(refusal(store.list(maps(), *selection, 2, "nonsense")).substr(0, 3), "400");
  EXPECT_EQ(refusal(store.list(maps(), *selection, 2, "0/default/a")).substr(0, 3), "410");
}

TEST_F(StoreTest, WatchesTellWhatTheSelectionSees) {
  const auto selection = [&] {
    return Selection::compile(maps(), {.name_space = {}, .labels = "a=b", .fields = {}}).value();
  };
  WatchCursor cursor = store.watch(maps(), selection(), store.resource_version());
  const auto told = [&] {
    std::string all;
    for (auto event = cursor.next(); event && *event; event = cursor.next()) {
      all += (*event)->change == kube::Change::added ? '+' : (*event)->change == kube::Change::deleted ? '-' : '~';
      all += (*event)->object->name + ' ';
    }
    return all;
  };
  const auto label = [&](std::string_view name, std::string_view value) {
    const std::string patch = R"({"metadata":{"labels":{"a":)" + std::string(value) + "}}}";
    return store.patch(maps(), "default", name, kube::PatchType::merge, json(patch), "", writer).has_value();
  };
  ASSERT_TRUE(create(maps(), map("m")));
  ASSERT_TRUE(create(maps(), map("n", R"(,"labels":{"a":"b"})")));
  EXPECT_EQ(told(), "+n ");
  ASSERT_TRUE(label("m", "\"b\""));
  ASSERT_TRUE(label("n", "null"));
  EXPECT_EQ(told(), "+m -n ");
  ASSERT_TRUE(create(pods(), pod("p", R"(,"labels":{"a":"b"})")));
  ASSERT_TRUE(store.remove(maps(), "default", "m", {}));
  ASSERT_TRUE(store.remove(maps(), "default", "n", {}));
  EXPECT_EQ(told(), "-m ");
  EXPECT_EQ(cursor.position(), store.resource_version());
  // The log holds a hundred events.
  for (int i = 0; i < 101; ++i) ASSERT_TRUE(create(maps(), map("x" + std::to_string(i))));
  EXPECT_EQ(refusal(cursor.next()).substr(0, 30), "410 too old resource version: ");
}

TEST_F(StoreTest, DefinitionsAddKinds) {
  const std::string definition =
      R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"tenants.example.org"},
      "spec":{"group":"example.org","scope":"Namespaced","names":{"plural":"tenants","kind":"Tenant","shortNames":["tn"]},
      "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.size",
      "statusReplicasPath":".status.size","labelSelectorPath":".status.selector"}}},{"name":"v1beta1","served":true},{"name":"v0","served":false}]}})";
  const ApiKind& definitions = kind("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  ASSERT_TRUE(create(definitions, definition));
  EXPECT_EQ(store.kinds().find("example.org", "v0", "tenants"), nullptr);
  const ApiKind& tenants = kind("example.org/v1", "Tenant");
  ASSERT_TRUE(create(tenants, R"({"metadata":{"name":"t"},"spec":{"size":2}})"));
  EXPECT_NE(store.find(kind("example.org/v1beta1", "Tenant"), "default", "t"), nullptr);
  EXPECT_EQ(store.scale(tenants, "default", "t")->find("spec")->write(), R"({"replicas":2})");
  ASSERT_TRUE(store.set_scale(tenants, "default", "t", json(R"({"spec":{"replicas":5}})"), writer));
  EXPECT_EQ(at(tenants, "t", {"spec", "size"}), "5");
  EXPECT_EQ(refusal(store.patch(tenants, "default", "t", kube::PatchType::strategic_merge, json("{}"), "", writer))
                .substr(0, 3),
            "415");
  ASSERT_TRUE(store.remove(definitions, "", "tenants.example.org", {}));
  EXPECT_EQ(store.kinds().of("example.org/v1", "Tenant"), nullptr);
}

TEST_F(StoreTest, AppliesWithOwnersOfFields) {
  const auto apply = [&](std::string_view text, std::string_view manager, bool force = false) {
    return refusal(store.patch(maps(), "default", "m", kube::PatchType::apply, json(text), "",
                               {.dry_run = false, .force = force, .field_manager = std::string(manager)}));
  };
  EXPECT_EQ(apply(R"({"data":{"a":"1","b":"2"}})", "one"), "none");
  EXPECT_EQ(apply(R"({"data":{"c":"3"}})", "two"), "none");
  EXPECT_EQ(apply(R"({"data":{"a":"9"}})", "two"),
            "409 Apply failed with 1 conflict: conflict with \"one\" using v1: .data.a");
  EXPECT_EQ(apply(R"({"data":{"a":"9","b":"8"}})", "two"),
            "409 Apply failed with 2 conflicts: conflicts with \"one\" using v1:\n- .data.a\n- .data.b");
  EXPECT_EQ(apply(R"({"data":{"a":"1","c":"3"}})", "two"), "none");  // the same value may have two owners
  EXPECT_EQ(apply(R"({"data":{"a":"9"}})", "two", true), "none");
  EXPECT_EQ(at(maps(), "m", {"data"}), R"({"a":"9","b":"2"})");  // c is applied no more
  EXPECT_EQ(apply(R"({"data":{}})", "one"), "none");
  EXPECT_EQ(at(maps(), "m", {"data"}), R"({"a":"9"})");
  // A plain write takes the field over.
  ASSERT_TRUE(
      store.patch(maps(), "default", "m", kube::PatchType::merge, json(R"({"data":{"a":"7"}})"), "", writer));
  EXPECT_EQ(apply(R"({"data":{"a":"9"}})", "two").substr(0, 67),
            "409 Apply failed with 1 conflict: conflict with \"test\" using v1: .d");
}

// An engine that hears what users do.
struct Ear : StoreObserver {
  void on_written(kube::Change change, const ApiKind& kind, const document::Node& object,
                  std::string_view) override {
    heard += std::string(change == kube::Change::added     ? "added "
                         : change == kube::Change::deleted ? "deleted "
                                                           : "modified ") +
             kind.resource.kind + ' ' + kube::name_of(object).text() + '\n';
  }
  std::string heard;
};

TEST_F(StoreTest, AnEngineHearsUsersAndEndsPods) {
  Ear ear;
  store.observe(&ear);
  ASSERT_TRUE(create(pods(), pod("p", "", R"(,"nodeName":"n1")")));
  ASSERT_TRUE(create(pods(), pod("waiting")));
  const auto removed = store.remove(pods(), "default", "p", {});
  ASSERT_TRUE(removed);
  EXPECT_FALSE(removed->gone);
  EXPECT_EQ(at(pods(), "p", {"metadata", "deletionTimestamp"}), "\"2026-11-25T10:00:30Z\"");
  EXPECT_EQ(at(pods(), "p", {"metadata", "deletionGracePeriodSeconds"}), "30");
  ASSERT_TRUE(store.remove(pods(), "default", "waiting", {}));  // no kubelet has it: gone at once
  EXPECT_EQ(
      ear.heard,
      "added Pod default/p\nadded Pod default/waiting\nmodified Pod default/p\ndeleted Pod default/waiting\n");
  ear.heard.clear();
  EXPECT_TRUE(store.put_status(pods(), "default", "p", json(R"({"phase":"Running"})")));
  store.finish(pods(), "default", "p");
  EXPECT_EQ(store.find(pods(), "default", "p"), nullptr);
  EXPECT_EQ(ear.heard, "");  // it is what the engine said itself
  ASSERT_TRUE(store.put(json(
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"q","namespace":"default"},"status":{"phase":"Running"}})")));
  EXPECT_EQ(at(pods(), "q", {"status", "phase"}), "\"Running\"");
  EXPECT_FALSE(store.put(json(R"({"kind":"Pod"})")).has_value());
}

TEST_F(StoreTest, EvictsOnlyWhatNoBudgetGuardsWithoutAnEngine) {
  ASSERT_TRUE(create(pods(), pod("a", R"(,"labels":{"app":"a"})")));
  ASSERT_TRUE(create(pods(), pod("b")));
  ASSERT_TRUE(
      create(kind("policy/v1", "PodDisruptionBudget"),
             R"({"metadata":{"name":"guard"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}})"));
  EXPECT_EQ(refusal(store.evict("default", "a", {})),
            "429 Cannot evict pod as it would violate the pod's disruption budget.");
  EXPECT_EQ(refusal(store.evict("default", "b", {})), "none");
  EXPECT_EQ(refusal(store.evict("default", "b", {})), "404 pods \"b\" not found");
  EXPECT_EQ(refusal(store.bind("default", "a", json(R"({"target":{"name":"n1"}})"))), "none");
  EXPECT_EQ(refusal(store.bind("default", "a", json(R"({"target":{"name":"n2"}})"))),
            "409 Operation cannot be fulfilled on pods \"a\": pod a is already assigned to node \"n1\"");
}

}  // namespace
}  // namespace bulwark::twin

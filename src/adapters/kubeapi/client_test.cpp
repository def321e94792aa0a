#include "adapters/kubeapi/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubeapi/client_testing.h"

namespace bulwark::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const kube::ObjectKey web{
    {.group = "apps", .version = "v1", .plural = "deployments", .kind = "Deployment"}, "shop", "web"};

// What each call sends.
TEST(Client, Requests) {
  struct Case {
    std::function<bool(kube::Cluster&)> call;
    const char *method, *target, *content_type, *body;
  };
  const kube::WriteOptions dry{.dry_run = true, .field_manager = "me", .force = true};
  for (const Case& c : {
           Case{[](auto& to) { return to.get(web).has_value(); }, "GET",
                "/apis/apps/v1/namespaces/shop/deployments/web", "", ""},
           Case{[](auto& to) { return to.get(web, "scale").has_value(); }, "GET",
                "/apis/apps/v1/namespaces/shop/deployments/web/scale", "", ""},
           Case{[](auto& to) { return to.create(web, "{}", "", {}).has_value(); }, "POST",
                "/apis/apps/v1/namespaces/shop/deployments?fieldManager=bulwark&fieldValidation=Strict",
                "application/json", "{}"},
           Case{[](auto& to) { return to.create(web, "{}", "scale", {}).has_value(); }, "POST",
                "/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=bulwark&fieldValidation=Strict",
                "application/json", "{}"},
           Case{[&](auto& to) { return to.replace(web, "{}", "status", dry).has_value(); }, "PUT",
                "/apis/apps/v1/namespaces/shop/deployments/web/"
                "status?fieldManager=me&fieldValidation=Strict&dryRun=All",
                "application/json", "{}"},
           Case{[&](auto& to) { return to.patch(web, kube::PatchType::apply, "{}", "", dry).has_value(); },
                "PATCH",
                "/apis/apps/v1/namespaces/shop/deployments/"
                "web?fieldManager=me&fieldValidation=Strict&dryRun=All&force=true",
                "application/apply-patch+yaml", "{}"},
           Case{[](auto& to) { return to.patch(web, kube::PatchType::json, "[]", "", {}).has_value(); }, "PATCH",
                "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=bulwark&fieldValidation=Strict",
                "application/json-patch+json", "[]"},
           Case{[](auto& to) { return to.patch(web, kube::PatchType::merge, "{}", "scale", {}).has_value(); },
                "PATCH",
                "/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=bulwark&fieldValidation=Strict",
                "application/merge-patch+json", "{}"},
           Case{[](auto& to) { return to.patch(web, kube::PatchType::strategic_merge, "{}", "", {}).has_value(); },
                "PATCH",
                "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=bulwark&fieldValidation=Strict",
                "application/strategic-merge-patch+json", "{}"},
           Case{[](auto& to) {
                  return to
                      .remove(
                          web,
                          {.dry_run = true, .grace_period_seconds = 0, .propagation = "Foreground", .uid = "u"})
                      .has_value();
                },
                "DELETE", "/apis/apps/v1/namespaces/shop/deployments/web", "application/json",
                R"({"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"gracePeriodSeconds":0,)"
                R"("propagationPolicy":"Foreground","preconditions":{"uid":"u"}})"},
           Case{[](auto& to) { return to.get_raw("/metrics").has_value(); }, "GET", "/metrics", "", ""},
       }) {
    FaultServer server([](const TestRequest&, TestPeer& peer) { peer.answer(200, R"({"kind":"Deployment"})"); });
    TestCluster cluster(server.url());
    EXPECT_TRUE(c.call(*cluster.cluster)) << c.target;
    const auto received = server.received();
    ASSERT_EQ(received.size(), 1U) << c.target;
    EXPECT_EQ(received[0].method, c.method) << c.target;
    EXPECT_EQ(received[0].target, c.target);
    EXPECT_EQ(received[0].body, c.body) << c.target;
    const auto type = received[0].headers.find("content-type");
    EXPECT_EQ(type == received[0].headers.end() ? "" : type->second, c.content_type) << c.target;
  }
}

TEST(Client, EvictsAsTheServerKnowsIt) {
  for (const std::string version : {"v1", "v1beta1"}) {
    FaultServer server([&](const TestRequest& request, TestPeer& peer) {
      if (request.target == "/api/v1") {
        return peer.answer(200, R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod"},)"
                                R"({"name":"pods/eviction","kind":"Eviction","group":"policy","version":")" +
                                    version + R"("}]})");
      }
      peer.answer(201, R"({"kind":"Status","status":"Success"})");
    });
    TestCluster cluster(server.url());
    const kube::ObjectKey pod{pods_resource(), "shop", "web-1"};
    ASSERT_TRUE(cluster->evict(pod, {.grace_period_seconds = 5}));
    ASSERT_TRUE(cluster->evict(pod, {}));
    const auto received = server.received();
    ASSERT_EQ(received.size(), 3U) << "the apiVersion is asked for once";
    EXPECT_EQ(received[1].target, "/api/v1/namespaces/shop/pods/web-1/eviction");
    EXPECT_EQ(received[1].body,
              R"({"apiVersion":"policy/)" + version +
                  R"(","kind":"Eviction","metadata":{"name":"web-1","namespace":"shop"},)"
                  R"("deleteOptions":{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":5}})");
  }
}

// When a request that changes something may be sent again.
TEST(Client, RepeatsOnlyWhatIsSafe) {
  struct Case {
    const char* name;
    std::function<bool(kube::Cluster&)> call;
    FaultServer::Handler first;
    std::size_t requests;
  };
  const auto create = [](kube::Cluster& to) { return to.create(web, "{}", "", {}).has_value(); };
  const auto dry_create = [](kube::Cluster& to) {
    return to.create(web, "{}", "", {.dry_run = true}).has_value();
  };
  const auto apply = [](kube::Cluster& to) {
    return to.patch(web, kube::PatchType::apply, "{}", "", {}).has_value();
  };
  const auto get = [](kube::Cluster& to) { return to.get(web).has_value(); };
  const auto evict = [](kube::Cluster& to) {
    return to.evict({pods_resource(), "shop", "web-1"}, {}).has_value();
  };
  const auto code = [](int number, const char* type) {
    return [=](const TestRequest&, TestPeer& peer) {
      const bool json = std::string_view(type) == "application/json";
      peer.answer(number, json ? R"({"kind":"Status","message":"no"})" : "no",
                  fmt::format("Content-Type: {}\r\n", type));
    };
  };
  const auto lost = [](const TestRequest&, TestPeer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    peer.close();
  };
  for (const Case& c : {
           Case{"create, 500", create, code(500, "application/json"), 1},
           Case{"create, 429", create, code(429, "application/json"), 2},
           Case{"create, 503", create, code(503, "text/html"), 2},
           Case{"create, lost", create, lost, 1},
           Case{"dry run, 500", dry_create, code(500, "application/json"), 2},
           Case{"apply, 504", apply, code(504, "application/json"), 2},
           Case{"apply, lost", apply, lost, 2},
           Case{"get, 500", get, code(500, "application/json"), 2},
           Case{"get, lost", get, lost, 2},
           Case{"get, 409", get, code(409, "application/json"), 1},
           Case{"evict, a budget's 429", evict, code(429, "application/json"), 1},
           Case{"evict, an overload's 429", evict, code(429, "text/plain"), 2},
           Case{"evict, 500", evict, code(500, "application/json"), 1},
       }) {
    std::atomic<int> count = 0;
    FaultServer server([&](const TestRequest& request, TestPeer& peer) {
      if (request.target == "/api/v1") {
        return peer.answer(200, R"({"resources":[{"name":"pods/eviction","group":"policy","version":"v1"}]})");
      }
      if (count++ == 0) return c.first(request, peer);
      peer.answer(200, R"({"kind":"Deployment"})");
    });
    TestCluster cluster(server.url());
    EXPECT_EQ(c.call(*cluster.cluster), c.requests == 2) << c.name;
    EXPECT_EQ(static_cast<std::size_t>(count), c.requests) << c.name;
  }
}

TEST(Client, StatusHasItsParts) {
  FaultServer server([](const TestRequest&, TestPeer& peer) {
    peer.answer(422,
                R"({"kind":"Status","message":"Deployment \"web\" is invalid","reason":"Invalid","code":422,)"
                R"("details":{"name":"web","causes":[{"reason":"FieldValueRequired","message":"Required value",)"
                R"("field":"spec.selector"}],"retryAfterSeconds":3}})");
  });
  TestCluster cluster(server.url());
  const auto answer = cluster->create(web, "{}", "", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "Invalid");
  EXPECT_EQ(answer.error().retry_after, std::chrono::seconds(3));
  EXPECT_EQ(answer.error().error().text(),
            "Invalid: Deployment \"web\" is invalid; spec.selector: Required value");
}

TEST(Client, AnswersThatAreNoObjects) {
  for (const auto& [body, words] :
       std::vector<std::pair<const char*, const char*>>{{"<html>sign in</html>", "HTML instead of an object"},
                                                        {"", "nothing instead"},
                                                        {"{\"a\":[", "cut off"}}) {
    FaultServer server([&](const TestRequest&, TestPeer& peer) { peer.answer(200, body); });
    TestCluster cluster(server.url());
    const auto answer = cluster->get(web, "");
    ASSERT_FALSE(answer) << body;
    EXPECT_THAT(answer.error().message, HasSubstr(words));
    EXPECT_THAT(answer.error().message, HasSubstr("context test-context, server http://127.0.0.1"));
  }
}

TEST(Client, Version) {
  FaultServer server([](const TestRequest&, TestPeer& peer) { peer.answer(200, R"({"gitVersion":"v1.20.2"})"); });
  TestCluster cluster(server.url());
  EXPECT_EQ(*cluster->version(), "v1.20.2");
}

TEST(Client, DiscoversTheVersionThatTheServerPrefers) {
  const std::map<std::string, std::string> answers{
      {"/api", R"({"kind":"APIVersions","versions":["v1"]})"},
      {"/apis", R"({"kind":"APIGroupList","groups":[
         {"name":"policy","versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}},
         {"name":"metrics.k8s.io","versions":[{"version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}}]})"},
      {"/api/v1", R"({"kind":"APIResourceList","resources":[
         {"name":"pods","kind":"Pod","namespaced":true,"verbs":["get","list"]},
         {"name":"pods/log","kind":"Pod","namespaced":true,"verbs":["get"]},
         {"name":"nodes","kind":"Node","namespaced":false,"verbs":["list"]}]})"},
      {"/apis/policy/v1", R"({"kind":"APIResourceList","resources":[
         {"name":"poddisruptionbudgets","kind":"PodDisruptionBudget","namespaced":true,"verbs":["list"]}]})"},
      {"/apis/policy/v1beta1", R"({"kind":"APIResourceList","resources":[
         {"name":"poddisruptionbudgets","kind":"PodDisruptionBudget","namespaced":true,"verbs":["list"]},
         {"name":"podsecuritypolicies","kind":"PodSecurityPolicy","namespaced":false,"verbs":["list"]}]})"},
  };
  FaultServer server([&](const TestRequest& request, TestPeer& peer) {
    const auto answer = answers.find(request.target);
    if (answer == answers.end()) return peer.answer(503, "service unavailable", "");
    peer.answer(200, answer->second);
  });
  TestCluster cluster(server.url());
  std::vector<std::string> missing, found;
  const auto resources = cluster->resources(missing);
  ASSERT_TRUE(resources);
  for (const kube::Resource& resource : *resources) {
    std::string text =
        resource.api_version() + "/" + resource.plural + (resource.namespaced ? "" : " cluster-wide");
    for (const std::string& verb : resource.verbs) text += " " + verb;
    found.push_back(text);
  }
  EXPECT_THAT(found,
              ElementsAre("v1/pods get list", "v1/nodes cluster-wide list", "policy/v1/poddisruptionbudgets list",
                          "policy/v1beta1/podsecuritypolicies cluster-wide list"));
  EXPECT_THAT(missing, ElementsAre("metrics.k8s.io/v1beta1"));
}

}  // namespace
}  // namespace bulwark::adapters

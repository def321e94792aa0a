#include "serve/rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rfc3339.h"
#include "document/patch.h"

namespace bulwark::serve {
namespace {

using base::HttpRequest;
using base::HttpResponse;
using document::Json;
using testing::HasSubstr;

constexpr std::string_view table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

class RestTest : public testing::Test, public ClockControl {
 protected:
  HttpResponse ask(std::string method, std::string target, std::string body = {},
                   std::string_view type = "application/json", std::string_view accept = "application/json") {
    return rest.handle({.method = std::move(method),
                        .target = std::move(target),
                        .headers = {{"content-type", std::string(type)},
                                    {"Accept", std::string(accept)},
                                    {"User-Agent", "tester/1.0"}},
                        .body = std::move(body)});
  }
  std::string get(std::string target, std::string_view accept = "application/json") {
    return ask("GET", std::move(target), {}, {}, accept).body;
  }
  // Text under a JSON pointer of an answer.
  static std::string at(const HttpResponse& response, std::string_view pointer) {
    const auto json = Json::parse(response.body);
    const Json* found = json ? document::at_pointer(*json, pointer) : nullptr;
    return found == nullptr ? "nothing" : found->is_string() ? found->text() : found->write();
  }

  State state() const override { return {now, running, 60}; }
  void run(std::optional<double>) override { running = true; }
  void pause() override { running = false; }
  void step(std::chrono::milliseconds duration) override { now += duration; }

  kube::Time now{base::parse_rfc3339("2026-11-25T10:00:00Z").value()};
  bool running = true;
  twin::Store store{{.seed = 1, .now = [this] { return now; }, .log = {}}};
  Rest rest{store, {.git_version = "v1.33.2", .most_body = 10'000, .clock = this}};
};

constexpr const char* pod_json =
    R"({"metadata":{"name":"p","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}})";

TEST_F(RestTest, AnswersWithTheCodesOfTheApiServer) {
  struct Case {
    const char *method, *target, *body, *type;
    int code;
    const char* message;  // a part of it
  };
  for (
      const Case& c : {
          Case{"POST", "/api/v1/namespaces/default/pods", pod_json, "application/json", 201, ""},
          {"POST", "/api/v1/namespaces/default/pods", pod_json, "application/json", 409,
           "pods \\\"p\\\" already exists"},
          {"POST", "/api/v1/namespaces/default/pods", "metadata: {name: q}\nspec: {containers: [{name: c}]}",
           "application/yaml", 201, ""},
          {"POST", "/api/v1/namespaces/default/pods", "{", "application/json", 400, "couldn't parse the body"},
          {"POST", "/api/v1/namespaces/default/pods", "[]", "application/json", 400, "is no JSON object"},
          {"POST", "/api/v1/namespaces/default/pods", "", "application/json", 400, ""},
          {"POST", "/api/v1/namespaces/default/pods", "x", "application/vnd.kubernetes.protobuf", 415, ""},
          {"POST", "/api/v1/namespaces/default/pods?fieldValidation=Strict",
           R"({"metadata":{"name":"s"},"spec":{"containers":[{"name":"c","immage":"i"}]}})", "application/json",
           400,
           "Pod in version \\\"v1\\\" cannot be handled as a Pod: strict decoding error: unknown field "
           "\\\"spec.containers[0].immage\\\""},
          {"POST", "/api/v1/namespaces/default/pods",
           R"({"metadata":{"name":"s"},"spec":{"containers":[{"name":"c"}],"terminationGracePeriodSeconds":"x"}})",
           "application/json", 400, "spec.terminationGracePeriodSeconds: "},
          {"POST", "/api/v1/pods", pod_json, "application/json", 405, ""},
          {"GET", "/api/v1/namespaces/default/pods/p", "", "", 200, ""},
          {"GET", "/api/v1/namespaces/default/pods/none", "", "", 404, "pods \\\"none\\\" not found"},
          {"GET", "/api/v1/namespaces/default/spoons", "", "", 404, "could not find the requested resource"},
          {"GET", "/api/v1/namespaces/default", "", "", 200, ""},
          {"GET", "/apis/apps/v2/deployments", "", "", 404, ""},
          {"GET", "/api/v1/pods/p", "", "", 404, ""},
          {"GET", "/api/v1/namespaces/default/nodes", "", "", 404, ""},
          {"GET", "/api/v1/pods?labelSelector=%3D%3D", "", "", 400, ""},
          {"GET", "/api/v1/pods?limit=many", "", "", 400, ""},
          {"GET", "/api/v1/pods?watch=1&resourceVersion=x", "", "", 400, ""},
          {"GET", "/api/v1/%zz", "", "", 400, "path cannot be read"},
          {"GET", "pods", "", "", 400, ""},
          {"PATCH", "/api/v1/namespaces/default/pods/p", R"({"metadata":{"labels":{"x":"y"}}})",
           "application/merge-patch+json", 200, ""},
          {"PATCH", "/api/v1/namespaces/default/pods/p", "{}", "text/plain", 415, "application/apply-patch+yaml"},
          {"PATCH", "/api/v1/namespaces/default/pods/p", R"([{"op":"remove","path":"/x"}])",
           "application/json-patch+json", 422, "operation 0"},
          {"PATCH", "/api/v1/namespaces/default/pods/p", "{}", "application/apply-patch+yaml", 400,
           "fieldManager"},
          {"PATCH", "/api/v1/namespaces/default/pods/none", "{}", "application/merge-patch+json", 404, ""},
          {"PUT", "/api/v1/namespaces/default/pods/p", R"({"metadata":{"name":"q"}})", "", 400,
           "the name of the object (q) does not match the name on the URL (p)"},
          {"GET", "/api/v1/namespaces/default/pods/p/log", "", "", 501, "there is no log of pods"},
          {"POST", "/api/v1/namespaces/default/pods/p/exec?command=ls", "", "", 501, "there is no exec"},
          {"POST", "/api/v1/namespaces/default/pods/q/binding", R"({"target":{"name":"n"}})", "", 201, ""},
          {"POST", "/api/v1/namespaces/default/pods/q/eviction", "{}", "", 201, ""},
          {"POST", "/api/v1/namespaces/default/pods/q/eviction", "{}", "", 404, ""},
          {"POST", "/api/v1/namespaces/default/serviceaccounts/default/token", "{}", "", 201, "twin."},
          {"DELETE", "/api/v1/namespaces/default/pods/p?propagationPolicy=Maybe", "", "", 400,
           "propagationPolicy"},
          {"DELETE", "/api/v1/namespaces/default/pods/p", R"({"preconditions":{"uid":"other"}})", "", 409, ""},
          {"DELETE", "/api/v1/namespaces/default/pods/p", R"({"gracePeriodSeconds":-1})", "", 400, ""},
          {"DELETE", "/api/v1/namespaces/default/pods/p", "", "", 200, "\"kind\":\"Pod\""},
          {"DELETE", "/api/v1/namespaces/default/configmaps", "", "", 200, "ConfigMapList"},
          {"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", R"({"spec":{}})", "", 201,
           "\"allowed\":true"},
          {"GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "", "", 405, ""},
          {"GET", "/healthz", "", "", 200, "ok"},
          {"POST", "/healthz", "", "", 405, ""},
          {"GET", "/metrics", "", "", 404, ""},
      }) {
    const HttpResponse response = ask(c.method, c.target, c.body, c.type);
    EXPECT_EQ(response.status, c.code) << c.method << ' ' << c.target << '\n' << response.body;
    EXPECT_THAT(response.body, HasSubstr(c.message)) << c.method << ' ' << c.target;
    if (c.code >= 400) {
      EXPECT_EQ(at(response, "/kind") + at(response, "/code"), "Status" + std::to_string(c.code)) << response.body;
    }
  }
  EXPECT_EQ(ask("POST", "/api/v1/namespaces/default/pods", std::string(20'000, ' ')).status, 413);
}

TEST_F(RestTest, ShowsTables) {
  ASSERT_EQ(ask("POST", "/api/v1/namespaces/default/pods", pod_json).status, 201);
  now += std::chrono::minutes(3);
  const HttpResponse answer = ask("GET", "/api/v1/pods", {}, {}, table);
  EXPECT_EQ(at(answer, "/kind"), "Table");
  EXPECT_EQ(at(answer, "/columnDefinitions/1/name"), "Ready");
  EXPECT_EQ(at(answer, "/rows/0/cells"), R"(["p","0/1","Pending","0","3m","<none>","<none>","<none>","<none>"])");
  EXPECT_EQ(at(answer, "/rows/0/object/kind"), "PartialObjectMetadata");
  EXPECT_EQ(at(ask("GET", "/api/v1/pods?includeObject=Object", {}, {}, table), "/rows/0/object/kind"), "Pod");
  EXPECT_EQ(at(ask("GET", "/api/v1/namespaces/default/pods/p", {}, {}, table), "/rows/0/cells/0"), "p");
  EXPECT_EQ(
      at(ask("GET", "/api/v1/pods", {}, {}, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"),
         "/items/0/kind"),
      "PartialObjectMetadata");
  EXPECT_EQ(ask("GET", "/api/v1/pods", {}, {}, "application/vnd.kubernetes.protobuf").status, 406);
  EXPECT_EQ(at(ask("GET", "/api/v1/pods", {}, {}, "application/vnd.kubernetes.protobuf, */*"), "/kind"),
            "PodList");
  // Every kind has a table.
  for (const twin::ApiKind* kind : store.kinds().all()) {
    if (kind->resource.verbs.size() == 1) continue;
    const std::string path = (kind->resource.group.empty() ? "/api/" : "/apis/") + kind->resource.api_version() +
                             '/' + kind->resource.plural;
    EXPECT_EQ(at(ask("GET", path, {}, {}, table), "/columnDefinitions/0/name") == "nothing", false) << path;
  }
}

TEST_F(RestTest, StreamsWhatHappens) {
  ASSERT_EQ(ask("POST", "/api/v1/namespaces/default/pods", pod_json).status, 201);
  const HttpResponse first =
      ask("GET", "/api/v1/pods?watch=true&timeoutSeconds=7&sendInitialEvents=true&allowWatchBookmarks=true");
  ASSERT_NE(first.stream, nullptr);
  EXPECT_EQ(first.lifetime, std::chrono::seconds(7));
  std::string text;
  EXPECT_TRUE(first.stream->pull(text));
  EXPECT_THAT(text, HasSubstr(R"({"type":"ADDED","object":{"kind":"Pod")"));
  EXPECT_THAT(text, HasSubstr(R"({"type":"BOOKMARK","object":{"kind":"Pod")"));
  const HttpResponse second = ask(
      "GET", "/api/v1/namespaces/default/pods?watch=1&resourceVersion=" + std::to_string(store.resource_version()),
      {}, {}, table);
  text.clear();
  EXPECT_TRUE(second.stream->pull(text));
  EXPECT_EQ(text, "");
  ASSERT_EQ(ask("DELETE", "/api/v1/namespaces/default/pods/p").status, 200);
  EXPECT_TRUE(second.stream->pull(text));
  EXPECT_THAT(text, HasSubstr(R"({"type":"DELETED","object":{"kind":"Table")"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const HttpResponse old = ask("GET", "/api/v1/pods?watch=1&resourceVersion=1");
  text.clear();
  EXPECT_TRUE(old.stream->pull(text));  // from the very beginning
}

TEST_F(RestTest, TellsWhatItServes) {
  EXPECT_THAT(get("/version"), HasSubstr(R"("gitVersion": "v1.33.2")"));
  EXPECT_THAT(get("/apis"), HasSubstr(R"("groupVersion": "policy/v1")"));
  EXPECT_THAT(get("/api/v1"), HasSubstr(R"("name": "pods/eviction")"));
  EXPECT_THAT(get("/apis/apps"), HasSubstr("APIGroup"));
  EXPECT_THAT(get("/apis/apps/v1"), HasSubstr("deployments/scale"));
  EXPECT_THAT(get("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
              HasSubstr("singularResource"));
  EXPECT_THAT(get("/openapi/v3"), HasSubstr("/openapi/v3/apis/apps/v1?hash="));
  const Json schemas = Json::parse(get("/openapi/v3/api/v1")).value();
  const auto type = [&](std::string_view schema, std::string_view field,
                        std::initializer_list<std::string_view> path) {
    const Json* found = schemas.at({"components", "schemas", schema, "properties", field});
    return std::string(found == nullptr ? "none" : found->text_at(path));
  };
  EXPECT_EQ(type("PodSpec", "hostNetwork", {"type"}), "boolean");
  EXPECT_EQ(type("PodSpec", "nodeSelector", {"additionalProperties", "type"}), "string");
  EXPECT_EQ(type("Container", "args", {"items", "type"}), "string");
  EXPECT_EQ(type("PodSpec", "colour", {"type"}), "none");
  // Whatever is named is there.
  const Json* all = schemas.at({"components", "schemas"});
  std::vector<const Json*> left{all};
  std::size_t references = 0;
  while (!left.empty()) {
    const Json* next = left.back();
    left.pop_back();
    for (const auto& [key, value] : next->members()) {
      left.push_back(&value);
      if (key != "$ref") continue;
      ++references;
      EXPECT_NE(all->find(value.text().substr(value.text().rfind('/') + 1)), nullptr) << value.text();
    }
  }
  EXPECT_GT(references, 100U);
  EXPECT_THAT(get("/openapi/v3/apis/apps/v1"), HasSubstr("fieldValidation"));
  EXPECT_EQ(ask("GET", "/openapi/v3/apis/none/v1").status, 404);
}

TEST_F(RestTest, TurnsTheClock) {
  const char* path = "/apis/bulwark.dev/v1/clock";
  EXPECT_EQ(at(ask("POST", path, R"({"pause":true})"), "/running"), "false");
  EXPECT_EQ(at(ask("POST", path, R"({"stepMilliseconds":90000})"), "/now"), "2026-11-25T10:01:30Z");
  EXPECT_EQ(at(ask("POST", "/bulwark.dev/v1/clock", R"({"run":2.5})"), "/running"), "true");
  for (const char* wrong : {"{}", "", "[]", R"({"stepMilliseconds":-1})", R"({"stepMilliseconds":"x"})",
                            R"({"run":0})", R"({"run":1e999})", R"({"run":-3})"}) {
    EXPECT_EQ(ask("POST", path, wrong).status, 400) << wrong;
  }
  EXPECT_EQ(ask("DELETE", path).status, 405);
}

TEST_F(RestTest, ReadsKubectlsProtobuf) {
  // kubectl create configmap c --from-literal=a=b: Unknown{TypeMeta, raw}.
  const std::string meta(
      "\x0a\x03\x0a\x01"
      "c",
      5),
      entry(
          "\x12\x06\x0a\x01"
          "a\x12\x01"
          "b",
          8);
  const std::string raw = meta + entry;
  const std::string type(
      "\x0a\x0f\x0a\x02"
      "v1\x12\x09"
      "ConfigMap",
      17);
  const auto body = [&](const std::string& message) {
    return std::string("k8s\0", 4) + type + '\x12' + static_cast<char>(message.size()) + message;
  };
  EXPECT_EQ(
      at(ask("POST", "/api/v1/namespaces/default/configmaps", body(raw), "application/vnd.kubernetes.protobuf"),
         "/data/a"),
      "b");
  // A field that is not known is not left out in silence.
  const HttpResponse unknown = ask("POST", "/api/v1/namespaces/default/configmaps", body(raw + "\x2a\x01x"));
  EXPECT_EQ(unknown.status, 415);
  EXPECT_THAT(unknown.body, HasSubstr("field 5 of the protobuf message ConfigMap is not known here"));
  for (std::size_t cut = 4; cut + 1 < body(raw).size(); ++cut) {
    const int status = ask("POST", "/api/v1/namespaces/default/configmaps", body(raw).substr(0, cut)).status;
    EXPECT_GE(status, 400) << cut;
  }
}

TEST_F(RestTest, WarnsOfFieldsThatThereAreNoneOf) {
  const std::string body = R"({"metadata":{"name":"m"},"daata":{"a":"b"},"immutabel":true})";
  struct Case {
    const char* wish;
    int code;
    std::string warning;
  };
  const std::string both = R"(299 - "unknown field \"daata\"", 299 - "unknown field \"immutabel\"")";
  for (const Case& each : {Case{"", 201, both}, Case{"?dryRun=All&fieldValidation=Warn", 409, ""},
                           Case{"?fieldValidation=Ignore", 409, ""}, Case{"?fieldValidation=Strict", 400, ""}}) {
    const HttpResponse answer =
        ask("POST", std::string("/api/v1/namespaces/default/configmaps") + each.wish, body);
    EXPECT_EQ(answer.status, each.code) << each.wish;
    std::string warning;
    for (const auto& [name, value] : answer.headers) {
      if (name == "Warning") warning += value;
    }
    EXPECT_EQ(warning, each.warning) << each.wish;
  }
  const HttpResponse ignored = ask("POST", "/api/v1/namespaces/default/configmaps?fieldValidation=Ignore",
                                   R"({"metadata":{"name":"n"},"daata":{}})");
  EXPECT_EQ(ignored.status, 201);
  EXPECT_TRUE(ignored.headers.empty());
}

}  // namespace
}  // namespace bulwark::serve

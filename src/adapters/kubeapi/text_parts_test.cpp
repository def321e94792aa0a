// The small parts that work on texts: base64, addresses, paths, secrets, objects.
#include <gtest/gtest.h>

#include "adapters/kubeapi/api_path.h"
#include "adapters/kubeapi/base64.h"
#include "adapters/kubeapi/http_url.h"
#include "adapters/kubeapi/object_reader.h"
#include "adapters/kubeapi/secrets.h"
#include "adapters/kubeapi/status_reader.h"

namespace bulwark::adapters {
namespace {

TEST(Base64, Table) {
  // RFC 4648, section 10.
  for (const auto& [bytes, text] : std::vector<std::pair<const char*, const char*>>{{"", ""},
                                                                                    {"f", "Zg=="},
                                                                                    {"fo", "Zm8="},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg=="},
                                                                                    {"fooba", "Zm9vYmE="},
                                                                                    {"foobar", "Zm9vYmFy"},
                                                                                    {"\xff\xfe\xfd", "//79"}}) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
  EXPECT_EQ(base64_decode("Zm9v\nYmFy\r\n"), "foobar");
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "Zg==Zg==", "Zm9v=", "Zm 9v", "Zm9_"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

TEST(ServerUrl, Table) {
  struct Case {
    const char *url, *base, *other_base, *connect_to, *host;
  };
  for (const Case& c : {
           Case{"https://k:6443", "https://k:6443", "https://n:6443", "n:6443:k:6443", "k:6443"},
           Case{"https://k", "https://k:443", "https://n:443", "n:443:k:443", "k"},
           Case{"http://u@k/k8s/c-1", "http://k:80/k8s/c-1", "http://n:80/k8s/c-1", "n:80:k:80", "k"},
           Case{"https://[::1]:6443/x", "https://[::1]:6443/x", "https://n:6443/x", "n:6443:[::1]:6443",
                "[::1]:6443"},
       }) {
    const ServerUrl url(c.url);
    EXPECT_EQ(url.request_base(""), c.base);
    EXPECT_EQ(url.request_base("n"), c.other_base);
    EXPECT_EQ(url.connect_to("n"), c.connect_to);
    EXPECT_EQ(url.host_and_port(), c.host);
  }
}

TEST(ApiPath, Escapes) {
  const kube::Resource roles{
      .group = "rbac.authorization.k8s.io", .version = "v1", .plural = "roles", .kind = "Role"};
  kube::Resource cluster_roles = roles;
  cluster_roles.namespaced = false;
  EXPECT_EQ(object_path({roles, "n", "system:x/y"}, "").text(),
            "/apis/rbac.authorization.k8s.io/v1/namespaces/n/roles/system%3Ax%2Fy");
  EXPECT_EQ(collection_path(roles, "").text(), "/apis/rbac.authorization.k8s.io/v1/roles");
  EXPECT_EQ(collection_path(cluster_roles, "n").text(), "/apis/rbac.authorization.k8s.io/v1/roles");
  EXPECT_EQ(ApiPath("/x").with("a", "1 2&3").with("b", "").with("c", "ü~").text(), "/x?a=1%202%263&c=%C3%BC~");
}

TEST(Secrets, Hide) {
  Secrets secrets;
  for (const char* secret : {"token", "", "abc", "token", "to<hidden>"}) secrets.add(secret);
  EXPECT_EQ(secrets.hide("a token, tokentoken abc"), "a <hidden>, <hidden><hidden> abc");
  EXPECT_EQ(without_tokens("error AADSTS700082: eyJhbGciOiJSUzI1NiIs.eyJhdWQi_x-y end"),
            "error AADSTS700082: ... end");
  EXPECT_EQ(without_tokens("a-long-word-without-any-digit"), "a-long-word-without-any-digit");
}

TEST(ObjectReader, AddsKindAndVersion) {
  const kube::Resource deployments{
      .group = "apps", .version = "v1", .plural = "deployments", .kind = "Deployment"};
  ObjectReader reader;
  for (const auto& [json, want] : std::vector<std::pair<const char*, const char*>>{
           {R"({"metadata":{}})", R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{}})"},
           {R"( { } )", R"({"kind":"Deployment","apiVersion":"apps/v1" } )"},
           {R"({"kind":"X","a":1})", R"({"apiVersion":"apps/v1","kind":"X","a":1})"},
           {R"({"a":"{","apiVersion":"x/v1"})", R"({"kind":"Deployment","a":"{","apiVersion":"x/v1"})"},
           {R"({"kind":"X","apiVersion":"x/v1"})", R"({"kind":"X","apiVersion":"x/v1"})"},
       }) {
    const auto read = reader.read(json, deployments, [&](const document::Node& object, std::string_view text) {
      EXPECT_EQ(text, want);
      ASSERT_NE(object.find("kind"), nullptr);
      EXPECT_LT(object.end(), text.size() + 1);
    });
    EXPECT_TRUE(read) << json;
  }
  const auto ignore = [](const document::Node&, std::string_view) { FAIL(); };
  for (const char* json : {"", "1", "[]", "{", "{\"a\":}", "{,}"})
    EXPECT_FALSE(reader.read(json, deployments, ignore)) << json;
}

TEST(StatusReader, MakesTheBestOfForeignAnswers) {
  const kube::Status html = status_of_answer(502, "text/html; charset=utf-8", "<p>");
  EXPECT_EQ(html.error().text(), "the server answered 502 with HTML instead of a Status");
  EXPECT_EQ(status_of_answer(429, "text/plain", " slow down\n").error().text(),
            "TooManyRequests: the server answered 429: slow down");
  EXPECT_EQ(status_of_answer(500, "", "").error().text(),
            "InternalError: the server answered 500 with nothing instead of a Status");
  const kube::Status own =
      status_of_answer(409, "application/json", R"({"kind":"Status","code":400,"reason":"Conflict"})");
  EXPECT_EQ(own.code, 409);
  EXPECT_EQ(own.reason, "Conflict");
}

}  // namespace
}  // namespace bulwark::adapters

#include "adapters/kubeapi/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace bulwark::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

base::Result<Connection> resolve_text(const std::string& text, const Overrides& overrides = {}) {
  const auto config = parse_kubeconfig("c", text);
  if (!config) return std::unexpected(config.error());
  return resolve(*config, overrides);
}

std::string with(const std::string& cluster, const std::string& user) {
  return "current-context: x\ncontexts:\n- {name: x, context: {cluster: k, user: u, namespace: shop}}\n"
         "- {name: v, context: {cluster: k, user: u}}\n"
         "clusters:\n- name: k\n  cluster: " +
         cluster + "\nusers:\n- name: u\n  user: " + user + "\n";
}

TEST(Connection, Resolves) {
  const std::string text =
      with("{server: 'https://k/', certificate-authority-data: Q0E=, proxy-url: 'socks5://p'}",
           "{token: t, tokenFile: f, as: jane, as-groups: [g]}");
  auto connection = resolve_text(text);
  ASSERT_TRUE(connection) << connection.error().text();
  EXPECT_EQ(connection->context, "x");
  EXPECT_EQ(connection->server, "https://k");
  EXPECT_EQ(connection->name_space, "shop");
  EXPECT_EQ(connection->ca, "CA");
  EXPECT_EQ(connection->proxy_url, "socks5://p");
  EXPECT_EQ(connection->token, "t");
  EXPECT_TRUE(connection->token_file.ends_with("/f"));
  EXPECT_EQ(connection->impersonate.user, "jane");
  EXPECT_THAT(connection->impersonate.groups, ElementsAre("g"));
  EXPECT_TRUE(connection->warnings.empty());

  EXPECT_EQ(resolve_text(text, {.context = "v"})->name_space, "default");
  connection =
      resolve_text(text, {.name_space = "other", .server = "https://z", .token = "new", .impersonate = "bob"});
  EXPECT_EQ(connection->name_space, "other");
  EXPECT_EQ(connection->server, "https://z");
  EXPECT_EQ(connection->token, "new");
  EXPECT_EQ(connection->token_file, "");
  EXPECT_EQ(connection->impersonate.user, "bob");
}

TEST(Connection, Warns) {
  EXPECT_THAT(resolve_text(with("{server: 'https://k', insecure-skip-tls-verify: true}", "{}"))->warnings,
              ElementsAre(HasSubstr("https://k: the server's certificate is not verified")));
  EXPECT_THAT(resolve_text(with("{server: 'http://k'}", "{token: t}"))->warnings,
              ElementsAre(HasSubstr("without encryption")));
  EXPECT_EQ(resolve_text(with("{server: 'k:8080'}", "{}"))->server, "http://k:8080");
  EXPECT_EQ(resolve_text(with("{server: 'k', certificate-authority-data: Q0E=}", "{}"))->server, "https://k");
}

TEST(Connection, Errors) {
  struct Case {
    std::string text;
    Overrides overrides;
    const char* error;
  };
  const std::string good = "{server: 'https://k'}";
  for (const Case& c : {
           Case{"", {}, "no kubeconfig"},
           Case{"contexts: [{name: a, context: {}}, {name: b, context: {}}]",
                {},
                "the kubeconfig has no current-context; there is a, b"},
           Case{with(good, "{}"), {.context = "z"}, "no context z in the kubeconfig; there is v, x"},
           Case{
               with(good, "{}"), {.cluster = "z"}, "c:3:3: context x names no cluster that exists: z; there is k"},
           Case{with(good, "{}"), {.user = "z"}, "names no user that exists: z; there is u"},
           Case{with("{}", "{}"), {}, "c:6:3: the cluster has no server"},
           Case{with("{server: 'https://k', certificate-authority: /no/such}", "{}"),
                {},
                "certificate-authority: /no/such: No such file"},
           Case{with("{server: 'https://k', insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}",
                     "{}"),
                {},
                "is not allowed"},
           Case{with("{server: 'https://k', proxy-url: 'ftp://p'}", "{}"), {}, "proxy-url must begin with"},
           Case{with(good, "{token: secret, username: u}"), {}, "only one is allowed"},
           Case{with(good, "{client-certificate-data: Q0E=}"), {}, "without a client-key"},
           Case{with(good, "{client-key-data: Q0E=}"), {}, "without a client-certificate"},
           Case{with(good, "{as-groups: [a]}"), {}, "without as"},
           Case{with(good, "{auth-provider: {name: azure}}"), {}, "auth-provider azure is of old kubectls"},
           Case{with(good, "{exec: {command: x}}"), {}, "c:10:16: exec needs the apiVersion"},
       }) {
    const auto connection = resolve_text(c.text, c.overrides);
    ASSERT_FALSE(connection) << c.text;
    EXPECT_THAT(connection.error().text(), HasSubstr(c.error));
    EXPECT_THAT(connection.error().text(), testing::Not(HasSubstr("secret")));
  }
}

TEST(Connection, InCluster) {
  const std::string folder = testing::TempDir() + "bulwark-account-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  for (const char* name : {"token", "ca.crt", "namespace"}) std::ofstream(folder + "/" + name) << name << "\n";
  const InClusterPlaces places{"10.0.0.1", "443", folder};
  auto connection = find_connection({}, {}, places);
  ASSERT_TRUE(connection) << connection.error().text();
  EXPECT_EQ(connection->server, "https://10.0.0.1:443");
  EXPECT_EQ(connection->token, "token");
  EXPECT_EQ(connection->token_file, folder + "/token");
  EXPECT_EQ(connection->ca, "ca.crt\n");
  EXPECT_EQ(connection->name_space, "namespace");
  EXPECT_EQ(in_cluster({"fd00::1", "443", folder})->server, "https://[fd00::1]:443");
  EXPECT_EQ(find_connection({}, {.name_space = "n"}, places)->name_space, "n");
  // Whoever asks for a context does not mean the service account.
  EXPECT_THAT(find_connection({}, {.context = "x"}, places).error().text(), HasSubstr("no context x"));
  EXPECT_FALSE(find_connection({}, {}, {}));
  EXPECT_THAT(in_cluster({"h", "1", folder + "/none"}).error().text(), HasSubstr("/none/token: No such file"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace bulwark::adapters

// Whom the client trusts, and what it shows of itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapters/kubeapi/client_testing.h"

namespace bulwark::adapters {
namespace {

using testing::HasSubstr;
using testing::Not;

void answer_version(const TestRequest& /*unused*/, TestPeer& peer) {
  peer.answer(200, R"({"gitVersion":"v1.30.0"})");
}

TEST(Trust, Certificates) {
  TestAuthority ours("ours"), other("other");
  const TestIdentity good = ours.issue("server", "IP:127.0.0.1,DNS:kube.example");
  const TestIdentity expired = ours.issue("server", "IP:127.0.0.1", -10, -1);
  const TestIdentity named = ours.issue("server", "DNS:kube.example");
  struct Case {
    const char* name;
    const TestIdentity* identity;
    std::string ca, server_name;
    bool insecure;
    const char* error;  // empty: it works
  };
  for (const Case& c : {
           Case{"right", &good, ours.certificate(), "", false, ""},
           Case{"one of several", &good, other.certificate() + ours.certificate(), "", false, ""},
           Case{"wrong authority", &good, other.certificate(), "", false, "is not trusted"},
           Case{"the system's authorities", &good, "", "", false, "is not trusted"},
           Case{"authority that is no PEM", &good, "nonsense", "", false, "certificate"},
           Case{"expired", &expired, ours.certificate(), "", false, "expired"},
           Case{"other name", &named, ours.certificate(), "", false, "for another name"},
           Case{"tls-server-name", &named, ours.certificate(), "kube.example", false, ""},
           Case{"wrong tls-server-name", &named, ours.certificate(), "other.example", false, "for another name"},
           Case{"insecure", &expired, "", "", true, ""},
       }) {
    FaultServer server(answer_version, c.identity);
    Connection connection = connection_to(server.url());
    connection.ca = c.ca;
    connection.tls_server_name = c.server_name;
    connection.insecure = c.insecure;
    TestCluster cluster(connection);
    const auto version = cluster->version();
    if (*c.error == '\0') {
      ASSERT_TRUE(version) << c.name << ": " << version.error().message;
      const TestRequest request = server.received()[0];
      EXPECT_EQ(request.server_name, c.server_name) << c.name;
      EXPECT_EQ(cluster->server_certificate(), c.identity->certificate) << c.name;
      EXPECT_EQ(request.headers.at("host"), server.url().substr(8)) << c.name;
    } else {
      ASSERT_FALSE(version) << c.name;
      EXPECT_THAT(version.error().message, HasSubstr(c.error)) << c.name;
      EXPECT_THAT(version.error().message, HasSubstr("context test-context, server https://127.0.0.1")) << c.name;
      EXPECT_TRUE(server.received().empty()) << c.name << ": nothing may be sent";
      EXPECT_TRUE(cluster.slept.empty()) << c.name << ": trying again is of no use";
    }
  }
}

TEST(Trust, ShowsTheClientCertificate) {
  TestAuthority authority("ours");
  const TestIdentity server_identity = authority.issue("server", "IP:127.0.0.1"),
                     client = authority.issue("jane", "");
  FaultServer server(answer_version, &server_identity, authority.certificate());
  Connection connection = connection_to(server.url());
  connection.ca = authority.certificate();
  connection.certificate = client.certificate;
  connection.key = client.key;
  connection.token = "";
  {
    TestCluster cluster(connection);
    ASSERT_TRUE(cluster->version());
    EXPECT_EQ(server.received()[0].client, "jane");
    EXPECT_FALSE(server.received()[0].headers.contains("authorization"));
  }
  connection.key = "not a key " + planted_token;
  TestCluster cluster(connection);
  const auto version = cluster->version();
  ASSERT_FALSE(version);
  EXPECT_THAT(version.error().message, HasSubstr("client certificate"));
  EXPECT_THAT(version.error().message, Not(HasSubstr(planted_token)));
}

TEST(Trust, ClientCertificateFilesThatChangeCountForNewConnections) {
  TestAuthority authority("ours");
  const TestIdentity server_identity = authority.issue("server", "IP:127.0.0.1"),
                     first = authority.issue("first", ""), second = authority.issue("second", "");
  const std::string file = testing::TempDir() + "bulwark-rotated-" + std::to_string(::getpid());
  const auto write = [&](const TestIdentity& identity) {
    std::ofstream(file + ".crt") << identity.certificate;
    std::ofstream(file + ".key") << identity.key;
  };
  std::atomic<bool> rotated = false;
  FaultServer server(
      [&](const TestRequest& request, TestPeer& peer) {
        if (request.client == "second" || !rotated) return answer_version(request, peer);
        write(second);
        peer.answer(401, "");
      },
      &server_identity, authority.certificate());
  write(first);
  KubeConfig config;
  config.clusters["c"] = {.server = server.url(), .ca_data = authority.certificate()};
  config.users["u"] = {.certificate_file = file + ".crt", .key_file = file + ".key"};
  config.contexts["x"] = {.cluster = "c", .user = "u"};
  const auto connection = resolve(config, {.context = "x"});
  ASSERT_TRUE(connection) << connection.error().text();
  TestCluster cluster(*connection);
  ASSERT_TRUE(cluster->version());
  rotated = true;
  const auto version = cluster->version();
  EXPECT_TRUE(version) << version.error().message;
  std::vector<std::string> clients;
  for (const TestRequest& request : server.received()) clients.push_back(request.client);
  EXPECT_EQ(clients, (std::vector<std::string>{"first", "first", "second"}));
  std::remove((file + ".crt").c_str());
  std::remove((file + ".key").c_str());
}

TEST(Trust, SaysWhyAClientCertificateIsRefused) {
  TestAuthority authority("ours"), other("other");
  const TestIdentity server_identity = authority.issue("server", "IP:127.0.0.1"), client = other.issue("jane", "");
  FaultServer server(answer_version, &server_identity, authority.certificate());
  Connection connection = connection_to(server.url());
  connection.ca = authority.certificate();
  connection.certificate = client.certificate;
  connection.key = client.key;
  TestCluster cluster(connection);
  const auto version = cluster->version();
  ASSERT_FALSE(version);
  // What comes first, the server's word or the end of the connection, is a matter of chance.
  EXPECT_THAT(version.error().message, HasSubstr("client certificate of the kubeconfig"));
}

TEST(Trust, Headers) {
  FaultServer server(answer_version);
  Connection connection = connection_to(server.url());
  connection.impersonate = {"jane", "7", {"dev", "ops"}, {{"Scopes/x", {"a"}}}};
  TestCluster cluster(connection);
  ASSERT_TRUE(cluster->version());
  const TestRequest request = server.received()[0];
  EXPECT_EQ(request.headers.at("impersonate-user"), "jane");
  EXPECT_EQ(request.headers.at("impersonate-uid"), "7");
  EXPECT_EQ(request.headers.at("impersonate-group"), "dev|ops");
  EXPECT_EQ(request.headers.at("impersonate-extra-scopes%2fx"), "a");

  connection = connection_to(server.url());
  connection.token = "";
  connection.username = "jane";
  connection.password = "secret";
  ASSERT_TRUE(TestCluster(connection)->version());
  EXPECT_EQ(server.received()[1].headers.at("authorization"), "Basic amFuZTpzZWNyZXQ=");
}

// A plugin that gives another token each time; the server refuses the first.
TEST(Trust, AsksThePluginAgainAfterRefusal) {
  const std::string folder = testing::TempDir() + "bulwark-plugin-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const std::string script = folder + "/plugin";
  std::ofstream(script) << "#!/bin/sh\necho x >> " << folder << "/calls\n"
                        << "count=$(wc -l < " << folder << "/calls)\n"
                        << "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
                        << "\"status\":{\"token\":\"plugin-token-'$count'\"}}'\n";
  ::chmod(script.c_str(), 0700);
  std::string accepted = "Bearer plugin-token-2";
  FaultServer server([&](const TestRequest& request, TestPeer& peer) {
    if (request.headers.at("authorization") == accepted) return answer_version(request, peer);
    peer.answer(401, R"({"kind":"Status","message":"Unauthorized )" + request.headers.at("authorization") + "\"}");
  });
  Connection connection = connection_to(server.url());
  connection.token = "";
  connection.exec = ExecConfig{.command = script, .api_version = "client.authentication.k8s.io/v1"};
  connection.exec->interactive = ExecConfig::Interactive::never;
  TestCluster cluster(connection);
  EXPECT_TRUE(cluster->version());
  EXPECT_TRUE(cluster->version()) << "kept";
  EXPECT_EQ(server.received().size(), 3U);
  // Refused again and again: one more try, then the error.
  accepted = "nothing";
  const auto version = cluster->version();
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, 401);
  EXPECT_THAT(version.error().message, HasSubstr("the credentials are refused"));
  EXPECT_THAT(version.error().message, Not(HasSubstr("plugin-token")));
  EXPECT_EQ(server.received().size(), 5U);
  std::filesystem::remove_all(folder);
}

TEST(Trust, ReadsTheTokenFileAgainAfterRefusal) {
  const std::string file = testing::TempDir() + "bulwark-token-" + std::to_string(::getpid());
  std::ofstream(file) << "old-token\n";
  FaultServer server([&](const TestRequest& request, TestPeer& peer) {
    if (request.headers.at("authorization") == "Bearer new-token") return answer_version(request, peer);
    std::ofstream(file) << "new-token\n";
    peer.answer(401, "");
  });
  Connection connection = connection_to(server.url());
  connection.token_file = file;
  TestCluster cluster(connection);
  EXPECT_TRUE(cluster->version());
  ASSERT_EQ(server.received().size(), 2U);
  EXPECT_EQ(server.received()[0].headers.at("authorization"), "Bearer old-token");
  std::remove(file.c_str());
}

TEST(Trust, GoesThroughTheProxy) {
  FaultServer proxy(answer_version);
  Connection connection = connection_to("http://kube.example:6443");
  connection.proxy_url = "http://user:proxy-secret@" + proxy.url().substr(7);
  ASSERT_TRUE(TestCluster(connection)->version());
  EXPECT_EQ(proxy.received()[0].target, "http://kube.example:6443/version");
  EXPECT_TRUE(proxy.received()[0].headers.contains("proxy-authorization"));

  connection.proxy_url = "http://user:proxy-secret@proxy-secret.invalid:1";
  TestCluster lost(connection);
  const auto version = lost->version();
  ASSERT_FALSE(version);
  EXPECT_THAT(version.error().message + lost.said(), Not(HasSubstr("proxy-secret")));
}

}  // namespace
}  // namespace bulwark::adapters

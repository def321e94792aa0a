#include "adapters/kubeapi/credentials.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace bulwark::adapters {
namespace {

using std::chrono::seconds;

std::string authorization(Credentials& credentials) {
  const auto shown = credentials.current();
  if (!shown) return "error: " + shown.error().text();
  for (const auto& [name, value] : shown->headers) {
    if (name == "Authorization") return value;
  }
  return "";
}

struct FakeTime {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point wall = std::chrono::sys_days(std::chrono::January / 1 / 2030);
  Credentials::Clocks clocks() {
    return {.wall = [this] { return wall; }, .steady = [this] { return steady; }};
  }
};

TEST(Credentials, TokenFilesAreReadAgainAfterAMinute) {
  const std::string file = testing::TempDir() + "bulwark-credentials-" + std::to_string(::getpid());
  std::ofstream(file) << " one\n";
  FakeTime time;
  Connection connection;
  connection.token = "fallback";
  connection.token_file = file;
  Credentials credentials(connection, {}, time.clocks());
  EXPECT_EQ(authorization(credentials), "Bearer one");
  std::ofstream(file) << "two";
  time.steady += seconds(59);
  EXPECT_EQ(authorization(credentials), "Bearer one");
  time.steady += seconds(1);
  EXPECT_EQ(authorization(credentials), "Bearer two");
  std::ofstream(file) << "three";
  EXPECT_TRUE(credentials.renew());
  EXPECT_EQ(authorization(credentials), "Bearer three");
  // While it is away the last one counts.
  std::remove(file.c_str());
  time.steady += seconds(100);
  EXPECT_EQ(authorization(credentials), "Bearer three");
  EXPECT_EQ(credentials.secrets().hide("a three b"), "a <hidden> b");

  connection.token = "";
  EXPECT_TRUE(authorization(*std::make_unique<Credentials>(connection)).starts_with("error: " + file));
}

TEST(Credentials, CertificateFilesAreReadAgainAfterAMinute) {
  const std::string file = testing::TempDir() + "bulwark-certificate-" + std::to_string(::getpid());
  FakeTime time;
  Connection connection;
  connection.certificate = "old certificate";
  connection.key = "old-key";
  connection.certificate_file = file + ".crt";
  connection.key_file = file + ".key";
  Credentials credentials(connection, {}, time.clocks());
  const auto pair = [&] {
    const auto shown = credentials.current();
    return shown ? shown->certificate + ", " + shown->key : shown.error().text();
  };
  EXPECT_EQ(pair(), "old certificate, old-key");
  std::ofstream(connection.certificate_file) << "new certificate";
  time.steady += seconds(60);
  EXPECT_EQ(pair(), "old certificate, old-key") << "half of a pair is of no use";
  std::ofstream(connection.key_file) << "new-key";
  EXPECT_EQ(pair(), "new certificate, new-key");
  EXPECT_EQ(credentials.secrets().hide("a new-key b"), "a <hidden> b");
  std::ofstream(connection.certificate_file) << "third";
  std::ofstream(connection.key_file) << "third-key";
  time.steady += seconds(59);
  EXPECT_EQ(pair(), "new certificate, new-key");
  EXPECT_TRUE(credentials.renew());
  EXPECT_EQ(pair(), "third, third-key");
  // While they are away the last ones count.
  std::remove(connection.certificate_file.c_str());
  std::remove(connection.key_file.c_str());
  time.steady += seconds(100);
  EXPECT_EQ(pair(), "third, third-key");
}

TEST(Credentials, SecretsAreWhatIsGivenToPluginsAndStandsInAddresses) {
  Connection connection;
  connection.server = "https://u:in-server@kube.example:6443/path@x";
  connection.proxy_url = "http://p:in%2Dproxy@proxy.example";
  connection.exec =
      ExecConfig{.args = {"--client-secret", "after-flag", "--password=in-flag1", "get-token", "--tenant",
                          "a-tenant-that-stays"},
                 .env = {{"CLIENT_SECRET", "in-variable"}, {"HOME", "/home/jane"}, {"API_KEY", "true"}}};
  const Credentials credentials(connection);
  EXPECT_EQ(
      credentials.secrets().hide("in-server u:in-server in%2Dproxy in-proxy cDppbi1wcm94eQ== after-flag in-flag1 "
                                 "in-variable get-token a-tenant-that-stays /home/jane true path@x"),
      "<hidden> <hidden> <hidden> <hidden> <hidden> <hidden> <hidden> <hidden> get-token a-tenant-that-stays "
      "/home/jane true path@x");
}

TEST(Credentials, PluginsAreAskedWhenTheirTokenExpires) {
  const std::string file = testing::TempDir() + "bulwark-plugin-calls-" + std::to_string(::getpid());
  std::remove(file.c_str());
  FakeTime time;
  Connection connection;
  connection.exec = ExecConfig{.command = "sh", .api_version = "client.authentication.k8s.io/v1"};
  connection.exec->interactive = ExecConfig::Interactive::never;
  connection.exec->args = {
      "-c", "echo x >> " + file +
                R"(; printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
                R"("status":{"token":"%s","expirationTimestamp":"2030-01-01T01:00:00Z"}}' "$(grep -c x )" +
                file + ")\""};
  Credentials credentials(connection, {}, time.clocks());
  EXPECT_EQ(authorization(credentials), "Bearer 1");
  time.wall += std::chrono::minutes(59);
  EXPECT_EQ(authorization(credentials), "Bearer 1");
  time.wall += std::chrono::minutes(1);
  EXPECT_EQ(authorization(credentials), "Bearer 2");
  EXPECT_TRUE(credentials.renew());
  EXPECT_EQ(authorization(credentials), "Bearer 3");
  std::remove(file.c_str());
}

TEST(Credentials, WhatCannotBeRenewed) {
  Connection connection;
  connection.token = "fixed";
  Credentials credentials(connection);
  EXPECT_EQ(authorization(credentials), "Bearer fixed");
  EXPECT_FALSE(credentials.renew());
  connection.token = "two\r\nlines";
  EXPECT_EQ(authorization(*std::make_unique<Credentials>(connection)),
            "error: the value of Authorization has line ends");
}

}  // namespace
}  // namespace bulwark::adapters

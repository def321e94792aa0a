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

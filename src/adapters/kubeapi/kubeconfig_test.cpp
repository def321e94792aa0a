#include "adapters/kubeapi/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace bulwark::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* full = R"(apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: pki/ca.crt
    tls-server-name: kube.example
    proxy-url: http://proxy:3128
    disable-compression: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: x, num: 3, deep: [true, null, 1.5]}
- name: data
  cluster:
    server: https://10.0.0.2
    certificate-authority-data: UEVN
    insecure-skip-tls-verify: false
users:
- name: jane
  user:
    client-certificate: /abs/jane.crt
    client-key-data: S0VZ
    tokenFile: ../token
    as: admin
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {scopes: [x, z]}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/login
      args: [get-token, --x]
      env: [{name: A, value: b}]
      installHint: get it
      provideClusterInfo: true
      interactiveMode: Never
contexts:
- name: prod
  context: {cluster: prod, user: jane, namespace: shop}
)";

TEST(KubeConfig, ReadsEverything) {
  const auto config = parse_kubeconfig("/etc/kube/config", full);
  ASSERT_TRUE(config) << config.error().text();
  const ConfigCluster& cluster = config->clusters.at("prod");
  EXPECT_EQ(cluster.server, "https://10.0.0.1:6443");
  EXPECT_EQ(cluster.ca_file, "/etc/kube/pki/ca.crt");
  EXPECT_EQ(cluster.tls_server_name, "kube.example");
  EXPECT_EQ(cluster.proxy_url, "http://proxy:3128");
  EXPECT_TRUE(cluster.disable_compression);
  EXPECT_EQ(cluster.exec_config, R"({"audience":"x","num":3,"deep":[true,null,1.5]})");
  EXPECT_EQ(config->clusters.at("data").ca_data, "PEM");
  const ConfigUser& user = config->users.at("jane");
  EXPECT_EQ(user.certificate_file, "/abs/jane.crt");
  EXPECT_EQ(user.key_data, "KEY");
  EXPECT_EQ(user.token_file, "/etc/token");
  EXPECT_EQ(user.impersonate, "admin");
  EXPECT_EQ(user.impersonate_uid, "7");
  EXPECT_THAT(user.impersonate_groups, ElementsAre("a", "b"));
  ASSERT_EQ(user.impersonate_extra.size(), 1U);
  EXPECT_EQ(user.impersonate_extra[0].first, "scopes");
  EXPECT_THAT(user.impersonate_extra[0].second, ElementsAre("x", "z"));
  const ExecConfig& exec = *config->users.at("plugin").exec;
  EXPECT_EQ(exec.command, "/etc/kube/bin/login");
  EXPECT_THAT(exec.args, ElementsAre("get-token", "--x"));
  EXPECT_THAT(exec.env, ElementsAre(testing::Pair("A", "b")));
  EXPECT_EQ(exec.install_hint, "get it");
  EXPECT_TRUE(exec.provide_cluster_info);
  EXPECT_EQ(exec.interactive, ExecConfig::Interactive::never);
  EXPECT_FALSE(exec.problem);
  EXPECT_EQ(config->current_context, "prod");
  EXPECT_EQ(config->contexts.at("prod").name_space, "shop");
}

TEST(KubeConfig, ReadsJson) {
  const auto config = parse_kubeconfig("c", "{\n\t\"kind\": \"Config\", \"current-context\": \"x\"}");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->current_context, "x");
  EXPECT_TRUE(parse_kubeconfig("c", "")->empty());
}

TEST(KubeConfig, Errors) {
  struct Case {
    const char *text, *error;
  };
  for (const Case& c : {
           Case{"- a", "c:1:1: a kubeconfig is an object"},
           Case{"kind: Pod", "c:1:7: the kind of a kubeconfig is Config"},
           Case{"apiVersion: v2", "c:1:13: the apiVersion of a kubeconfig is v1"},
           Case{"clusters: {}", "c:1:11: clusters is a map, not a list"},
           Case{"users:\n- name: a\n  user: {token: 12}", "c:3:17: token is a number, not a string"},
           Case{"users:\n- name: a\n  user: {client-key-data: '*'}", "c:3:27: client-key-data is no base64"},
           Case{"clusters:\n- name: a\n- name: a", "c:3:3: the name a stands twice in clusters"},
           Case{"clusters:\n- text", "c:2:3: an entry of clusters is no object"},
           Case{"users:\n- name: a\n  user: {as-groups: [1]}",
                "c:3:22: an entry of as-groups is a number, not a string"},
           Case{"a: b: c", "c:1:"},
           Case{"a: 1\n---\nb: 2", "c:3:1: more than one document in this file"},
       }) {
    const auto config = parse_kubeconfig("c", c.text);
    ASSERT_FALSE(config) << c.text;
    EXPECT_THAT(config.error().text(), HasSubstr(c.error)) << c.text;
  }
}

// A plugin that nobody asks for may be wrong.
TEST(KubeConfig, ProblemsOfPlugins) {
  struct Case {
    const char *exec, *problem;
  };
  for (const Case& c : {
           Case{"{apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", ""},
           Case{"{apiVersion: client.authentication.k8s.io/v1beta1, command: x}", ""},
           Case{"{apiVersion: client.authentication.k8s.io/v1, command: x}", "needs an interactiveMode"},
           Case{"{apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
                "not client.authentication.k8s.io/v1alpha1"},
           Case{"{command: x}", "exec needs the apiVersion"},
           Case{"{apiVersion: client.authentication.k8s.io/v1beta1}", "exec has no command"},
           Case{"{apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Maybe}", "not Maybe"},
       }) {
    const auto config = parse_kubeconfig("c", std::string("users:\n- name: a\n  user:\n    exec: ") + c.exec);
    ASSERT_TRUE(config) << c.exec << config.error().text();
    const auto& problem = config->users.at("a").exec->problem;
    EXPECT_EQ(problem.has_value(), *c.problem != '\0') << c.exec;
    if (problem) {
      EXPECT_THAT(problem->text(), HasSubstr(c.problem));
    }
  }
}

class Files : public testing::Test {
 protected:
  Files() : folder(testing::TempDir() + "bulwark-kubeconfig-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder + "/.kube");
    write("/a",
          "current-context: first\nusers: [{name: red, user: {username: a}}]\n"
          "clusters: [{name: one, cluster: {certificate-authority: ca.crt}}]\n");
    write("/.kube/config",
          "current-context: second\nusers: [{name: red, user: {username: b, token: t}}, "
          "{name: blue, user: {tokenFile: blue}}]\n");
    write("/broken", "users: 1\n");
  }
  ~Files() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder + name) << text; }
  std::string folder;
};

TEST_F(Files, Merge) {
  const std::string a = folder + "/a", b = folder + "/.kube/config";
  // The first file counts for each name as a whole; what is not there and what stands twice is skipped.
  auto config = load_kubeconfig({.environment = a + "::" + folder + "/missing:" + b + ":" + a});
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_THAT(config->files, ElementsAre(a, b));
  EXPECT_EQ(config->current_context, "first");
  EXPECT_EQ(config->users.at("red").username, "a");
  EXPECT_EQ(config->users.at("red").token, "");
  // Each path is relative to its own file.
  EXPECT_EQ(config->users.at("blue").token_file, folder + "/.kube/blue");
  EXPECT_EQ(config->clusters.at("one").ca_file, folder + "/ca.crt");

  config = load_kubeconfig({.environment = b + ":" + a});
  EXPECT_EQ(config->current_context, "second");
  EXPECT_EQ(config->users.at("red").token, "t");

  EXPECT_EQ(load_kubeconfig({.home = folder})->current_context, "second");
  EXPECT_TRUE(load_kubeconfig({.home = folder + "/nobody"})->empty());
  EXPECT_EQ(load_kubeconfig({.explicit_path = a, .environment = b, .home = folder})->current_context, "first");
}

TEST_F(Files, Errors) {
  EXPECT_THAT(load_kubeconfig({.explicit_path = folder + "/missing"}).error().text(),
              HasSubstr("/missing: No such file"));
  EXPECT_THAT(load_kubeconfig({.environment = folder + "/a:" + folder + "/broken"}).error().text(),
              HasSubstr("/broken:1:8: users is a number"));
}

}  // namespace
}  // namespace bulwark::adapters

#include "adapters/kubeapi/exec_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace bulwark::adapters {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view v1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status, const std::string& version = std::string(v1)) {
  return R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","status":)" + status + "}";
}

TEST(ExecCredential, Parse) {
  struct Case {
    std::string text;
    const char* error;
  };
  for (const Case& c : {
           Case{credential(R"({"token":"planted"})"), ""},
           Case{credential(R"({"clientCertificateData":"planted","clientKeyData":"planted"})"), ""},
           Case{credential(R"({"token":"planted","expirationTimestamp":"2030-01-01T00:00:00Z"})"), ""},
           Case{credential(R"({"token":"planted","expirationTimestamp":null})"), ""},
           Case{"planted", "did not print an ExecCredential as JSON"},
           Case{R"({"token":"planted"})", "did not print an ExecCredential"},
           Case{credential(R"({"token":"planted"})", "client.authentication.k8s.io/v1beta1"),
                "did not answer in apiVersion"},
           Case{credential("null"), "no status"},
           Case{credential("{}"), "neither a token nor a client certificate"},
           Case{credential(R"({"token":12})"), "neither a token"},
           Case{credential(R"({"clientKeyData":"planted"})"), "a key without a certificate"},
           Case{credential(R"({"token":"planted\nX: y"})"), "line ends"},
           Case{credential(R"({"token":"planted","expirationTimestamp":"soon"})"), "is no time"},
       }) {
    const auto parsed = parse_exec_credential(c.text, v1);
    EXPECT_EQ(parsed.has_value(), *c.error == '\0') << c.text;
    if (parsed) continue;
    EXPECT_THAT(parsed.error().text(), HasSubstr(c.error));
    EXPECT_THAT(parsed.error().text(), Not(HasSubstr("planted")));
  }
}

Connection with_plugin(std::vector<std::string> arguments) {
  Connection connection;
  connection.server = "https://k";
  connection.ca = "PEM";
  connection.exec = ExecConfig{.command = "sh", .api_version = std::string(v1), .install_hint = "apt install it"};
  connection.exec->args = std::move(arguments);
  connection.exec->interactive = ExecConfig::Interactive::never;
  return connection;
}

TEST(ExecCredential, Info) {
  Connection connection = with_plugin({});
  EXPECT_EQ(exec_info(connection, true),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
            R"("spec":{"interactive":true}})");
  connection.exec->provide_cluster_info = true;
  connection.exec_config = R"({"a":1})";
  connection.tls_server_name = "n";
  EXPECT_EQ(exec_info(connection, false),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":)"
            R"({"server":"https://k","tls-server-name":"n","certificate-authority-data":"UEVN","config":{"a":1}},)"
            R"("interactive":false}})");
}

TEST(ExecCredential, RunsThePlugin) {
  const char* script = R"sh(
    kind=$(echo "$KUBERNETES_EXEC_INFO" | tr -d '{}" ' | cut -d, -f1)
    printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$ONE-$kind"
  )sh";
  Connection connection = with_plugin({"-c", script});
  connection.exec->env = {{"ONE", "two"}, {"ONE", "one"}};
  const auto got = ask_plugin(connection, {});
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->token, "one-kind:ExecCredential");
}

TEST(ExecCredential, PluginsThatFail) {
  struct Case {
    const char* script;
    const char* error;
  };
  for (const Case& c : {
           Case{"echo planted; exit 3", "credential plugin sh: exit status 3"},
           Case{"echo first >&2; echo 'not signed in: planted0123456789012345' >&2; exit 1",
                "exit status 1: not signed in: ..."},
           Case{"echo planted", "did not print an ExecCredential"},
           Case{"kill -9 $$", "exit status 137"},
           Case{"sleep 60", "no answer within 0.4 s; it was ended"},
           // What it has started is ended, too.
           Case{"sleep 60 & sleep 60", "no answer within 0.4 s"},
           Case{"exec >&- 2>&-; sleep 60", "no answer within 0.4 s"},
       }) {
    const auto began = std::chrono::steady_clock::now();
    const auto got = ask_plugin(with_plugin({"-c", c.script}), {.limit = milliseconds(400)});
    ASSERT_FALSE(got) << c.script;
    EXPECT_THAT(got.error().text(), HasSubstr(c.error)) << c.script;
    EXPECT_THAT(got.error().text(), Not(HasSubstr("planted"))) << c.script;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10)) << c.script;
  }
}

TEST(ExecCredential, PluginsThatCannotStart) {
  Connection connection = with_plugin({});
  connection.exec->command = "/no/such/program";
  EXPECT_EQ(ask_plugin(connection, {}).error().text(),
            "credential plugin /no/such/program: no such program\napt install it");
  connection.exec->command = "/etc";
  EXPECT_THAT(ask_plugin(connection, {}).error().text(), HasSubstr("/etc: Permission denied"));
}

TEST(ExecCredential, EndsWhenInterrupted) {
  std::atomic<bool> interrupted = false;
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(50));
    interrupted = true;
  });
  const auto got = ask_plugin(with_plugin({"-c", "sleep 60"}), {.interrupted = &interrupted});
  later.join();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("interrupted"));
}

}  // namespace
}  // namespace bulwark::adapters

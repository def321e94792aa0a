// What goes wrong between the program and a cluster, and what it says of it: which cluster, what is wrong, what to
// do, and no secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <future>

#include "faults/answers.h"
#include "faults/program.h"
#include "faults/tiny_cluster.h"

namespace bulwark::faults {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* expired_at_once = R"(,"expirationTimestamp":"2020-01-01T00:00:00Z")";

// What a case may set before the program runs.
struct Stage {
  Folder folder;
  TinyCluster cluster;
  TestAuthority authority{"ours"};
  TestIdentity identity = authority.issue("server", "IP:127.0.0.1");
  bool tls = false;
  Kubeconfig config;  // the server's address comes with the server, unless it is set
  std::vector<std::string> arguments{"scan", "--cluster", "-A", "-o", "json"};

  void plugin(std::string_view script, const std::string& more = "") {
    config.user = Kubeconfig::plugin(folder.script("plugin", script), more);
  }
  void timeout(const char* time) { arguments.insert(arguments.end(), {"--request-timeout", time}); }
  // Every request is refused unless it shows this token.
  void accept(const std::string& token) {
    cluster.fault = [token](const TestRequest& request, TestPeer& peer) {
      const auto shown = request.headers.find("authorization");
      if (shown != request.headers.end() && shown->second == "Bearer " + token) return false;
      peer.answer(401, status_json(401, "Unauthorized", "Unauthorized"));
      return true;
    };
  }
};

struct Case {
  const char* name;
  std::function<void(Stage&)> set;
  int exit;
  std::vector<const char*> says;        // on standard error
  std::vector<const char*> finds = {};  // in the report
};

std::vector<Case> cases() {
  using A = adapters::TestAuthority;
  std::vector<Case> all;
  // No TLS that can be trusted.
  all.push_back({"another authority",
                 [](Stage& s) {
                   s.tls = true;
                   s.config.ca = A("other").certificate();
                 },
                 3,
                 {"certificate is not trusted", "certificate-authority of the kubeconfig did not sign it"}});
  all.push_back({"expired certificate",
                 [](Stage& s) {
                   s.tls = true;
                   s.identity = s.authority.issue("server", "IP:127.0.0.1", -10, -1);
                 },
                 3,
                 {"certificate has expired", "renew it"}});
  all.push_back({"certificate of another name",
                 [](Stage& s) {
                   s.tls = true;
                   s.identity = s.authority.issue("server", "DNS:other.example");
                 },
                 3,
                 {"is for another name", "tls-server-name"}});
  all.push_back({"TLS to a port without it",
                 [](Stage& s) {
                   s.config.cluster = R"(, "insecure-skip-tls-verify": true)";
                   s.config.server = "https";
                 },
                 3,
                 {"does not speak TLS", "is the port of the kubeconfig's server right?", "is not verified"}});
  all.push_back({"no TLS to a port with it",
                 [](Stage& s) {
                   s.tls = true;
                   s.config.server = "http";
                 },
                 3,
                 {"credentials are sent without encryption", "trying again"}});
  // Credentials.
  all.push_back({"revoked token",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/version", unauthorized); },
                 3,
                 {"the credentials are refused", "token may have expired or been revoked", "token <hidden>"}});
  all.push_back({"no credentials",
                 [](Stage& s) {
                   s.config.user = "";
                   s.cluster.fault = first_times(always, "/version", refused);
                 },
                 3,
                 {"user has no credentials"}});
  all.push_back({"wrong password",
                 [](Stage& s) {
                   s.config.user = R"("username": "jane", "password": "planted-password-77")";
                   s.cluster.fault = first_times(always, "/version", refused);
                 },
                 3,
                 {"username and password"}});
  all.push_back({"plugin gives another token when the first is refused",
                 [](Stage& s) {
                   s.accept("planted-second");
                   s.plugin(fmt::format("if [ -e {0} ]; then echo '{1}'; else touch {0}; echo '{2}'; fi",
                                        (s.folder.path() / "asked").string(), credential("planted-second"),
                                        credential("planted-first")));
                 },
                 1,
                 {},
                 {R"("check":"host-pid")"}});
  all.push_back({"plugin gives what is not taken",
                 [](Stage& s) {
                   s.accept("other");
                   s.plugin("echo '" + credential("planted-first") + "'");
                 },
                 3,
                 {"the server does not take what credential plugin", "sign in again"}});
  all.push_back({"plugin gives an expired credential",
                 [](Stage& s) {
                   s.accept("other");
                   s.plugin("echo '" + credential("planted-first", expired_at_once) + "'");
                 },
                 3,
                 {"had expired already", "clock"}});
  all.push_back(
      {"plugin fails",
       [](Stage& s) { s.plugin("echo 'no session for eyJhbGciOiJSUzI1NiJ9.planted1: run az login' >&2; exit 3"); },
       3,
       {"exit status 3: no session for ...: run az login"}});
  all.push_back({"plugin repeats what it was given",
                 [](Stage& s) {
                   s.plugin("echo \"cannot sign in with $CLIENT_SECRET and $2\" >&2; exit 1",
                            R"(, "env": [{"name": "CLIENT_SECRET", "value": "planted-env"}],
                               "args": ["--password", "planted-arg"])");
                 },
                 3,
                 {"exit status 1: cannot sign in with <hidden> and <hidden>"}});
  all.push_back({"plugin hangs",
                 [](Stage& s) {
                   s.plugin("sleep 100");
                   s.timeout("1s");
                 },
                 3,
                 {"no answer within 1 s; it was ended"}});
  all.push_back({"plugin prints no credential",
                 [](Stage& s) { s.plugin("echo planted-garbage"); },
                 3,
                 {"did not print an ExecCredential"}});
  all.push_back({"no such plugin",
                 [](Stage& s) {
                   s.config.user =
                       Kubeconfig::plugin("kubelogin-that-is-not-there", R"(, "installHint": "see aka.ms/x")");
                 },
                 3,
                 {"no such program", "see aka.ms/x"}});
  // What is no API server.
  all.push_back({"HTML",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/version", html); },
                 3,
                 {"answered with HTML", "is this the address of an API server"}});
  all.push_back({"HTML later",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/apis", html); },
                 3,
                 {"/apis: the server answered with HTML"}});
  all.push_back({"a server without groups and kinds",
                 [](Stage& s) {
                   s.cluster.fault = [](const TestRequest& request, TestPeer& peer) {
                     if (!is_for(request, "/api") && !is_for(request, "/apis")) return false;
                     peer.answer(200, R"({"versions":[],"groups":[]})");
                     return true;
                   };
                 },
                 3,
                 {"offers none of the kinds"}});
  all.push_back({"nobody listens",
                 [](Stage& s) { s.config.server = "https://127.0.0.1:1"; },
                 3,
                 {"Failed to connect", "does the server run", "trying again in 0."}});
  all.push_back({"no such host",
                 [](Stage& s) { s.config.server = "https://kube.invalid:6443"; },
                 3,
                 {"resolve host", "is the name in the kubeconfig right", "trying again"}});
  all.push_back({"silence",
                 [](Stage& s) {
                   s.cluster.fault = first_times(always, "/version", [](TestPeer& peer) { peer.hold(); });
                   s.timeout("500ms");
                 },
                 3,
                 {"no data for 0.5 s"}});
  all.push_back(
      {"every connection is reset",
       [](Stage& s) { s.cluster.fault = first_times(always, "/version", [](TestPeer& peer) { peer.reset(); }); },
       3,
       {"trying again"}});
  all.push_back({"never available",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/version", unavailable); },
                 3,
                 {"ServiceUnavailable", "answered 503: overloaded", "trying again in 0."}});
  all.push_back({"nothing may be read",
                 [](Stage& s) {
                   s.cluster.fault = [](const TestRequest& request, TestPeer& peer) {
                     if (request.target.find("limit=") == std::string::npos) return false;
                     forbidden(peer);
                     return true;
                   };
                 },
                 3,
                 {"nothing can be read", "bulwark permissions"}});
  // What passes, or is unknown.
  all.push_back({"available again",
                 [](Stage& s) { s.cluster.fault = first_times(3, "/pods", unavailable); },
                 1,
                 {"answered 503: overloaded", "trying again in"},
                 {R"("check":"host-pid")"}});
  all.push_back({"busy, and says how long",
                 [](Stage& s) { s.cluster.fault = first_times(1, "/pods", busy); },
                 1,
                 {"too many requests; trying again in 1.0 s"},
                 {R"("check":"host-pid")"}});
  all.push_back({"cut off once",
                 [](Stage& s) { s.cluster.fault = first_times(1, "/pods", cut_off); },
                 1,
                 {"list of pods: the answer is cut off", "reading on"},
                 {R"("check":"host-pid")"}});
  all.push_back({"reset once",
                 [](Stage& s) { s.cluster.fault = first_times(1, "/pods", [](TestPeer& peer) { peer.reset(); }); },
                 1,
                 {},
                 {R"("check":"host-pid")"}});
  all.push_back({"one kind is forbidden",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/pods", forbidden); },
                 0,
                 {},
                 {R"("check":"unreadable-kind")", "Pod of v1 could not be read: Forbidden"}});
  all.push_back({"one kind is HTML",
                 [](Stage& s) { s.cluster.fault = first_times(always, "/pods", html); },
                 0,
                 {},
                 {"Pod of v1 could not be read", "answered with HTML"}});
  all.push_back({"one kind is silent",
                 [](Stage& s) {
                   s.cluster.fault = first_times(always, "/pods", [](TestPeer& peer) { peer.hold(); });
                   s.timeout("1s");
                 },
                 0,
                 {},
                 {"Pod of v1 could not be read", "no data for 1 s"}});
  all.push_back({"a continue token expires",
                 [](Stage& s) {
                   s.cluster.fault = [](const TestRequest& request, TestPeer& peer) {
                     if (!is_for(request, "/pods")) return false;
                     if (request.target.find("continue=") != std::string::npos) {
                       peer.answer(410, status_json(410, "Expired", "the continue token is too old"));
                     } else if (request.target.find("limit=") != std::string::npos) {
                       peer.answer(200,
                                   fmt::format(R"({{"metadata":{{"continue":"more"}},"items":[{}]}})", bad_pod));
                     } else {
                       return false;
                     }
                     return true;
                   };
                 },
                 1,
                 {},
                 {R"("objects":2,"findings":14,)"}});
  all.push_back(
      {"a version of the API that nobody knows yet",
       [](Stage& s) {
         s.cluster.versions["apps"] = "v9";
         s.cluster.objects["deployments"] = {
             R"({"metadata":{"name":"d","namespace":"default"},"spec":{"template":{"spec":{"hostPID":true}}}})"};
       },
       1,
       {},
       {R"("kind":"Deployment","namespace":"default","name":"d")"}});
  all.push_back({"a group is not offered",
                 [](Stage& s) {
                   s.cluster.fault = [](const TestRequest& request, TestPeer& peer) {
                     if (!is_for(request, "/apis")) return false;
                     peer.answer(200, R"({"groups":[]})");
                     return true;
                   };
                 },
                 1,
                 {},
                 {"Deployment of apps could not be read: the server does not offer it"}});
  // The kubeconfig and the command line themselves.
  all.push_back({"no such context",
                 [](Stage& s) { s.arguments.insert(s.arguments.end(), {"--context", "other"}); },
                 2,
                 {"no context other in the kubeconfig; there is shop"}});
  all.push_back({"malformed kubeconfig",
                 [](Stage& s) { s.config.user = R"("token": {"planted-token-8c2f1d": 1})"; },
                 2,
                 {"config:4:", "token is a map, not a string"}});
  all.push_back(
      {"no time", [](Stage& s) { s.timeout("1 fortnight"); }, 2, {"--request-timeout", "500ms, 30s, 2m"}});
  all.push_back(
      {"a place that cannot be written",
       [](Stage& s) { s.arguments = {"snapshot", "-A", "-o", (s.folder.path() / "no/where.zst").string()}; },
       2,
       {"no/where.zst: cannot be written: there is no folder"}});
  return all;
}

// Runs one case and returns what is wrong; empty: nothing.
std::string judge(const Case& c) {
  Stage stage;
  c.set(stage);
  const FaultServer server(stage.cluster.handler(), stage.tls ? &stage.identity : nullptr);
  std::string& address = stage.config.server;
  if (stage.tls && stage.config.ca.empty() && address.empty()) stage.config.ca = stage.authority.certificate();
  // A scheme alone is another than the server's own.
  if (address.empty()) address = server.url();
  if (address.find(':') == std::string::npos) address += fmt::format("://127.0.0.1:{}", server.port());
  stage.arguments.insert(stage.arguments.end(),
                         {"--kubeconfig", stage.folder.write("config", stage.config.text())});
  const auto begin = std::chrono::steady_clock::now();
  const adapters::Output output = bulwark(stage.folder, stage.arguments);
  const auto took = std::chrono::steady_clock::now() - begin;

  std::string wrong;
  const auto require = [&](bool holds, const std::string& what) {
    if (!holds) wrong += "  " + what + "\n";
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  require(output.status == c.exit, fmt::format("exit code {} instead of {}", output.status, c.exit));
  for (const char* text : c.says) require(has(output.err, text), fmt::format("does not say: {}", text));
  for (const char* text : c.finds) {
    std::string report = output.out;  // without the blanks that are for people
    std::erase_if(report, [](char byte) { return byte == '\n' || byte == ' '; });
    std::string part = text;
    std::erase(part, ' ');
    require(has(report, part), fmt::format("does not find: {}", text));
  }
  require(!has(output.err, "planted") && !has(output.out, "planted"), "tells a secret");
  require(c.exit < 2 || output.out.empty(), "has a report");
  if (c.exit == 3) {
    // The last line: context and server, once.
    const std::string place = fmt::format("bulwark: context shop, server {}: ", address);
    const std::size_t at = output.err.rfind(place);
    require(at != std::string::npos, "does not name the cluster: " + place);
    require(at == std::string::npos || !has(output.err.substr(at + place.size()), "context shop"),
            "names it twice");
  }
  std::string more = output.err;
  const std::string plain = fmt::format("warning: {}: credentials are sent without encryption\n", address);
  if (more.starts_with(plain)) more.erase(0, plain.size());
  require(!has(more, plain), "warns twice");
  if (c.exit < 2 && c.says.empty()) require(more.empty(), "says something");
  require(took < std::chrono::seconds(30), "takes too long");
  if (wrong.empty()) return "";
  return fmt::format("{}:\n{}stdout: {}\nstderr: {}\n", c.name, wrong, output.out.substr(0, 2000), output.err);
}

TEST(FailingClusters, AreToldReadably) {
  // Most of their time is waiting.
  constexpr std::size_t at_once = 8;
  const std::vector<Case> all = cases();
  std::atomic<std::size_t> next = 0;
  std::vector<std::future<void>> crew;
  crew.reserve(at_once);
  std::vector<std::string> wrong(all.size());
  for (std::size_t i = 0; i < at_once; ++i) {
    crew.push_back(std::async(std::launch::async, [&] {
      for (std::size_t at = next++; at < all.size(); at = next++) wrong[at] = judge(all[at]);
    }));
  }
  for (auto& each : crew) each.wait();
  for (const std::string& each : wrong) EXPECT_EQ(each, "");
}

}  // namespace
}  // namespace bulwark::faults

// Secrets are planted wherever a cluster and a kubeconfig may have them, and searched for in everything that the
// program writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "adapters/os/zstd.h"
#include "base/text.h"
#include "faults/program.h"
#include "faults/tiny_cluster.h"

namespace bulwark::faults {
namespace {

using testing::HasSubstr;

// A mark in an object, and the levels of redaction at which a snapshot may hold it.
struct Mark {
  std::string text;
  bool none, standard, strict;
};
const std::vector<Mark>& object_marks() {
  static const std::vector<Mark> marks{
      {"planted-env", true, false, false},          {"planted-init-env", true, false, false},
      {"planted-template-env", true, false, false}, {"planted-config-value", true, false, false},
      {"cGxhbnRlZC1iaW5hcnk", true, false, false},  {"planted-last-applied", true, false, false},
      {"planted-header", true, false, false},       {"planted-annotation", true, true, false},
      {"planted-arg", true, true, false},           {"planted-address", true, true, false},
      {"planted-managed", false, false, false},     {"planted-secret-data", false, false, false},
  };
  return marks;
}

void plant(TinyCluster& cluster) {
  cluster.objects["pods"] = {
      R"({"metadata":{"name":"web","namespace":"default","annotations":{"note":"planted-annotation",
      "kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"env\":\"planted-last-applied\"}}"},
      "managedFields":[{"manager":"planted-managed"}]},
      "spec":{"hostPID":true,
      "initContainers":[{"name":"init","image":"web","env":[{"name":"API_KEY","value":"planted-init-env"}]}],
      "containers":[{"name":"web","image":"web","args":["--password=planted-arg"],"securityContext":{"privileged":true},
      "env":[{"name":"PASSWORD","value":"planted-env"},
      {"name":"FROM","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}],
      "livenessProbe":{"httpGet":{"port":80,"httpHeaders":[{"name":"Authorization","value":"Basic planted-header"}]}}}]},
      "status":{"phase":"Running","podIP":"planted-address"}})"};
  cluster.objects["deployments"] = {
      R"({"metadata":{"name":"d","namespace":"default"},"spec":{"template":{"spec":{"containers":[{"name":"c",
      "image":"registry.example/c:1","env":[{"name":"TOKEN","value":"planted-template-env"}]}]}}}})"};
  cluster.objects["configmaps"] = {
      R"({"metadata":{"name":"m","namespace":"default"},"data":{"password":"planted-config-value"},
      "binaryData":{"b":"cGxhbnRlZC1iaW5hcnk="}})"};
}

// Whom the program signs in as, and what of it must never be seen.
struct Identity {
  const char* name;
  bool tls = false, proxied = false;
  Kubeconfig config;
  std::vector<std::string> secrets;
};

std::vector<std::string> lines_of(const std::string& pem) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::split(pem, '\n')) {
    if (!line.empty() && !line.starts_with("---")) lines.emplace_back(line.substr(0, 30));
  }
  return lines;
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\n");
  return text;
}

std::vector<Identity> identities(const Folder& folder, const TestIdentity& client) {
  std::vector<std::string> key = lines_of(client.key), key_data = key;
  key_data.push_back(adapters::base64_encode(client.key).substr(0, 60));
  std::vector<Identity> all;
  all.push_back({.name = "token and client certificate", .tls = true, .config = {}, .secrets = key_data});
  all.back().config.user =
      fmt::format(R"("token": "planted-token", "client-certificate-data": "{}", "client-key-data": "{}")",
                  adapters::base64_encode(client.certificate), adapters::base64_encode(client.key));
  all.back().secrets.emplace_back("planted-token");

  all.push_back({.name = "plugin", .tls = true, .config = {}, .secrets = key});
  folder.write("credential.json",
               credential("planted-of-plugin", fmt::format(R"(,"clientCertificateData":"{}","clientKeyData":"{}")",
                                                           escaped(client.certificate), escaped(client.key))));
  all.back().config.user = Kubeconfig::plugin(
      folder.script("plugin",
                    "echo chatter planted-chatter >&2; cat " + (folder.path() / "credential.json").string()),
      R"(, "env": [{"name": "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "value": "planted-principal"}])");
  for (const char* secret : {"planted-of-plugin", "planted-principal", "planted-chatter"})
    all.back().secrets.emplace_back(secret);

  const std::string basic = adapters::base64_encode("jane:planted-password");
  all.push_back({.name = "password", .config = {}, .secrets = {"planted-password", basic}});
  all.back().config.user = R"("username": "jane", "password": "planted-password")";

  const std::string file = folder.write("token", "planted-in-file\n");
  all.push_back({.name = "token file through a proxy", .proxied = true, .config = {}, .secrets = {}});
  all.back().config.user = fmt::format(R"("tokenFile": "{}")", file);
  all.back().secrets = {"planted-in-file", "planted-proxy", adapters::base64_encode("p:planted-proxy")};
  return all;
}

// A server that repeats what it was shown in everything that it refuses.
TinyCluster::Fault echo(int code, const std::string& path, int times) {
  const auto left = std::make_shared<std::atomic<int>>(times);
  return [=](const TestRequest& request, TestPeer& peer) {
    if (!is_for(request, path) || left->fetch_sub(1) <= 0) return false;
    std::string shown;
    for (const char* name : {"authorization", "proxy-authorization"}) {
      const auto found = request.headers.find(name);
      if (found != request.headers.end()) shown += found->second + " ";
    }
    std::string body = status_json(code, "Refused", "not with " + shown);
    body.insert(body.size() - 1, R"(,"details":{"causes":[{"reason":"r","message":"nor )" + shown +
                                     R"(","field":")" + shown + "\"}]}");
    peer.answer(code, body);
    return true;
  };
}

class PlantedSecrets : public testing::Test {
 protected:
  Folder folder;
  TestAuthority authority{"ours"};
  TestIdentity server_identity = authority.issue("server", "IP:127.0.0.1"), client = authority.issue("jane", "");
  TinyCluster cluster;
  std::string config;                // path
  std::vector<std::string> secrets;  // of the identity

  void SetUp() override { plant(cluster); }

  // Calls `use` for each way to sign in.
  template <class Use>
  void with_each_identity(Use use) {
    for (Identity& identity : identities(folder, client)) {
      SCOPED_TRACE(identity.name);
      const FaultServer server(
          [&](TestRequest request, TestPeer& peer) {
            if (identity.proxied) request.target.erase(0, request.target.find('/', 8));
            cluster.answer(request, peer);
          },
          identity.tls ? &server_identity : nullptr, identity.tls ? authority.certificate() : "");
      identity.config.server = identity.proxied ? "http://kube.example" : server.url();
      if (identity.tls) identity.config.ca = authority.certificate();
      if (identity.proxied)
        identity.config.cluster =
            fmt::format(R"(, "proxy-url": "http://p:planted-proxy@127.0.0.1:{}")", server.port());
      config = folder.write("config", identity.config.text());
      secrets = identity.secrets;
      use();
      for (const TestRequest& request : server.received())
        EXPECT_EQ(request.target.find("/secrets"), std::string::npos) << "Secrets are never asked for";
      EXPECT_FALSE(server.received().empty());
    }
  }

  // That the text has no secret of the identity, and of the objects' marks those alone that `may` lets pass.
  void expect_clean(const std::string& text, bool Mark::* may = nullptr) const {
    for (const std::string& secret : secrets) EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    for (const Mark& mark : object_marks()) {
      const bool allowed = may != nullptr && mark.*may;
      EXPECT_TRUE(allowed || text.find(mark.text) == std::string::npos)
          << mark.text << " in " << text.substr(0, 3000);
    }
  }
};

TEST_F(PlantedSecrets, AreInNoReportOfALivingCluster) {
  cluster.fault = echo(403, "/services", always);
  with_each_identity([&] {
    for (const char* format : {"table", "json", "sarif", "junit", "html", "markdown"}) {
      const adapters::Output output = bulwark(folder, {"scan", "--cluster", "-A", "--kubeconfig", config,
                                                       "--standard", "all", "--details", "all", "-o", format});
      EXPECT_EQ(output.status, 1) << output.err;
      EXPECT_THAT(output.out, HasSubstr("host-pid")) << format;
      expect_clean(output.out + output.err);
    }
  });
}

// Two snapshots are taken at two times.
std::string without_time(std::string snapshot) {
  constexpr std::string_view key = "\"takenAt\":\"";
  const std::size_t at = snapshot.find(key);
  EXPECT_NE(at, std::string::npos);
  return at == std::string::npos ? snapshot : snapshot.erase(at, key.size() + 20);
}

TEST_F(PlantedSecrets, AreInSnapshotsByLevelAlone) {
  cluster.fault = echo(403, "/services", always);
  struct Level {
    const char* name;
    bool Mark::* may;
  };
  with_each_identity([&] {
    for (const Level& level :
         {Level{"none", &Mark::none}, Level{"default", &Mark::standard}, Level{"strict", &Mark::strict}}) {
      SCOPED_TRACE(level.name);
      const std::string path = (folder.path() / (std::string(level.name) + ".json.zst")).string();
      std::filesystem::remove(path);
      const adapters::Output written =
          bulwark(folder, {"snapshot", "-A", "--kubeconfig", config, "--redact", level.name, "-o", path});
      const adapters::Output shown =
          bulwark(folder, {"snapshot", "-A", "--kubeconfig", config, "--redact", level.name});
      EXPECT_EQ(written.status, 0) << written.err;
      EXPECT_EQ(shown.status, 0) << shown.err;
      expect_clean(written.out + written.err + shown.err);
      struct stat status{};
      EXPECT_EQ(::stat(path.c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 07777, 0600U);
      const auto text = adapters::decompress(folder.read(std::string(level.name) + ".json.zst"));
      ASSERT_TRUE(text) << text.error().text();
      EXPECT_EQ(without_time(*text), without_time(shown.out));
      expect_clean(*text, level.may);
      // The marks are there to be found: what a level lets pass is in it.
      for (const Mark& mark : object_marks()) {
        EXPECT_EQ(text->find(mark.text) != std::string::npos, mark.*level.may) << mark.text;
      }
    }
    // What is read of them later. A fix that is shown quotes the file's own lines.
    for (const char* format : {"table", "json", "sarif", "junit", "html", "markdown"}) {
      for (const char* level : {"default", "strict"}) {
        const std::string path = (folder.path() / level).string() + ".json.zst";
        const adapters::Output output = bulwark(folder, {"scan", "--details", "all", "-o", format, path});
        EXPECT_EQ(output.status, 1) << output.err;
        expect_clean(output.out + output.err, &Mark::standard);
      }
    }
    for (const char* format : {"text", "json"}) {
      const adapters::Output output =
          bulwark(folder, {"diff", "-o", format, (folder.path() / "none.json.zst").string(),
                           (folder.path() / "strict.json.zst").string()});
      EXPECT_LT(output.status, 2) << output.err;
      expect_clean(output.out + output.err);
    }
  });
}

TEST_F(PlantedSecrets, AreInNoError) {
  struct Case {
    const char *name, *path;
    int code, times;
    int exit;
    const char* says;
  };
  for (const Case& c : {Case{"refused", "/version", 401, always, 3, "the credentials are refused"},
                        Case{"forbidden", "/version", 403, always, 3, "not with"},
                        Case{"refused later", "/apis", 401, always, 3, "the credentials are refused"},
                        Case{"busy", "/version", 503, 2, 0, "trying again"},
                        Case{"a list that fails", "/pods", 500, 2, 0, "trying again"}}) {
    SCOPED_TRACE(c.name);
    with_each_identity([&] {
      cluster.fault = echo(c.code, c.path, c.times);
      const adapters::Output output = bulwark(folder, {"snapshot", "-A", "--kubeconfig", config});
      EXPECT_EQ(output.status, c.exit) << output.err;
      EXPECT_THAT(output.err, HasSubstr(c.says));
      expect_clean(output.err);
      expect_clean(output.out, &Mark::standard);
    });
  }
}

}  // namespace
}  // namespace bulwark::faults

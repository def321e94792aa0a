// `bulwark scan --cluster` against a real API server, by the program itself.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "adapters/os/file_text.h"
#include "e2e/findings.h"
#include "e2e/suite.h"

namespace bulwark::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class LiveScan : public Suite<LiveScan> {
 protected:
  static constexpr std::string_view manifests = BULWARK_SOURCE_DIR "/tests/e2e/live/shop.yaml";

  static void SetUpTestSuite() {
    Suite::SetUpTestSuite();
    if (!plane_is_up()) return;
    const adapters::Output applied = kubectl({"apply", "--validate=false", "-f", std::string(manifests)});
    EXPECT_EQ(applied.status, 0) << applied.err;
    // The controllers have made what the manifests ask for.
    EXPECT_TRUE(eventually([] {
      return kubectl({"get", "pods", "-n", "shop", "-o", "name"}).out.find("cart-0") != std::string::npos &&
             kubectl({"get", "rs", "-n", "shop", "-o", "jsonpath={.items[*].status.replicas}"}).out == "3";
    }));
  }

  static adapters::Output bulwark(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BULWARK_PROGRAM);
    auto output = adapters::run_program(arguments);
    if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
    return *std::move(output);
  }
  static adapters::Output scan_as(const std::string& kubeconfig, std::vector<std::string> more) {
    more.insert(more.begin(), {"scan", "--cluster", "--kubeconfig", kubeconfig});
    return bulwark(std::move(more));
  }
  static adapters::Output scan(std::vector<std::string> more) {
    return scan_as(plane().kubeconfig().string(), std::move(more));
  }
};

TEST_F(LiveScan, FindsWhatTheFilesSay) {
  const adapters::Output files = bulwark({"scan", "--kube-version", fmt::format("1.{}", plane().programs().minor),
                                          "-o", "json", std::string(manifests)});
  const adapters::Output live = scan({"-A", "-o", "json"});
  EXPECT_EQ(files.status, 1) << files.err;
  EXPECT_EQ(live.status, 1) << live.err;
  const Findings of_files(files.out), of_cluster(live.out);
  EXPECT_GT(of_files.of_shop.size(), 20U) << of_files.text;
  EXPECT_EQ(of_cluster.of_shop, of_files.of_shop);
  // There is no text that could be mended; every detail is shown without one.
  EXPECT_THAT(files.out, HasSubstr(R"("fix":{"available":true)"));
  EXPECT_THAT(live.out, Not(HasSubstr(R"("fix":{"available":true)")));
  EXPECT_EQ(scan({"-A", "--details", "all"}).status, 1);
}

TEST_F(LiveScan, NamesOwnersAndWriters) {
  const adapters::Output live = scan({"-n", "shop", "--only", "privileged-container", "-o", "json"});
  EXPECT_THAT(live.out, HasSubstr(R"("kind":"Deployment","namespace":"shop","name":"web")"));
  EXPECT_THAT(live.out, HasSubstr(R"("managedBy":"Helm release shop/shop")"));
  // The pods have it from the Deployment, which says it once.
  EXPECT_THAT(live.out, HasSubstr(R"("findings": 1,)"));
}

TEST_F(LiveScan, JudgesByTheServersVersion) {
  EXPECT_THAT(scan({"-n", "shop", "-o", "json"}).out,
              HasSubstr(fmt::format(R"("kubernetesVersion": "1.{}")", plane().programs().minor)));
  EXPECT_THAT(scan({"-n", "shop", "-o", "json", "--kube-version", "1.30"}).out,
              HasSubstr(R"("kubernetesVersion": "1.30")"));
}

TEST_F(LiveScan, WhatCannotBeReadIsUnknown) {
  const auto nobody = plane().kubeconfig("nobody", {});
  ASSERT_TRUE(nobody) << nobody.error().text();
  const adapters::Output nothing = scan_as(nobody->string(), {"-A"});
  EXPECT_EQ(nothing.status, 3);
  EXPECT_THAT(nothing.err, HasSubstr("nothing can be read"));
  EXPECT_THAT(nothing.err, HasSubstr("nobody"));
  const adapters::Output nothing_there = scan_as(nobody->string(), {"-n", "shop"});
  EXPECT_EQ(nothing_there.status, 3);
  EXPECT_THAT(nothing_there.err, HasSubstr("nothing can be read"));

  // Who may read pods alone sees them judged, and all else as unknown.
  EXPECT_EQ(kubectl({"create", "clusterrole", "pods", "--verb=list", "--resource=pods"}).status, 0);
  EXPECT_EQ(kubectl({"create", "clusterrolebinding", "pods", "--clusterrole=pods", "--user=reader"}).status, 0);
  const auto reader = plane().kubeconfig("reader", {});
  ASSERT_TRUE(reader) << reader.error().text();
  const adapters::Output pods = scan_as(reader->string(), {"-A", "-o", "json"});
  const Findings some(pods.out);
  EXPECT_THAT(some.text, HasSubstr("host-pid broken Pod shop/debug"));
  EXPECT_THAT(some.text, HasSubstr("unreadable-kind unknown Snapshot"));
  EXPECT_THAT(some.text, HasSubstr("Deployment of apps/v1 could not be read: Forbidden"));
}

TEST_F(LiveScan, TheRoleOfPermissionsIsEnough) {
  const adapters::Output role = bulwark({"permissions"});
  const auto path = plane().folder() / "role.yaml";
  ASSERT_TRUE(write_file(path, role.out));
  EXPECT_EQ(kubectl({"apply", "-f", path.string()}).status, 0);
  EXPECT_EQ(
      kubectl({"create", "clusterrolebinding", "scanners", "--clusterrole=bulwark-reader", "--group=scanners"})
          .status,
      0);
  const auto scanner = plane().kubeconfig("scanner", {"scanners"});
  ASSERT_TRUE(scanner) << scanner.error().text();
  const adapters::Output live = scan_as(scanner->string(), {"-A", "-o", "json"});
  const Findings found(live.out);
  EXPECT_THAT(found.text, Not(HasSubstr("unreadable-kind")));
  EXPECT_THAT(found.text, Not(HasSubstr("deprecated-api-requests unknown")));
  EXPECT_GT(found.of_shop.size(), 20U);
  // It reads no Secrets: the role does not even allow it.
  EXPECT_THAT(kubectl_as(scanner->string(), {"auth", "can-i", "list", "secrets", "-A"}).out, HasSubstr("no"));
}

TEST_F(LiveScan, SnapshotsHoldWhatTheChecksNeedAndNothingSecret) {
  const auto made = plane().folder() / "cluster.json.zst", plain = plane().folder() / "cluster.json";
  ASSERT_EQ(
      kubectl({"create", "secret", "generic", "planted", "-n", "shop", "--from-literal=k=planted-secret"}).status,
      0);
  ASSERT_EQ(kubectl({"create", "configmap", "planted", "-n", "shop", "--from-literal=k=planted-value"}).status, 0);
  ASSERT_EQ(kubectl({"run", "planted", "-n", "shop", "--image=x", "--env=K=planted-variable"}).status, 0);
  const std::string kubeconfig = plane().kubeconfig().string();
  for (const auto& path : {made, plain}) {
    const adapters::Output output = bulwark({"snapshot", "--kubeconfig", kubeconfig, "-A", "-o", path.string()});
    EXPECT_EQ(output.status, 0) << output.err;
  }
  // The same objects give the same findings, whichever way they come.
  const std::string version = fmt::format("1.{}", plane().programs().minor);
  const Findings live(scan({"-A", "-o", "json"}).out),
      packed(bulwark({"scan", "-o", "json", "--snapshot", made.string()}).out),
      unpacked(bulwark({"scan", "--kube-version", version, "-o", "json", plain.string()}).out);
  EXPECT_GT(live.of_shop.size(), 20U);
  EXPECT_EQ(packed.of_shop, live.of_shop);
  EXPECT_EQ(unpacked.of_shop, live.of_shop);

  auto text = adapters::FileText::read(plain.string()), own = adapters::FileText::read(kubeconfig);
  ASSERT_TRUE(text) << text.error().text();
  ASSERT_TRUE(own) << own.error().text();
  const std::size_t key = own->text().find("client-key-data: ");
  ASSERT_NE(key, std::string_view::npos);
  EXPECT_EQ(text->text().find(own->text().substr(key + 17, 60)), std::string_view::npos);
  for (const char* secret : {"planted-secret", "planted-value", "planted-variable", "cGxhbnRlZC1zZWNyZXQ="}) {
    EXPECT_EQ(text->text().find(secret), std::string_view::npos) << secret;
  }
  EXPECT_NE(text->text().find("\"redaction\":\"default\""), std::string_view::npos);
}

TEST_F(LiveScan, IsAPluginOfKubectl) {
  const auto folder = plane().folder() / "bin";
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink(BULWARK_PROGRAM, folder / "kubectl-bulwark");
  auto output = adapters::run_program({"env", "PATH=" + folder.string() + ":" + std::getenv("PATH"),
                                       "KUBECONFIG=" + plane().kubeconfig().string(), "kubectl", "bulwark", "scan",
                                       "-n", "shop", "--only", "privileged-container"});
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->status, 1) << output->err;
  EXPECT_THAT(output->out, HasSubstr("Deployment shop/web"));
}

TEST_F(LiveScan, DiffSaysWhatChanged) {
  const auto before = plane().folder() / "before.json.zst", after = plane().folder() / "after.json.zst";
  const std::string kubeconfig = plane().kubeconfig().string();
  ASSERT_EQ(bulwark({"snapshot", "--kubeconfig", kubeconfig, "-A", "-o", before.string()}).status, 0);
  ASSERT_EQ(kubectl({"create", "deployment", "late", "-n", "shop", "--image=x"}).status, 0);
  ASSERT_EQ(kubectl({"label", "serviceaccount", "web", "-n", "shop", "team=a"}).status, 0);
  ASSERT_EQ(bulwark({"snapshot", "--kubeconfig", kubeconfig, "-A", "-o", after.string()}).status, 0);
  const adapters::Output output = bulwark({"diff", before.string(), after.string()});
  EXPECT_THAT(output.out, HasSubstr("+ Deployment shop/late\n"));
  EXPECT_THAT(output.out, HasSubstr("~ ServiceAccount shop/web\n"));
  EXPECT_THAT(output.out, HasSubstr("run-as-non-root  Deployment shop/late"));
  EXPECT_EQ(output.status, 1);
  const adapters::Output back = bulwark({"diff", "--fail-on", "critical", after.string(), before.string()});
  EXPECT_THAT(back.out, HasSubstr("- Deployment shop/late\n"));
  EXPECT_EQ(back.status, 0) << back.out;
  EXPECT_THAT(bulwark({"diff", before.string(), before.string()}).out,
              HasSubstr("0 new, 0 gone; objects: 0 added"));
}

TEST_F(LiveScan, ReadableErrors) {
  struct Case {
    std::vector<std::string> arguments;
    const char* message;
  };
  for (const Case& c : {
           Case{{"scan", "--cluster", "--kubeconfig", "/nowhere/config"}, "/nowhere/config"},
           Case{{"scan", "--cluster", "--kubeconfig", plane().kubeconfig().string(), "--context", "other"},
                "other"},
           Case{{"scan", "--cluster", "a.yaml"}, "--cluster reads no files"},
       }) {
    const adapters::Output output = bulwark(c.arguments);
    EXPECT_EQ(output.status, 2) << output.out;
    EXPECT_THAT(output.err, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace bulwark::e2e

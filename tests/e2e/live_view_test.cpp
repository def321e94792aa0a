// `bulwark scan --cluster --watch` against a real API server: what it tells is what a scan finds.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <functional>
#include <map>
#include <set>

#include "adapters/os/file_text.h"
#include "e2e/findings.h"
#include "e2e/suite.h"
#include "e2e/support/child.h"

namespace bulwark::e2e {
namespace {

using testing::HasSubstr;

// A view that runs, and what it has told so far.
class View : private document::DocumentSink {
 public:
  View(const std::filesystem::path& kubeconfig, std::filesystem::path log) : log_(std::move(log)) {
    auto started = Child::start({.arguments = {BULWARK_PROGRAM, "scan", "--cluster", "-A", "--watch", "-o", "json",
                                               "--kubeconfig", kubeconfig.string()},
                                 .environment = {},
                                 .log = log_});
    EXPECT_TRUE(started) << started.error().text();
    if (started) child_ = *std::move(started);
  }

  // Reads on; whether all that was there at the start has been told.
  bool is_synced() {
    read();
    return synced_;
  }
  const std::set<std::string>& findings() {
    read();
    return present_;
  }
  bool has(std::string_view part) {
    read();
    return std::any_of(present_.begin(), present_.end(),
                       [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }
  const std::string& text() const { return text_; }
  Child& child() { return child_; }

 private:
  void read() {
    auto file = adapters::FileText::read(log_.string());
    if (!file) return;
    text_ = file->text();
    for (std::size_t end = text_.find('\n', read_); end != std::string::npos; end = text_.find('\n', read_)) {
      const std::string line = text_.substr(read_, end - read_);
      read_ = end + 1;
      if (!line.starts_with('{')) continue;  // a warning
      const document::Source source("", line);
      base::Arena arena;
      document::read_json(source, {0, static_cast<std::uint32_t>(line.size())}, 0, arena, {}, *this);
    }
  }
  void on_document(const document::Node& root) override {
    const std::string type(root.find("type")->text());
    if (type == "SYNCED") {
      synced_ = true;
      return;
    }
    const std::string line = finding_line(*root.find("finding"));
    const std::string name = line.substr(0, line.find(": "));
    const auto known = lines_.find(name);
    EXPECT_EQ(known != lines_.end(), type != "ADDED") << type << ' ' << line;
    if (known != lines_.end()) {
      present_.erase(known->second);
      lines_.erase(known);
    }
    if (type == "DELETED") return;
    lines_.emplace(name, line);
    present_.insert(line);
  }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

  std::filesystem::path log_;
  Child child_;
  std::string text_;
  std::size_t read_ = 0;
  bool synced_ = false;
  std::map<std::string, std::string> lines_;  // by what stays when a finding is modified
  std::set<std::string> present_;
};

class LiveView : public Suite<LiveView> {
 protected:
  static std::set<std::string> scan() {
    auto output = adapters::run_program(
        {BULWARK_PROGRAM, "scan", "--cluster", "-A", "-o", "json", "--kubeconfig", plane().kubeconfig().string()});
    EXPECT_TRUE(output) << output.error().text();
    return output ? Findings(output->out).all : std::set<std::string>{};
  }
  static void apply(const std::string& yaml) {
    const auto path = plane().folder() / "applied.yaml";
    ASSERT_TRUE(write_file(path, yaml));
    const adapters::Output applied = kubectl({"apply", "--validate=false", "-f", path.string()});
    ASSERT_EQ(applied.status, 0) << applied.err;
  }
  // In the end the view and a scan say the same.
  static void expect_as_scanned(View& view) {
    std::set<std::string> scanned;
    EXPECT_TRUE(eventually([&] { return view.findings() == (scanned = scan()); }));
    EXPECT_EQ(view.findings(), scanned)
        << view.text().substr(view.text().size() - std::min<std::size_t>(view.text().size(), 4000));
    EXPECT_FALSE(scanned.empty());
  }
};

constexpr std::string_view pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: {0}, namespace: default, labels: {{v: '{2}'}}}}\n"
    "spec: {{hostPID: {1}, containers: [{{name: a, image: 'x:1'}}]}}\n";

TEST_F(LiveView, FindingsComeAndGo) {
  View view(plane().kubeconfig(), plane().folder() / "come-and-go.log");
  ASSERT_TRUE(eventually([&] { return view.is_synced(); })) << view.text();
  EXPECT_FALSE(view.has("host-pid broken Pod default/bad"));
  apply(fmt::format(pod, "bad", true, 1));
  EXPECT_TRUE(eventually([&] { return view.has("host-pid broken Pod default/bad"); })) << view.text();
  expect_as_scanned(view);
  EXPECT_EQ(kubectl({"delete", "pod", "bad", "--grace-period=0", "--force"}).status, 0);
  EXPECT_TRUE(eventually([&] { return !view.has("Pod default/bad"); })) << view.text();
  expect_as_scanned(view);

  ASSERT_EQ(::kill(view.child().pid(), SIGINT), 0);
  EXPECT_TRUE(eventually([&] { return !view.child().is_running(); }, std::chrono::seconds(5)));
  EXPECT_EQ(view.child().status(), 128 + SIGINT);
}

TEST_F(LiveView, KindsComeAndGoWithTheirDefinitions) {
  View view(plane().kubeconfig(), plane().folder() / "kinds.log");
  ASSERT_TRUE(eventually([&] { return view.is_synced(); })) << view.text();
  apply(
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
      "metadata: {name: azureidentitybindings.aadpodidentity.k8s.io, annotations: {api-approved.kubernetes.io: "
      "unapproved}}\n"
      "spec: {group: aadpodidentity.k8s.io, scope: Namespaced, names: {plural: azureidentitybindings, kind: "
      "AzureIdentityBinding}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
      "object, x-kubernetes-preserve-unknown-fields: true}}}]}\n");
  ASSERT_TRUE(eventually([] { return kubectl({"get", "azureidentitybindings", "-A"}).status == 0; }));
  apply(
      "apiVersion: aadpodidentity.k8s.io/v1\nkind: AzureIdentityBinding\nmetadata: {name: late, namespace: "
      "default}\n"
      "spec: {azureIdentity: a, selector: b}\n");
  EXPECT_TRUE(eventually([&] { return view.has("AzureIdentityBinding default/late"); })) << view.text();
  expect_as_scanned(view);
  EXPECT_EQ(kubectl({"delete", "crd", "azureidentitybindings.aadpodidentity.k8s.io"}).status, 0);
  EXPECT_TRUE(eventually([&] { return !view.has("AzureIdentityBinding default/late"); })) << view.text();
  expect_as_scanned(view);
}

// Nothing is lost while the API server is away, and what it did not see is seen afterwards.
TEST_F(LiveView, SurvivesARestartOfTheApiServer) {
  for (int i = 0; i < 8; ++i) apply(fmt::format(pod, fmt::format("p{}", i), i % 2 == 0, 1));
  View view(plane().kubeconfig(), plane().folder() / "restart.log");
  ASSERT_TRUE(eventually([&] { return view.is_synced(); })) << view.text();
  for (int round = 0; round < 2; ++round) {
    plane().stop_api_server();
    // Long enough to be noticed and told.
    EXPECT_TRUE(
        eventually([&] { return view.findings(), view.text().find("trying again") != std::string::npos; }));
    const auto back = plane().start_api_server();
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(kubectl({"delete", "pod", fmt::format("p{}", round), "--grace-period=0", "--force"}).status, 0);
    apply(fmt::format(pod, fmt::format("late{}", round), true, round));
    EXPECT_TRUE(eventually([&] { return view.has(fmt::format("host-pid broken Pod default/late{}", round)); },
                           std::chrono::seconds(60)))
        << view.text();
  }
  expect_as_scanned(view);
  EXPECT_TRUE(view.child().is_running());
}

}  // namespace
}  // namespace bulwark::e2e

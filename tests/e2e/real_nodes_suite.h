// Two real nodes for a suite of tests, and the pods of the guide (examples/guide) as they can run there.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "e2e/suite.h"
#include "e2e/support/real_nodes.h"

namespace bulwark::e2e {

inline constexpr std::string_view busybox = "docker.io/library/busybox:1.35";
// The images of the pods as printed; on these nodes each is a busybox.
inline constexpr const char* printed_images[] = {
    "mcr.microsoft.com/dotnet/runtime-deps:6.0", "docker.io/library/busybox:1.28",
    "mcr.microsoft.com/oss/nginx/nginx:1.15.5-alpine", "mcr.microsoft.com/azurelinux/base/nginx:1"};

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string example(const std::string& name) {
  return read(std::filesystem::path(BULWARK_SOURCE_DIR) / "examples/guide" / name);
}

// Replaces all; what is to be replaced must be there.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  for (; at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

// Replaces each line that begins, after its indentation, with `start`; there must be one.
inline std::string with_lines(const std::string& text, std::string_view start, std::string_view line) {
  std::string result;
  std::size_t found = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view old(text.data() + at, end - at);
    const std::size_t indent = std::min(old.find_first_not_of(' '), old.size());
    if (old.substr(indent).starts_with(start)) {
      ++found;
      result += std::string(indent, ' ') + std::string(line) + '\n';
    } else {
      result += std::string(old) + '\n';
    }
    at = end + 1;
  }
  EXPECT_GT(found, 0U) << start;
  return result;
}

class RealNodesSuite : public Suite<RealNodesSuite> {
 public:
  static ControlPlaneOptions options() { return RealNodes::with_nodes(); }
  static std::string why_not(const Programs& programs) {
    if (!is_switched_off("BULWARK_REAL_NODES")) return RealNodes::why_not(programs);
    skips_are_wanted = true;
    return "BULWARK_REAL_NODES=0 switches them off";
  }

  static void SetUpTestSuite() {
    Suite::SetUpTestSuite();
    if (!plane_is_up()) return;
    RealNodesOptions options;
    options.images.assign(std::begin(printed_images), std::end(printed_images));
    options.images.emplace_back(busybox);
    // The label of what installs the corrected profile.
    options.labels["nodes.contoso.example/prevent-chmod"] = "installed";
    options.seccomp_profiles["prevent-chmod.names.json"] = example("corrected/prevent-chmod.names.json");
    auto started = RealNodes::start(plane(), options);
    if (started) {
      nodes_ = *std::move(started);
    } else {
      error_ = started.error().text();
    }
    ASSERT_TRUE(nodes_) << error_;
    // The page prints the profile twice and calls both prevent-chmod: one on each node.
    for (const auto& [node, profile] : {std::pair("node-1", "name"), {"node-2", "names"}}) {
      ASSERT_TRUE(write_file(nodes_->folder(node) / "lib/kubelet/seccomp/prevent-chmod",
                             example(fmt::format("as-printed/prevent-chmod.{}.json", profile))));
    }
    apply(example("corrected/namespace.yaml"));
    // Probes make these ready some time later, while other tests run. The web server of the second is busybox's.
    apply(corrected("userns.yaml"));
    apply(corrected("pdb-blocks-drain.yaml", "\n        command: [httpd, -f, -p, '8080', -h, /srv]"));
  }
  static void TearDownTestSuite() {
    nodes_.reset();
    Suite::TearDownTestSuite();
  }
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped() && !HasFatalFailure() && !nodes_) GTEST_FAIL() << error_;
  }
  void TearDown() override {
    Suite::TearDown();
    if (HasFailure() && nodes_) GTEST_LOG_(INFO) << "\n" << nodes_->logs();
  }

 protected:
  static RealNodes& nodes() { return *nodes_; }

  // Applies a manifest, into a namespace where it names none. What 1.20 does not know is dropped, as it does in a
  // cluster.
  static void apply(const std::string& manifest, const std::string& name_space = "default") {
    if (name_space != "default") {
      kubectl({"create", "namespace", name_space});
      EXPECT_TRUE(eventually([&] { return kubectl({"-n", name_space, "get", "sa", "default"}).status == 0; }));
    }
    static int count = 0;
    const auto path = plane().folder() / fmt::format("manifest-{}.yaml", ++count);
    ASSERT_TRUE(write_file(path, manifest));
    // The namespace of the corrected examples is in the files.
    std::vector<std::string> arguments = {"apply", "--validate=false", "-f", path.string()};
    if (name_space != "default") arguments.insert(arguments.end(), {"-n", name_space});
    const adapters::Output applied = kubectl(arguments);
    EXPECT_EQ(applied.status, 0) << applied.err << manifest;
  }

  // A corrected example with an image that is there: its own is a placeholder.
  static std::string corrected(const std::string& name, std::string_view more = "") {
    std::string text = with_lines(example("corrected/" + name), "image:", fmt::format("image: {}", busybox));
    text = with_lines(text, "imagePullPolicy:", fmt::format("imagePullPolicy: IfNotPresent{}", more));
    return with_budget(std::move(text));
  }
  // The version of budgets that this server knows.
  static std::string with_budget(std::string text) {
    if (plane().programs().minor >= 21 || !text.contains("policy/v1\n")) return text;
    return replaced(std::move(text), "policy/v1\n", "policy/v1beta1\n");
  }

  static std::string field(std::vector<std::string> what, const std::string& jsonpath) {
    what.insert(what.begin(), "get");
    what.push_back("-o=jsonpath=" + jsonpath);
    return kubectl(what).out;
  }
  // Waits until a field of a pod is that, and says what it is.
  static std::string pod_field(const std::string& name_space, const std::string& pod, const std::string& jsonpath,
                               std::string_view wanted) {
    std::string is;
    eventually([&] { return (is = field({"-n", name_space, "pod", pod}, jsonpath)) == wanted; });
    return is;
  }
  static std::string phase(const std::string& name_space, const std::string& pod, std::string_view wanted) {
    return pod_field(name_space, pod, "{.status.phase}", wanted);
  }
  static std::string waits_for(const std::string& name_space, const std::string& pod, std::string_view wanted) {
    return pod_field(name_space, pod, "{.status.containerStatuses[0].state.waiting.reason}", wanted);
  }
  static std::string log_of(const std::string& name_space, const std::string& pod) {
    const adapters::Output output = kubectl({"-n", name_space, "logs", pod});
    EXPECT_EQ(output.status, 0) << output.err;
    return output.out;
  }
  // /proc/self/status of a process that runs in a pod's container.
  static std::string status_in(const std::string& name_space, const std::string& what) {
    const adapters::Output output = kubectl({"-n", name_space, "exec", what, "--", "cat", "/proc/self/status"});
    EXPECT_EQ(output.status, 0) << output.err;
    return output.out;
  }
  static bool has_app_armor() { return std::filesystem::exists("/sys/kernel/security/apparmor/profiles"); }
  static std::string events(const std::string& name_space) {
    return kubectl({"-n", name_space, "get", "events,pods", "-o", "wide"}).out;
  }

 private:
  static inline std::unique_ptr<RealNodes> nodes_;
  static inline std::string error_;
};

}  // namespace bulwark::e2e

// What the end-to-end suites share: one control plane for all tests of a suite, and the programs that talk to it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/os/process.h"
#include "e2e/support/control_plane.h"

namespace bulwark::e2e {

// Set when who runs the tests has said that they shall not run: then a skipped test is no failure, even where
// every test must run (BULWARK_NO_SKIP=1).
inline bool skips_are_wanted = false;

inline bool is_switched_off(const char* variable) {
  const char* wanted = std::getenv(variable);
  return wanted != nullptr && std::string_view(wanted) == "0";
}

// Derive a fixture from Suite<itself>: `class Live : public Suite<Live> {};`. A static member function
// `options()` of it says what the control plane is to be like, and `why_not()` why its tests cannot run on this
// machine. Without the programs of the control plane each test is skipped; a control plane that does not come up
// fails each.
template <class Fixture>
class Suite : public testing::Test {
 public:
  static ControlPlaneOptions options() { return {}; }
  static std::string why_not(const Programs& /*programs*/) { return {}; }

  static void SetUpTestSuite() {
    if (is_switched_off("BULWARK_E2E")) {
      why_not_ = "BULWARK_E2E=0 switches them off";
      skips_are_wanted = true;
    } else if (adapters::find_program("kubectl").empty()) {
      why_not_ = "kubectl is not installed";
    } else if (const auto programs = find_programs(); !programs) {
      why_not_ = programs.error().text();
    } else if (std::string reason = Fixture::why_not(*programs); !reason.empty()) {
      why_not_ = std::move(reason);
    } else if (auto started = ControlPlane::start(Fixture::options())) {
      plane_ = *std::move(started);
    } else {
      why_not_ = started.error().text();
      broken_ = true;
    }
  }
  static void TearDownTestSuite() { plane_.reset(); }

  void SetUp() override {
    if (plane_) return;
    if (broken_) GTEST_FAIL() << why_not_;
    GTEST_SKIP() << why_not_;
  }

  void TearDown() override {
    if (HasFailure() && plane_) GTEST_LOG_(INFO) << "\n" << plane_->logs();
  }

  static ControlPlane& plane() { return *plane_; }
  static bool plane_is_up() { return plane_ != nullptr; }  // in TearDown: false when the test was skipped

  // Runs kubectl as the cluster's administrator, or with another kubeconfig. Its caches stay in the cluster's
  // folder.
  static adapters::Output kubectl(const std::vector<std::string>& arguments) {
    return kubectl_as(plane().kubeconfig().string(), arguments);
  }
  static adapters::Output kubectl_as(const std::string& kubeconfig, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig=" + kubeconfig,
                                         "--cache-dir=" + (plane().folder() / "kubectl").string()});
    auto output = adapters::run_program(arguments);
    if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
    return *std::move(output);
  }

 private:
  static inline std::unique_ptr<ControlPlane> plane_;
  static inline std::string why_not_;
  static inline bool broken_ = false;
};

// Asks until `done` says yes, at most as long as `patience`.
template <class Done>
bool eventually(Done done, std::chrono::seconds patience = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace bulwark::e2e

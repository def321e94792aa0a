#include "upgrade/drain_filters.h"

#include <gtest/gtest.h>

#include <functional>

#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {
namespace {

using Reason = PodDeleteStatus::Reason;
using ScriptedPod = ScriptedCluster::ScriptedPod;

struct FilterCase {
  std::string_view name;
  ScriptedPod pod;
  std::function<void(DrainOptions&)> flags;
  bool removed;
  Reason reason;
  std::string_view message;
};

ScriptedPod owned() { return {.name = "web-1", .uid = {}, .node = "n", .deletion = {}}; }
ScriptedPod of_daemon_set(std::string name) {
  ScriptedPod pod = owned();
  pod.controller_kind = "DaemonSet";
  pod.controller = std::move(name);
  return pod;
}
ScriptedPod naked() {
  ScriptedPod pod = owned();
  pod.controller_kind = "";
  return pod;
}
ScriptedPod with(ScriptedPod pod, const std::function<void(ScriptedPod&)>& change) {
  change(pod);
  return pod;
}

const auto no_flags = [](DrainOptions&) {};
const auto force = [](DrainOptions& options) { options.force = true; };
const auto ignore = [](DrainOptions& options) { options.ignore_daemon_sets = true; };
const auto empty_dir = [](ScriptedPod& pod) { pod.empty_dir = true; };
const auto finished = [](ScriptedPod& pod) { pod.finished = true; };
const auto mirror = [](ScriptedPod& pod) { pod.mirror = true; };
const auto delete_data = [](DrainOptions& options) { options.delete_empty_dir_data = true; };
const auto skip_20 = [](DrainOptions& options) {
  options.skip_wait_for_delete_timeout = std::chrono::seconds(20);
};

auto deleted_for(std::chrono::milliseconds age) {
  return [age](ScriptedPod& pod) { pod.deletion = ScriptedCluster::start - age; };
}

using namespace std::chrono_literals;

constexpr std::string_view not_found = "daemonsets.apps \"old\" not found";

const FilterCase filter_cases[] = {
    {"of a ReplicaSet", owned(), no_flags, true, Reason::okay, ""},
    {"of a Job that is of no known kind", with(owned(), [](ScriptedPod& p) { p.controller_kind = "Workflow"; }),
     no_flags, true, Reason::okay, ""},

    {"DaemonSet", of_daemon_set("ds"), no_flags, false, Reason::error,
     "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"},
    {"DaemonSet with --force", of_daemon_set("ds"), force, false, Reason::error,
     "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"},
    {"DaemonSet ignored", of_daemon_set("ds"), ignore, false, Reason::warning, "ignoring DaemonSet-managed Pods"},
    {"DaemonSet ignored, with emptyDir", with(of_daemon_set("ds"), empty_dir), ignore, false, Reason::warning,
     "ignoring DaemonSet-managed Pods"},
    {"finished pod of a DaemonSet", with(of_daemon_set("ds"), finished), no_flags, true, Reason::okay, ""},
    {"orphan", of_daemon_set("old"), no_flags, false, Reason::error, not_found},
    {"orphan, DaemonSets ignored", of_daemon_set("old"), ignore, false, Reason::error, not_found},
    // The warning is lost: later filters have the last word.
    {"orphan with --force", of_daemon_set("old"), force, true, Reason::okay, ""},
    {"another group's DaemonSet",
     with(of_daemon_set("old"), [](ScriptedPod& p) { p.controller_api_version = "apps.kruise.io/v1alpha1"; }),
     no_flags, true, Reason::okay, ""},

    {"mirror pod", with(naked(), mirror), no_flags, false, Reason::skip, ""},
    {"mirror pod of a DaemonSet", with(of_daemon_set("ds"), mirror), no_flags, false, Reason::error,
     "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"},
    {"mirror pod with emptyDir", with(with(naked(), mirror), empty_dir), no_flags, false, Reason::skip, ""},

    {"emptyDir", with(owned(), empty_dir), no_flags, false, Reason::error,
     "Pods with local storage (use --delete-emptydir-data to override)"},
    {"emptyDir with --force", with(owned(), empty_dir), force, false, Reason::error,
     "Pods with local storage (use --delete-emptydir-data to override)"},
    {"emptyDir given up", with(owned(), empty_dir), delete_data, true, Reason::okay, ""},
    {"emptyDir of a finished pod", with(owned(), [](ScriptedPod& p) { p.empty_dir = p.finished = true; }),
     no_flags, true, Reason::okay, ""},
    {"emptyDir of a naked pod given up", with(naked(), empty_dir), delete_data, false, Reason::error,
     "cannot delete Pods that declare no controller (use --force to override)"},

    {"naked", naked(), no_flags, false, Reason::error,
     "cannot delete Pods that declare no controller (use --force to override)"},
    {"naked with --force", naked(), force, true, Reason::warning, "deleting Pods that declare no controller"},
    {"naked and finished", with(naked(), finished), no_flags, true, Reason::okay, ""},

    {"deleted long ago", with(owned(), deleted_for(100s)), skip_20, false, Reason::skip, ""},
    {"deleted for as long as the limit", with(owned(), deleted_for(20'999ms)), skip_20, true, Reason::okay, ""},
    {"deleted for a second more", with(owned(), deleted_for(21s)), skip_20, false, Reason::skip, ""},
    {"deleted long ago, no limit", with(owned(), deleted_for(100s)), no_flags, true, Reason::okay, ""},
    {"deleted long ago, of a DaemonSet", with(of_daemon_set("ds"), deleted_for(100s)), skip_20, false,
     Reason::skip, ""},
};

TEST(DrainFilters, Cases) {
  for (const FilterCase& c : filter_cases) {
    SCOPED_TRACE(c.name);
    ScriptedCluster cluster;
    cluster.daemon_sets = {"ds"};
    cluster.add_pod(c.pod);
    DrainOptions options;
    c.flags(options);
    std::vector<DrainPod> pods;
    ASSERT_TRUE(cluster.list_pods("n", false, pods));
    const PodDeleteStatus status = filter_pod(pods.at(0), options, cluster.now(), cluster);
    EXPECT_EQ(status.remove, c.removed);
    EXPECT_EQ(status.reason, c.reason);
    EXPECT_EQ(status.message, c.message);
  }
}

TEST(DrainFilters, ErrorsAreJoinedAsKubectlPrintsThem) {
  ScriptedCluster cluster;
  cluster.daemon_sets = {"ds"};
  const auto named = [](ScriptedPod pod, std::string name) {
    pod.name = std::move(name);
    return pod;
  };
  cluster.add_pod(named(naked(), "httpd"));
  cluster.add_pod(named(with(owned(), empty_dir), "cache"));
  cluster.add_pod(named(naked(), "trust"));
  cluster.add_pod(named(of_daemon_set("ds"), "agent"));
  const auto text = [&](const DrainOptions& options) {
    std::vector<DrainPod> pods;
    EXPECT_TRUE(cluster.list_pods("n", false, pods));
    const FilteredPods filtered = filter_pods(pods, options, cluster.now(), cluster);
    return filtered.errors.empty() ? "warning: " + warnings_text(filtered.warnings)
                                   : aggregate(error_texts(filtered.errors));
  };
  DrainOptions options;
  EXPECT_EQ(text(options),
            "[cannot delete Pods that declare no controller (use --force to override): shop/httpd, shop/trust, "
            "cannot delete Pods with local storage (use --delete-emptydir-data to override): shop/cache, "
            "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): shop/agent]");
  options.force = options.ignore_daemon_sets = true;
  EXPECT_EQ(text(options),
            "cannot delete Pods with local storage (use --delete-emptydir-data to override): shop/cache");
  options.delete_empty_dir_data = true;
  EXPECT_EQ(text(options),
            "warning: deleting Pods that declare no controller: shop/httpd, shop/trust; "
            "ignoring DaemonSet-managed Pods: shop/agent");
}

TEST(DrainFilters, GoDuration) {
  const std::pair<std::chrono::milliseconds, std::string_view> cases[] = {
      {0ms, "0s"},      {5s, "5s"},        {60s, "1m0s"},
      {90s, "1m30s"},   {3600s, "1h0m0s"}, {500ms, "500ms"},
      {1500ms, "1.5s"}, {1050ms, "1.05s"}, {86'400'000ms, "24h0m0s"},
      {-5s, "-5s"}};
  for (const auto& [duration, text] : cases) EXPECT_EQ(go_duration(duration), text);
}

}  // namespace
}  // namespace bulwark::upgrade

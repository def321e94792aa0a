#include "kube/snapshot.h"

#include <gtest/gtest.h>

namespace bulwark::kube {
namespace {

TEST(Snapshot, DeprecatedRequestsOfMetrics) {
  constexpr std::string_view metrics =
      "# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs that have been requested\n"
      "# TYPE apiserver_requested_deprecated_apis gauge\n"
      "apiserver_requested_deprecated_apis{group=\"policy\",removed_release=\"1.25\",resource="
      "\"podsecuritypolicies\","
      "subresource=\"\",version=\"v1beta1\"} 1\n"
      "apiserver_requested_deprecated_apis{group=\"\",removed_release=\"\",resource=\"componentstatuses\","
      "subresource=\"\",version=\"v1\"} 1\n"
      "apiserver_requested_deprecated_apis{group=\"batch\",removed_release=\"1.25\",resource=\"cronjobs\","
      "subresource=\"\",version=\"v1beta1\"} 0\n"
      "apiserver_requested_deprecated_apis{group=\"policy\",removed_release=\"1.25\",resource="
      "\"podsecuritypolicies\","
      "subresource=\"status\",version=\"v1beta1\"} 1\n"
      "apiserver_requested_deprecated_apis{cut off\n"
      "apiserver_request_total{group=\"a\"} 1\n";
  const auto requests = parse_deprecated_requests(metrics);
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].resource, "componentstatuses");
  EXPECT_EQ(requests[0].group, "");
  EXPECT_EQ(requests[1].group, "policy");
  EXPECT_EQ(requests[1].version, "v1beta1");
  EXPECT_EQ(requests[1].removed_release, "1.25");
}

TEST(Snapshot, Json) {
  const UnreadableKind node{"v1", "Node", "say \"please\""};
  SnapshotSpec spec;
  spec.server_version = "v1.30.4";
  spec.unreadable = {&node, 1};
  EXPECT_EQ(
      snapshot_json("a\"b", spec),
      R"({"apiVersion":"bulwark.dev/v1","kind":"Snapshot","metadata":{"name":"a\"b"},"spec":{)"
      R"("serverVersion":"v1.30.4","unreadable":[{"apiVersion":"v1","kind":"Node","reason":"say \"please\""}]}})");
}

}  // namespace
}  // namespace bulwark::kube

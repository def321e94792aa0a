#include "kube/api_lifecycle.h"

#include <gtest/gtest.h>

namespace bulwark::kube {
namespace {

std::string removed_in(const char* api_version, const char* kind) {
  const GroupVersion gv = GroupVersion::parse(api_version).value();
  const ApiLifecycle* api = find_api_lifecycle(gv.group, gv.version, kind);
  if (api == nullptr) return "unknown";
  return api->removed ? api->removed->text() : "served";
}

TEST(ApiLifecycle, KnowsRemovals) {
  struct Case {
    const char *api_version, *kind, *removed;
  };
  // Several of these are wrong in, or missing from, other tools' tables.
  for (const Case& c : {
           Case{"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "1.26"},
           Case{"flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", "1.26"},
           Case{"flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", "1.29"},
           Case{"flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32"},
           Case{"admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy", "1.32"},
           Case{"admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", "1.34"},
           Case{"admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding", "1.34"},
           Case{"authentication.k8s.io/v1beta1", "SelfSubjectReview", "1.33"},
           Case{"policy/v1beta1", "Eviction", "1.25"},
           Case{"policy/v1beta1", "PodDisruptionBudget", "1.25"},
           Case{"policy/v1beta1", "PodSecurityPolicy", "1.25"},
           Case{"resource.k8s.io/v1beta1", "ResourceClaim", "1.38"},
           Case{"storage.k8s.io/v1beta1", "VolumeAttributesClass", "1.37"},
           Case{"extensions/v1beta1", "Deployment", "1.16"},
           Case{"extensions/v1beta1", "Ingress", "1.22"},
           Case{"extensions/v1beta1", "NetworkPolicy", "1.16"},
           Case{"extensions/v1beta1", "PodSecurityPolicy", "1.16"},
           Case{"apps/v1beta1", "StatefulSet", "1.16"},
           Case{"apps/v1beta2", "DaemonSet", "1.16"},
           Case{"networking.k8s.io/v1beta1", "Ingress", "1.22"},
           Case{"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.22"},
           Case{"apiregistration.k8s.io/v1beta1", "APIService", "1.22"},
           Case{"rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", "1.22"},
           Case{"rbac.authorization.k8s.io/v1alpha1", "ClusterRole", "1.23"},
           Case{"audit.k8s.io/v1beta1", "Policy", "1.24"},
           Case{"batch/v1beta1", "CronJob", "1.25"},
           Case{"batch/v1beta1", "CronJobList", "1.25"},
           Case{"autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.25"},
           Case{"autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26"},
           Case{"autoscaling/v2beta2", "HorizontalPodAutoscalerList", "1.26"},
           Case{"storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27"},
           Case{"settings.k8s.io/v1alpha1", "PodPreset", "1.20"},
           Case{"v1", "Pod", "served"},
           Case{"apps/v1", "Deployment", "served"},
           Case{"autoscaling/v2", "HorizontalPodAutoscaler", "served"},
           Case{"networking.k8s.io/v1", "NetworkPolicy", "served"},
           Case{"apps/v1", "Pod", "unknown"},
           Case{"cert-manager.io/v1", "Certificate", "unknown"},
           Case{"v1", "pod", "unknown"},
       }) {
    EXPECT_EQ(removed_in(c.api_version, c.kind), c.removed) << c.api_version << " " << c.kind;
  }
}

TEST(ApiLifecycle, JudgesReleases) {
  const ApiLifecycle* api = find_api_lifecycle("policy", "v1beta1", "PodDisruptionBudget");
  ASSERT_NE(api, nullptr);
  EXPECT_FALSE(api->is_deprecated_in({1, 20}));
  EXPECT_TRUE(api->is_deprecated_in({1, 21}));
  EXPECT_FALSE(api->is_removed_in({1, 24}));
  EXPECT_TRUE(api->exists_in({1, 24}));
  EXPECT_TRUE(api->is_removed_in({1, 25}));
  EXPECT_TRUE(api->is_removed_in(kLatest));
  EXPECT_FALSE(api->exists_in({1, 25}));
  EXPECT_FALSE(api->exists_in({1, 4}));
  // Removed without a release in which it was deprecated.
  const ApiLifecycle* alpha = find_api_lifecycle("resource.k8s.io", "v1alpha2", "ResourceClaim");
  ASSERT_NE(alpha, nullptr);
  EXPECT_TRUE(alpha->is_deprecated_in({1, 31}));
  EXPECT_FALSE(alpha->is_deprecated_in({1, 30}));
}

TEST(ApiLifecycle, NamesWhatToMoveTo) {
  struct Case {
    const char *group, *version, *kind;
    Minor release;
    const char* want;
  };
  for (const Case& c : {
           Case{"extensions", "v1beta1", "Ingress", {1, 22}, "networking.k8s.io/v1 Ingress"},
           // v1 came with 1.19.
           Case{"extensions", "v1beta1", "Ingress", {1, 18}, ""},
           Case{"flowcontrol.apiserver.k8s.io",
                "v1beta1",
                "FlowSchema",
                {1, 28},
                "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"},
           Case{"flowcontrol.apiserver.k8s.io",
                "v1beta1",
                "FlowSchema",
                {1, 32},
                "flowcontrol.apiserver.k8s.io/v1 FlowSchema"},
           Case{"policy", "v1beta1", "Eviction", {1, 25}, "policy/v1 Eviction"},
           Case{"policy", "v1beta1", "PodSecurityPolicy", {1, 25}, ""},
           Case{"extensions", "v1beta1", "PodSecurityPolicy", {1, 16}, "policy/v1beta1 PodSecurityPolicy"},
           Case{"extensions", "v1beta1", "PodSecurityPolicy", {1, 25}, ""},
           Case{"apiextensions.k8s.io",
                "v1beta1",
                "CustomResourceDefinition",
                {1, 22},
                "apiextensions.k8s.io/v1 CustomResourceDefinition"},
           Case{"apps", "v1", "Deployment", {1, 30}, ""},
       }) {
    const ApiLifecycle* api = find_api_lifecycle(c.group, c.version, c.kind);
    ASSERT_NE(api, nullptr) << c.group << " " << c.kind;
    const ApiLifecycle* to = find_replacement(*api, c.release);
    EXPECT_EQ(to == nullptr ? "" : to->group_version.text() + " " + std::string(to->kind), c.want)
        << c.group << " " << c.kind;
  }
}

TEST(ApiLifecycle, TheTableHoldsTogether) {
  const auto rows = api_lifecycles();
  EXPECT_GT(rows.size(), 350U);
  for (const ApiLifecycle& api : rows) {
    const std::string name = api.group_version.text() + " " + std::string(api.kind);
    EXPECT_EQ(find_api_lifecycle(api.group_version.group, api.group_version.version, api.kind), &api) << name;
    EXPECT_FALSE(api.source.empty()) << name;
    EXPECT_TRUE(!api.removed || *api.removed > api.introduced) << name;
    EXPECT_TRUE(!api.deprecated || *api.deprecated >= api.introduced) << name;
    EXPECT_TRUE(!api.deprecated || !api.removed || *api.removed > *api.deprecated) << name;
    EXPECT_TRUE(!api.deprecated || api.removed) << name;
    if (!api.replacement) continue;
    EXPECT_NE(find_api_lifecycle(api.replacement->group, api.replacement->version, api.replacement_kind), nullptr)
        << name;
    EXPECT_FALSE(*api.replacement == api.group_version && api.replacement_kind == api.kind) << name;
  }
}

TEST(ApiLifecycle, RefusesABrokenTable) {
  const std::string header =
      "# comment\ngroup,version,kind,introduced,deprecated,removed,replacement_group,replacement_version,"
      "replacement_kind,source\n";
  EXPECT_EQ(parse_api_lifecycles(header + "a,v1,K,1.2,,,,,,s\n\n,v1,L,1.2,1.3,1.4,a,v1,K,s").value().size(), 2U);
  struct Case {
    const char *rows, *want;
  };
  for (const Case& c : {
           Case{"a,v1,K,1.2,,,,,\n", "api-lifecycle.csv:3:0: a row has 10 columns"},
           Case{"a,v1,K,1.2,,,,,,s,t\n", "a row has 10 columns"},
           Case{"a,v1,K,x,,,,,,s\n", "\"x\" is not a minor version"},
           Case{"a,v1,K,1.2,1.03,,,,,s\n", "\"1.03\" is not a minor version"},
           Case{"a,v1,,1.2,,,,,,s\n", "must not be empty"},
           Case{"a,v1,K,1.2,,,,,,s\na,v1,K,1.3,,,,,,s\n", "a/v1 K is there twice"},
       }) {
    const auto rows = parse_api_lifecycles(header + c.rows);
    ASSERT_FALSE(rows) << c.rows;
    EXPECT_NE(rows.error().text().find(c.want), std::string::npos) << rows.error().text();
  }
  EXPECT_FALSE(parse_api_lifecycles("a,v1,K,1.2,,,,,,s\n"));
}

}  // namespace
}  // namespace bulwark::kube

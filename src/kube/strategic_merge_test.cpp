// More cases, held against kubectl: tests/oracle/patches.py.
#include "kube/strategic_merge.h"

#include <gtest/gtest.h>

namespace bulwark::kube {
namespace {

using document::Json;

TEST(StrategicMerge, MergesListsByTheirKeys) {
  struct Case {
    const char *kind, *target, *patch, *result;  // nullptr: refused
  };
  for (const Case& c :
       {Case{"Pod", R"({"spec":{"containers":[{"name":"a","image":"1"},{"name":"b"}]}})",
             R"({"spec":{"containers":[{"name":"b","image":"2"},{"name":"c"}]}})",
             R"({"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c"}]}})"},
        {"Pod", R"({"spec":{"tolerations":[{"key":"a"}]}})", R"({"spec":{"tolerations":[{"key":"b"}]}})",
         R"({"spec":{"tolerations":[{"key":"b"}]}})"},
        {"Pod", R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]}})",
         R"({"spec":{"containers":[{"name":"a","$patch":"delete"}]}})",
         R"({"spec":{"containers":[{"name":"b"}]}})"},
        {"Pod", R"({"spec":{"volumes":[{"name":"v","emptyDir":{}}]}})",
         R"({"spec":{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/"}}]}})",
         R"({"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}})"},
        {"Service", R"({"spec":{"ports":[{"port":1},{"port":2}]}})",
         R"({"spec":{"$setElementOrder/ports":[{"port":2},{"port":3},{"port":1}],"ports":[{"port":3}]}})",
         R"({"spec":{"ports":[{"port":2},{"port":3},{"port":1}]}})"},
        {"Pod", R"({"metadata":{"finalizers":["a","b"]}})",
         R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}})",
         R"({"metadata":{"finalizers":["c","b"]}})"},
        {"PodDisruptionBudget", R"({"spec":{"selector":{"matchLabels":{"a":"b"}}}})",
         R"({"spec":{"selector":{"matchLabels":{"c":"d"}}}})",
         R"({"spec":{"selector":{"matchLabels":{"c":"d"}}}})"},
        {"NetworkPolicy", R"({"spec":{"ports":[{"port":1}]}})", R"({"spec":{"ports":[{"port":2}]}})",
         R"({"spec":{"ports":[{"port":2}]}})"},
        {"Pod", R"({"spec":{"containers":[{"name":"a"}]}})", R"({"spec":{"containers":[{"image":"a"}]}})",
         nullptr},
        {"Pod", R"({"spec":{"nodeSelector":{"a":"b"}}})", R"({"spec":{"nodeSelector":{"$patch":"mend"}}})",
         nullptr},
        {"Pod", "{}", "[]", nullptr}}) {
    Json target = Json::parse(c.target).value();
    const auto done = strategic_merge(target, Json::parse(c.patch).value(), c.kind);
    EXPECT_EQ(done.has_value(), c.result != nullptr) << c.patch;
    EXPECT_EQ(target.write(), c.result == nullptr ? c.target : c.result) << c.patch;
  }
}

}  // namespace
}  // namespace bulwark::kube

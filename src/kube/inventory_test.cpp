#include "kube/inventory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "document/reader.h"

namespace bulwark::kube {
namespace {

// The objects of a YAML text, in its order.
class Cluster : private document::DocumentSink {
 public:
  explicit Cluster(std::string_view text) : source_("", text), decoder_(objects_, text) {
    base::Arena arena;
    document::read_yaml(source_, {0, static_cast<std::uint32_t>(text.size())}, arena, {}, *this);
  }
  Inventory inventory;

 private:
  void on_document(const document::Node& root) override {
    if (const Object* object = decode_object(root, {}, objects_, decoder_); object != nullptr) {
      inventory.add(*object);
    }
  }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

  document::Source source_;
  base::Arena objects_;
  Decoder decoder_;
};

constexpr std::string_view shop = R"(
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {metadata: {labels: {app: web, tier: front}}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: alone, namespace: shop, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: orphan, namespace: shop, ownerReferences: [{kind: ReplicaSet, name: gone, controller: true}]}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {replicas: 1}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {replicas: 2, template: {metadata: {labels: {app: db}}}}}
---
{apiVersion: v1, kind: PodTemplate, metadata: {name: t, namespace: shop}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: first, namespace: shop}, spec: {scaleTargetRef: {kind: Deployment, name: web}}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: second, namespace: shop}, spec: {scaleTargetRef: {kind: Deployment, name: web}}}
)";

std::string names(const WorkloadIndex& index, const LabelSelector* selector = nullptr) {
  std::string out;
  const auto put = [&](const Workload& workload) { out += std::string(workload.object->metadata.name) + ' '; };
  if (selector == nullptr) {
    for (const Workload& each : index.all()) put(each);
  } else {
    index.for_each_selected(*selector, [&](const Workload& each, std::size_t place) {
      EXPECT_EQ(&index.all()[place], &each);
      put(each);
    });
  }
  return out;
}

TEST(Inventory, CountsEachWorkloadOnce) {
  const Cluster cluster(shop);
  const WorkloadIndex& index = cluster.inventory.workload_index("shop");
  EXPECT_EQ(names(index), "web alone orphan db ");
  EXPECT_EQ(replicas_of(*index.all()[3].object), 2);
  EXPECT_EQ(&cluster.inventory.workload_index("shop"), &index);
  EXPECT_EQ(names(cluster.inventory.workload_index("elsewhere")), "");
  EXPECT_EQ(cluster.inventory.workloads("shop").size(), 7U);
}

TEST(Inventory, SelectsByLabels) {
  const Cluster cluster(shop);
  const WorkloadIndex& index = cluster.inventory.workload_index("shop");
  struct Case {
    std::vector<Label> labels;
    std::string_view selected;
  };
  for (const Case& c : {
           Case{{}, "web alone orphan db "},
           Case{{{"app", "web"}}, "web "},
           Case{{{"app", "db"}}, "alone db "},
           Case{{{"app", "web"}, {"tier", "front"}}, "web "},
           Case{{{"app", "db"}, {"tier", "front"}}, ""},
           Case{{{"nothing", ""}}, ""},
       }) {
    const LabelSelector selector{c.labels, {}};
    EXPECT_EQ(names(index, &selector), c.selected) << c.labels.size();
  }
}

TEST(Inventory, FindsTheAutoscalerOfAWorkload) {
  const Cluster cluster(shop);
  const Object* web = cluster.inventory.find(ResourceKind::deployment, "shop", "web");
  ASSERT_NE(web, nullptr);
  const Object* autoscaler = cluster.inventory.autoscaler_of(*web);
  ASSERT_NE(autoscaler, nullptr);
  EXPECT_EQ(autoscaler->metadata.name, "first");
  EXPECT_EQ(cluster.inventory.autoscaler_of(*cluster.inventory.find(ResourceKind::stateful_set, "shop", "db")),
            nullptr);
}

}  // namespace
}  // namespace bulwark::kube

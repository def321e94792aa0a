// The steps of load(), each for a part of the model. Private to load*.cpp.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "twin/load.h"

namespace bulwark::twin {

class Loader {
 public:
  Loader(const kube::Inventory& inventory, const LoadOptions& options);
  std::shared_ptr<const Model> finish() &&;

 private:
  // load.cpp
  void load_facts();
  void load_nodes();
  void load_classes_of_cluster();
  void load_budgets();
  // load_webhooks.cpp
  void load_webhooks();
  void add_webhook(const kube::Object& configuration, const kube::Webhook& from);
  void gap(Gap::Weight weight, std::string subject, std::string message);

  // load_workloads.cpp
  void load_workloads();
  void add_workload(WorkloadKind kind, const kube::Object& object);
  bool may_have_scale(const kube::OwnerReference& owner) const;
  Index add_missing_owner(const kube::OwnerReference& owner, std::string_view name_space);
  void imply_replica_set(Index deployment);
  void make_classes();
  Index class_of_template(Index workload, const kube::ObjectMeta& metadata, const kube::PodSpec& spec,
                          std::int32_t ordinal);

  // load_pods.cpp
  void load_pods();
  void load_pod(const kube::Object& object);
  Index class_of_pod(const kube::Object& object, const kube::PodSpec& spec, Index workload, std::int32_t ordinal);
  Index add_class(PodClass made, const kube::PodSpec& spec, const kube::ObjectMeta& metadata);
  void learn_times();
  const WorkloadTiming* told_about(Index pod_class) const;

  // load_volumes.cpp
  void load_volumes();
  std::vector<Index> claims_of(const kube::PodSpec& spec, std::string_view name_space, Index workload,
                               std::int32_t ordinal);

  const kube::Inventory& inventory_;
  const LoadOptions& options_;
  std::shared_ptr<Model> model_;
  std::shared_ptr<base::Arena> arena_;
  std::unordered_map<std::string_view, Index> node_by_name_;
  std::unordered_map<std::string_view, const kube::Object*> object_by_uid_;
  std::unordered_map<std::string, Index> claim_by_name_;  // "shop/data-cart-0"
  std::unordered_map<std::string, Index> class_by_key_;
  std::vector<std::vector<std::int64_t>> start_times_;      // of each class, in seconds, as its pods show them
  std::map<std::string, int, std::less<>> missing_owners_;  // kinds of owners that nothing is known of
};

}  // namespace bulwark::twin

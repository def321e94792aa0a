// The steps of load(), each for a part of the model. Private to load*.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "twin/api_kinds.h"
#include "twin/load.h"

namespace bulwark::twin {

class Loader {
 public:
  Loader(const kube::Inventory& inventory, const LoadOptions& options);
  std::shared_ptr<const Model> finish() &&;

 private:
  // load.cpp
  void load_facts();
  void find_replaced();
  void load_nodes();
  void load_classes_of_cluster();
  void load_budgets();
  void check_budget(const Budget& budget);
  void tell_limits();
  // load_webhooks.cpp
  void load_webhooks();
  void add_webhook(const kube::Object& configuration, const kube::Webhook& from, std::size_t place);
  void gap(Gap::Weight weight, std::string subject, std::string message);

  // load_workloads.cpp
  void load_workloads();
  void add_workload(WorkloadKind kind, const kube::Object& object);
  void hold_between_bounds(Workload& workload, const kube::Object& object) const;
  static void read_job(Workload& workload, const kube::JobSpec& spec);
  void read_cron_job(Workload& workload, const kube::CronJobSpec& spec, const std::string& subject);
  void find_parent(Index index);
  Index imply_replica_set(Index deployment);
  void imply_job(Index cron_job);

  // load_owners.cpp
  Index add_missing_owner(const kube::OwnerReference& owner, std::string_view name_space, bool of_pod);
  bool may_have_scale(const kube::OwnerReference& owner) const;
  void tell_operators();
  void look_at_owners(Budget& budget);

  // load_templates.cpp
  bool have_same_template(const kube::Object& a, const kube::Object& b);
  void find_newest(Index deployment);
  bool is_outdated(const kube::Object& pod, Index workload);
  void make_classes();
  void set_ordinal(std::vector<Index>& ordinals, std::int64_t place, Index pod_class) const;
  Index class_of_template(Index workload, const kube::ObjectMeta& metadata, const kube::PodSpec& spec,
                          std::int32_t ordinal);

  // load_pods.cpp
  void load_pods();
  void load_pod(const kube::Object& object);
  Index node_of_daemon(const kube::PodSpec& spec) const;
  Index owner_without_object(const kube::OwnerReference& owner, std::string_view name_space);
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
  std::unordered_map<std::string, Index> class_by_key_, owner_by_key_;
  std::vector<std::vector<std::int64_t>> start_times_;  // of each class, in seconds, as its pods show them
  // Pods by apiVersion and kind of their owner, where that is none of Kubernetes' own.
  std::map<std::pair<std::string_view, std::string_view>, int> custom_pods_;
  // Of an object that stands in the place of an earlier one: that one.
  std::unordered_map<const kube::Object*, const kube::Object*> replaced_;
  std::unordered_map<Index, bool> changed_;  // StatefulSets and DaemonSets with another template than before
  std::optional<ApiKinds> kinds_;
  std::int64_t asked_pods_ = 0;
};

}  // namespace bulwark::twin

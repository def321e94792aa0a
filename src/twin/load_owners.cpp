// Owners that are none of Kubernetes' own workloads, or that are not in the input.
#include <fmt/format.h>

#include <algorithm>

#include "twin/loader.h"
#include "twin/operators.h"

namespace bulwark::twin {

namespace {

std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

bool is_built_in(const kube::OwnerReference& owner) {
  const std::string_view group = group_of(owner.api_version);
  if (group == "apps") {
    return owner.kind == "ReplicaSet" || owner.kind == "StatefulSet" || owner.kind == "DaemonSet" ||
           owner.kind == "Deployment";
  }
  if (group == "batch") return owner.kind == "Job" || owner.kind == "CronJob";
  return group.empty() && (owner.kind == "ReplicationController" || owner.kind == "ReplicaSet");
}

}  // namespace

Index Loader::add_missing_owner(const kube::OwnerReference& owner, std::string_view name_space, bool of_pod) {
  Workload workload;
  workload.name_space = name_space;
  workload.name = owner.name;
  workload.uid = owner.uid;
  workload.api_version = owner.api_version;
  workload.kind_name = owner.kind;
  workload.replicas = 0;
  if (is_built_in(owner)) {
    workload.exists = workload.comes_back = false;
    gap(Gap::Weight::doubt, fmt::format("{} {}/{}", owner.kind, name_space, owner.name),
        of_pod ? "pods belong to it, and it is not in the input" : "it is not in the input, and what it made is");
  } else {
    if (const auto object = object_by_uid_.find(owner.uid); object != object_by_uid_.end())
      workload.object = object->second;
    if (const Operator* known = find_operator(group_of(owner.api_version), owner.kind); known != nullptr) {
      workload.comes_back = known->evicted != Evicted::not_again;
      workload.keeps_names = known->evicted == Evicted::same_name;
      workload.switches_over = kube::is_set(known->primary.key) && !known->primary.key.empty();
      workload.has_scale = known->scale != Operator::Scale::no;
    }
  }
  const Index index = static_cast<Index>(model_->workloads.size());
  if (!owner.uid.empty()) model_->workload_by_uid.emplace(owner.uid, index);
  model_->workloads.push_back(std::move(workload));
  return index;
}

// What is supposed of the operators whose pods there are.
void Loader::tell_operators() {
  for (const auto& [name, times] : custom_pods_) {
    const auto& [api_version, kind] = name;
    const Operator* known = find_operator(group_of(api_version), kind);
    if (known == nullptr || known->evicted == Evicted::built_in) {
      gap(Gap::Weight::doubt, fmt::format("{} ({})", kind, api_version),
          fmt::format("{} pods belong to such objects, of whose operator nothing is known: it is supposed to make "
                      "evicted pods again",
                      times));
    } else if (known->evicted == Evicted::not_again) {
      gap(Gap::Weight::doubt, fmt::format("{} ({})", kind, api_version),
          fmt::format("{} pods belong to such objects, and an evicted one need not be made again ({}, {})", times,
                      known->source, known->date));
    } else {
      gap(Gap::Weight::note, fmt::format("{} ({})", kind, api_version),
          fmt::format(
              "{} pods belong to such objects: its operator is supposed to make evicted ones again{}{} ({}, {})",
              times, known->evicted == Evicted::same_name ? " with their names" : "",
              known->primary.key.empty() ? "" : ", and to switch over before the primary's node is drained",
              known->source, known->date));
    }
  }
}

// What only a budget's status tells: whether the owners of its pods have a scale; and whether it is an operator's
// own, for its primary alone.
void Loader::look_at_owners(Budget& budget) {
  std::int64_t pods = 0;
  const kube::PodDisruptionBudgetStatus& status = budget.body->status;
  const bool has_failed = std::any_of(
      status.conditions.begin(), status.conditions.end(),
      [](const kube::Condition& each) { return each.reason == "SyncFailed" && each.status == "False"; });
  for (const Index each : budget.classes) pods += model_->classes[each].instances;
  for (const Index each : budget.classes) {
    const Index owner = model_->classes[each].workload;
    if (owner == none) continue;
    Workload& workload = model_->workloads[owner];
    if (workload.kind != WorkloadKind::custom || !workload.exists) continue;
    const Operator* known = find_operator(group_of(workload.api_version), workload.kind_name);
    if (known != nullptr && known->scale != Operator::Scale::untold) continue;
    const bool asks = budget.spec().max_unavailable.set() || budget.spec().min_available.is_string;
    if (!asks) continue;
    if (has_failed) {
      workload.has_scale = false;
    } else if (status.expected_pods.value_or(0) <= 0) {
      gap(Gap::Weight::doubt, fmt::format("budget {}/{}", budget.name_space, budget.name),
          fmt::format("it needs the scale of {} {}, of which is not known whether it has one: it is supposed to",
                      workload.kind_name, workload.name));
    }
  }
  const kube::LabelSelector* selector = budget.spec().selector;
  if (selector == nullptr || pods != 1) return;
  for (const Operator& each : operators()) {
    if (each.primary.key.empty()) continue;
    budget.follows_primary =
        budget.follows_primary || kube::find_label(selector->match_labels, each.primary.key) == each.primary.value;
  }
  // An operator of an older version has another label.
  for (const Index each : budget.classes) {
    const Index owner = model_->classes[each].workload;
    const bool by_owner = owner != none && model_->workloads[owner].switches_over &&
                          (kube::find_label(selector->match_labels, "role") == "primary");
    budget.follows_primary = budget.follows_primary || by_owner;
  }
}

}  // namespace bulwark::twin

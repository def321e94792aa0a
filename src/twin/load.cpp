#include "twin/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/int_or_percent.h"
#include "base/rfc3339.h"
#include "kube/selector.h"
#include "kube/version.h"
#include "twin/disruption.h"
#include "twin/loader.h"
#include "twin/requests.h"

namespace bulwark::twin {

Loader::Loader(const kube::Inventory& inventory, const LoadOptions& options)
    : inventory_(inventory),
      options_(options),
      model_(std::make_shared<Model>()),
      arena_(std::make_shared<base::Arena>()) {
  model_->owned = {options.owned, arena_};
  model_->assumptions = options.assumptions;
}

namespace {

// What was true so long ago need not be so.
constexpr auto old = std::chrono::hours(24 * 7);

}  // namespace

void Loader::gap(Gap::Weight weight, std::string subject, std::string message) {
  model_->gaps.push_back({weight, std::move(subject), std::move(message)});
}

void Loader::load_facts() {
  model_->taken_at = options_.now;
  model_->gaps = options_.gaps;
  model_->is_living = options_.is_living;
  if (options_.minor) model_->minor = *options_.minor, model_->knows_minor = true;
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::snapshot)) {
    model_->is_living = true;
    const kube::SnapshotSpec& spec = kube::as<kube::Snapshot>(*object)->spec;
    if (const auto version = kube::Version::parse(spec.server_version)) {
      model_->minor = version->minor().number;
      model_->knows_minor = true;
    }
    model_->deprecated_requests = spec.deprecated_requests;
    if (const auto taken = base::parse_rfc3339(spec.taken_at)) {
      model_->taken_at = *taken;
      const auto age = std::chrono::floor<std::chrono::hours>(options_.now - *taken);
      if (age >= std::chrono::hours(24)) {
        const auto weight = age >= old ? Gap::Weight::doubt : Gap::Weight::note;
        gap(weight, "snapshot", fmt::format("it was taken {} days ago", age.count() / 24));
      } else if (age < -std::chrono::hours(1)) {
        gap(Gap::Weight::doubt, "snapshot",
            fmt::format("it was taken at {}, ahead of this machine's clock", spec.taken_at));
      }
    } else if (!spec.taken_at.empty()) {
      gap(Gap::Weight::doubt, "snapshot", fmt::format("it was taken at \"{}\", which is no time", spec.taken_at));
    }
    if (!spec.name_space.empty()) {
      gap(Gap::Weight::doubt, "snapshot", fmt::format("it shows the namespace {} alone", spec.name_space));
    }
    // Kinds that an upgrade may founder on.
    static constexpr std::array needed{"Node",
                                       "Pod",
                                       "PodDisruptionBudget",
                                       "Deployment",
                                       "ReplicaSet",
                                       "StatefulSet",
                                       "DaemonSet",
                                       "Job",
                                       "ReplicationController",
                                       "PersistentVolume",
                                       "PersistentVolumeClaim",
                                       "PriorityClass",
                                       "Namespace",
                                       "Service",
                                       "ValidatingWebhookConfiguration",
                                       "MutatingWebhookConfiguration"};
    for (const kube::UnreadableKind& each : spec.unreadable) {
      if (std::find(needed.begin(), needed.end(), each.kind) == needed.end()) continue;
      gap(Gap::Weight::doubt, std::string(each.kind), fmt::format("not one could be read: {}", each.reason));
    }
  }
  if (model_->is_living && inventory_.of(kube::ResourceKind::pod).empty())
    gap(Gap::Weight::doubt, "Pod", "there is not one pod in the snapshot");
  for (const kube::Object* object : inventory_.all()) {
    if (!object->metadata.uid.empty()) object_by_uid_.emplace(object->metadata.uid, object);
  }
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::name_space)) {
    model_->namespaces.emplace(object->metadata.name, object->metadata.labels);
    if (!object->metadata.deletion_timestamp.empty()) {
      model_->terminating.emplace(object->metadata.name,
                                  base::parse_rfc3339(object->metadata.deletion_timestamp)
                                      .value_or(std::chrono::floor<std::chrono::seconds>(model_->taken_at)));
    }
  }
}

std::string_view pool_of(kube::Labels labels) {
  for (const std::string_view key : {"kubernetes.azure.com/agentpool", "agentpool", "eks.amazonaws.com/nodegroup",
                                     "cloud.google.com/gke-nodepool", "karpenter.sh/nodepool"}) {
    if (const std::string_view pool = kube::find_label(labels, key); !pool.empty()) return pool;
  }
  return "";
}

std::string_view zone_of(kube::Labels labels) {
  for (const std::string_view key : {"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"}) {
    if (const std::string_view zone = kube::find_label(labels, key); !zone.empty()) return zone;
  }
  return "";
}

namespace {

constexpr std::int64_t enough = std::int64_t{1} << 55;

}  // namespace

NodeInfo node_info(const kube::Object& object, std::vector<std::string_view>& resources) {
  const kube::Node& node = *kube::as<kube::Node>(object);
  NodeInfo info;
  info.name = object.metadata.name;
  info.labels = object.metadata.labels;
  info.taints = node.spec.taints;
  info.images = node.status.images;
  info.pool = pool_of(info.labels);
  info.zone = zone_of(info.labels);
  info.unschedulable = node.spec.unschedulable.value_or(false);
  info.kubelet_version = node.status.node_info.kubelet_version;
  for (const kube::PodCondition& each : node.status.conditions) {
    if (each.type == "Ready") info.ready = each.status == "True";
  }
  const kube::Labels amounts = node.status.allocatable.empty() ? node.status.capacity : node.status.allocatable;
  // A kubelet always tells these. Where a file does not, there is enough.
  info.allocatable.assign(first_extended, enough);
  info.allocatable[pods] = 0;
  for (const kube::Label& each : amounts) {
    const std::size_t column = column_of(resources, each.key);
    if (info.allocatable.size() <= column) info.allocatable.resize(column + 1);
    info.allocatable[column] = amount_of(each.key, each.value).value_or(0);
  }
  return info;
}

void Loader::load_nodes() {
  // What the node lifecycle controller sets for a condition comes from the condition here.
  static constexpr std::array for_conditions{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
                                             "node.kubernetes.io/unschedulable"};
  std::unordered_map<std::string_view, std::span<const kube::CsiNodeDriver>> drivers;
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::csi_node)) {
    drivers[object->metadata.name] = kube::as<kube::CsiNode>(*object)->spec.drivers;
  }
  std::array<std::size_t, first_extended> silent{};
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::node)) {
    if (inventory_.find(kube::ResourceKind::node, "", object->metadata.name) != object) continue;  // given twice
    NodeInfo info = node_info(*object, model_->resources);
    std::vector<kube::Taint> taints;
    for (const kube::Taint& taint : info.taints) {
      if (std::find(for_conditions.begin(), for_conditions.end(), taint.key) == for_conditions.end()) {
        taints.push_back(taint);
      }
    }
    info.taints = arena_->copy(std::span<const kube::Taint>(taints));
    if (const auto found = drivers.find(info.name); found != drivers.end()) info.drivers = found->second;
    if (info.allocatable[pods] == 0) {
      info.allocatable[pods] = 110;
      gap(Gap::Weight::doubt, "node " + info.name, "its status names no allocatable pods: 110 are supposed");
    }
    for (const Column column : {cpu, memory, ephemeral_storage}) {
      if (info.allocatable[column] == enough) ++silent[column];
    }
    const kube::NodeStatus& status = kube::as<kube::Node>(*object)->status;
    for (const kube::Label& each : status.allocatable.empty() ? status.capacity : status.allocatable) {
      if (amount_of(each.key, each.value) && !each.value.starts_with('-')) continue;
      gap(Gap::Weight::doubt, "node " + info.name,
          fmt::format("{}: \"{}\" is no amount: 0 is supposed", each.key, each.value));
    }
    node_by_name_.emplace(object->metadata.name, static_cast<Index>(model_->nodes.size()));
    model_->nodes.push_back(std::make_shared<const NodeInfo>(std::move(info)));
  }
  for (const Column column : {cpu, memory, ephemeral_storage}) {
    if (silent[column] == 0) continue;
    gap(Gap::Weight::note, fmt::format("{} nodes", silent[column]),
        fmt::format("their status names no allocatable {}: there is supposed to be enough",
                    model_->resources[column]));
  }
  std::int64_t places = 0;
  for (const auto& node : model_->nodes) places += std::min<std::int64_t>(node->allocatable[pods], 1'000);
  places += static_cast<std::int64_t>(inventory_.of(kube::ResourceKind::pod).size());
  // Twice over, for the nodes that are added.
  model_->most_replicas = static_cast<std::int32_t>(std::min<std::int64_t>(2 * places + 200, 1'000'000));
  model_->most_pods = static_cast<std::size_t>(2 * places) + 2'000;
  if (model_->nodes.empty()) gap(Gap::Weight::doubt, "Node", "there is not one in the input");
}

void Loader::load_classes_of_cluster() {
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::priority_class)) {
    model_->priority_classes.emplace(object->metadata.name, kube::as<kube::PriorityClass>(*object));
  }
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::runtime_class)) {
    model_->runtime_classes.emplace(object->metadata.name, kube::as<kube::RuntimeClass>(*object));
  }
}

// What the API server would have refused.
void Loader::check_budget(const Budget& budget) {
  const std::string subject = fmt::format("budget {}/{}", budget.name_space, budget.name);
  const kube::PodDisruptionBudgetSpec& spec = budget.spec();
  if (const auto wanted = wanted_by(spec, 1, 1); !wanted) gap(Gap::Weight::doubt, subject, wanted.error().message);
  if (spec.selector != nullptr) {
    for (const kube::SelectorProblem& problem : kube::validate(*spec.selector)) {
      gap(Gap::Weight::doubt, subject, fmt::format("selector.{}: {}", problem.field, problem.reason));
    }
  }
  for (const kube::IntOrString* value : {&spec.max_unavailable, &spec.min_available}) {
    const bool is_negative = value->set() && value->text.starts_with('-');
    if (is_negative) gap(Gap::Weight::doubt, subject, fmt::format("{} is negative", value->text));
    const bool is_huge = !value->is_string && value->text.size() > 10;
    if (is_huge) gap(Gap::Weight::doubt, subject, fmt::format("{} takes more than 32 bits", value->text));
  }
  if (!spec.max_unavailable.set() && !spec.min_available.set())
    gap(Gap::Weight::doubt, subject, "it has neither minAvailable nor maxUnavailable, and lets no pod go");
  if (spec.max_unavailable.set() && spec.min_available.set())
    gap(Gap::Weight::doubt, subject, "minAvailable and maxUnavailable exclude each other");
}

void Loader::load_budgets() {
  Model& model = *model_;
  std::unordered_map<std::string_view, std::vector<Index>> classes;  // by namespace
  for (Index i = 0; i < model.classes.size(); ++i) classes[model.classes[i].name_space].push_back(i);
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::pod_disruption_budget)) {
    Budget budget;
    budget.name_space = object->namespace_or_default();
    budget.name = object->metadata.name;
    if (inventory_.find(kube::ResourceKind::pod_disruption_budget, budget.name_space, budget.name) != object)
      continue;
    budget.body = kube::as<kube::PodDisruptionBudget>(*object);
    budget.metadata = &object->metadata;
    budget.always_allow = budget.spec().unhealthy_pod_eviction_policy == "AlwaysAllow";
    const kube::LabelSelector* selector = budget.spec().selector;
    // An empty selector selects all pods, and in v1beta1 none.
    const bool selects_none = selector == nullptr || (selector->empty() && object->version() == "v1beta1");
    const Index index = static_cast<Index>(model.budgets.size());
    for (const Index each : selects_none ? std::vector<Index>() : classes[budget.name_space]) {
      PodClass& pod_class = model.classes[each];
      if (!selector->matches(pod_class.labels)) continue;
      budget.classes.push_back(each);
      pod_class.budgets.push_back(index);
    }
    check_budget(budget);
    look_at_owners(budget);
    model.budgets.push_back(std::move(budget));
  }
}

// What is held as it is, and what the twin does not make.
void Loader::tell_limits() {
  if (const auto scalers = inventory_.of(kube::ResourceKind::horizontal_pod_autoscaler); !scalers.empty()) {
    gap(Gap::Weight::note, "HorizontalPodAutoscaler",
        fmt::format("{} of them are held: what they scale keeps its replicas, within minReplicas and maxReplicas",
                    scalers.size()));
  }
  if (asked_pods_ + static_cast<std::int64_t>(model_->pods.size()) >
      static_cast<std::int64_t>(model_->most_pods)) {
    gap(Gap::Weight::doubt, "pods",
        fmt::format("{} are asked for, far more than the nodes have places for: no more than {} are made here",
                    asked_pods_, model_->most_pods));
  }
  std::size_t unknown = 0;
  for (const Workload& each : model_->workloads) {
    const bool makes = each.kind == WorkloadKind::cron_job && each.schedule.set() && each.newest != none;
    if (!makes) continue;
    const Index pod_class = model_->workloads[each.newest].pod_class;
    unknown += pod_class == none || model_->classes[pod_class].runs.count() < 0 ? 1 : 0;
  }
  if (unknown > 0) {
    gap(Gap::Weight::note, "CronJob",
        fmt::format("how long the pods of {} of them run is not known: they make no Jobs here", unknown));
  }
}

// Objects that stand in the place of earlier ones with the same name: those of --what-if.
void Loader::find_replaced() {
  for (const kube::Object* object : inventory_.all()) {
    if (object->kind == kube::ResourceKind::unknown) continue;
    const kube::Object* later =
        inventory_.find(object->kind, object->namespace_or_default(), object->metadata.name);
    if (later != nullptr && later != object) replaced_.emplace(later, object);
  }
}

std::shared_ptr<const Model> Loader::finish() && {
  load_facts();
  find_replaced();
  load_nodes();
  load_classes_of_cluster();
  load_volumes();
  load_workloads();
  load_pods();
  make_classes();
  learn_times();
  load_budgets();
  load_webhooks();
  tell_operators();
  tell_limits();
  return model_;
}

std::shared_ptr<const Model> load(const kube::Inventory& inventory, const LoadOptions& options) {
  return Loader(inventory, options).finish();
}

}  // namespace bulwark::twin

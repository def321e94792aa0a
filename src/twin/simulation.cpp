#include "twin/simulation.h"

#include <array>

#include "kube/inventory.h"
#include "twin/load.h"

namespace bulwark::twin {

namespace {

// Kinds whose objects an engine is made of.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kinds_of_engine{{
    {"", "nodes"},
    {"", "namespaces"},
    {"", "pods"},
    {"", "services"},
    {"", "replicationcontrollers"},
    {"", "persistentvolumeclaims"},
    {"", "persistentvolumes"},
    {"apps", "deployments"},
    {"apps", "replicasets"},
    {"apps", "statefulsets"},
    {"apps", "daemonsets"},
    {"batch", "jobs"},
    {"batch", "cronjobs"},
    {"policy", "poddisruptionbudgets"},
    {"autoscaling", "horizontalpodautoscalers"},
    {"scheduling.k8s.io", "priorityclasses"},
    {"storage.k8s.io", "storageclasses"},
    {"storage.k8s.io", "csinodes"},
    {"node.k8s.io", "runtimeclasses"},
    {"admissionregistration.k8s.io", "validatingwebhookconfigurations"},
    {"admissionregistration.k8s.io", "mutatingwebhookconfigurations"},
    {"apiextensions.k8s.io", "customresourcedefinitions"},
}};

bool is_of_engine(const ApiKind& kind) {
  for (const auto& [group, plural] : kinds_of_engine) {
    if (kind.resource.group == group && kind.resource.plural == plural) return true;
  }
  // An owner of pods may be of any other kind.
  return kind.custom;
}

std::string_view text_at(const document::Node& object, std::string_view first, std::string_view second) {
  const document::Node* node = object.find(first);
  if (node != nullptr) node = node->find(second);
  return node != nullptr ? node->text() : std::string_view();
}

}  // namespace

Simulation::Simulation(Store& store, Options options)
    : store_(store),
      options_(std::move(options)),
      services_(store, options_.minor),
      volumes_(store),
      revisions_(store) {
  note_addresses();
  if (options_.from_files) {
    volumes_.provide_all();
    revisions_.make_all();
  } else {
    revisions_.note_all();
  }
  load();
  store_.observe(this);
  store_.set_door(this);
  write_statuses();
  services_.settle();
}

Simulation::~Simulation() {
  store_.observe(nullptr);
  store_.set_door(nullptr);
}

void Simulation::load() {
  rules_changed_ = false;
  const auto inventory = decoded_.inventory_of(store_, is_of_engine);
  LoadOptions load_options;
  load_options.owned = inventory;
  load_options.now = engine_ != nullptr ? std::max(engine_->now(), store_.now()) : store_.now();
  load_options.assumptions = options_.assumptions;
  load_options.minor = options_.minor;
  if (engine_ != nullptr) next_serial_ = std::max(next_serial_, engine_->state().next_serial);
  // The last engine's pods are those of the store: nothing of it is lost.
  engine_ = nullptr;
  auto model = twin::load(*inventory, load_options);
  engine_ =
      std::make_unique<Engine>(std::move(model), Engine::Options{.seed = options_.seed,
                                                                 .first_serial = next_serial_,
                                                                 .asks_webhooks = !options_.from_files || put_up_,
                                                                 .begins = false});
  engine_->observe(this);
  engine_->begin();
  for (Index i = 0; i < engine_->model().workloads.size(); ++i) touched_.insert(i);
  for (Index i = 0; i < engine_->model().budgets.size(); ++i) on_budget(i);
}

void Simulation::catch_up() {
  if (rules_changed_) load();
}

void Simulation::run_until(Time end) {
  catch_up();
  engine_->run_until(end);
  if (!put_up_ && !engine_->next()) {
    put_up_ = true;
    engine_->ask_webhooks(true);
  }
  write_statuses();
  services_.settle();
}

void Simulation::on_written(kube::Change change, const ApiKind& kind, const document::Node& object,
                            std::string_view json) {
  const kube::ObjectName name = kube::name_of(object);
  services_.written(kind, name.name_space, name.name);
  if (kind.resource.group.empty() && kind.resource.plural == "pods") return pod_written(change, object);
  if (kind.resource.group.empty() && kind.resource.plural == "nodes") return node_written(change, object);
  if (kind.resource.group.empty() && kind.resource.plural == "persistentvolumeclaims") {
    if (change == kube::Change::deleted) {
      volumes_.claim_gone(object);
    } else {
      volumes_.claim_written(name.name_space, name.name);
    }
  } else if (kind.resource.group == "apps" && change != kube::Change::deleted) {
    if (const auto workload = document::Json::parse(json)) {
      if (kind.resource.plural == "statefulsets") volumes_.set_written(*workload);
      revisions_.written(kind, *workload);
    }
  }
  if (is_of_engine(kind)) rules_changed_ = true;
}

void Simulation::pod_written(kube::Change change, const document::Node& object) {
  const kube::ObjectName name = kube::name_of(object);
  const Index pod = rules_changed_ ? none : engine_->find_pod(name.name_space, name.name);
  const bool going = !text_at(object, "metadata", "deletionTimestamp").empty();
  if (pod == none || (change != kube::Change::deleted && !going)) {
    rules_changed_ = true;
    return;
  }
  std::optional<Duration> grace;
  if (change == kube::Change::deleted) {
    grace = Duration{0};
  } else if (const document::Node* metadata = object.find("metadata")) {
    const document::Node* seconds = metadata->find("deletionGracePeriodSeconds");
    if (seconds != nullptr) grace = Duration{seconds->integer().value_or(30) * 1'000};
  }
  engine_->remove_pod(pod, grace);
}

void Simulation::node_written(kube::Change change, const document::Node& object) {
  const Index node = rules_changed_ ? none : engine_->find_node(kube::name_of(object).name);
  if (node == none || change != kube::Change::modified) {
    rules_changed_ = true;
    return;
  }
  base::Arena arena;
  kube::Decoder decoder(arena, {});
  const kube::Object* decoded = kube::decode_object(object, {}, arena, decoder);
  if (decoded == nullptr) return;
  const kube::Node& now = *kube::as<kube::Node>(*decoded);
  const NodeInfo& known = *engine_->state().nodes.info[node];
  const auto same_taint = [](const kube::Taint& a, const kube::Taint& b) {
    return a.key == b.key && a.value == b.value && a.effect == b.effect;
  };
  const kube::Labels labels = decoded->metadata.labels;
  const bool same = std::equal(labels.begin(), labels.end(), known.labels.begin(), known.labels.end()) &&
                    std::equal(now.spec.taints.begin(), now.spec.taints.end(), known.taints.begin(),
                               known.taints.end(), same_taint);
  if (!same) rules_changed_ = true;
  engine_->set_unschedulable(node, now.spec.unschedulable.value_or(false));
}

kube::Answer<> Simulation::evict(std::string_view name_space, std::string_view name,
                                 const kube::DeleteOptions& options) {
  run_until(std::max(store_.now(), engine_->now()));
  const Index pod = engine_->find_pod(name_space, name);
  if (pod == none) {
    return std::unexpected(kube::Status{.code = 404,
                                        .reason = "NotFound",
                                        .message = "pods \"" + std::string(name) + "\" not found",
                                        .causes = {},
                                        .retry_after = std::nullopt});
  }
  std::optional<Duration> grace;
  if (options.grace_period_seconds) grace = Duration{*options.grace_period_seconds * 1'000};
  const Engine::Eviction answer = engine_->evict(pod, options.dry_run, grace);
  if (answer.passed()) return {};
  return std::unexpected(answer.status());
}

kube::Answer<> Simulation::bind(std::string_view name_space, std::string_view name, std::string_view node) {
  const ObjectPtr stored = store_.find(store_.kinds().core("pods"), name_space, name);
  if (stored == nullptr) return {};
  if (auto object = document::Json::parse(stored->json)) {
    (*object)["spec"].set("nodeName", document::Json::string(node));
    static_cast<void>(store_.put(std::move(*object)));
  }
  rules_changed_ = true;
  return {};
}

}  // namespace bulwark::twin

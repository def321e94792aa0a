#include "twin/simulation_services.h"

#include <algorithm>

#include "base/rfc3339.h"
#include "twin/selection.h"

namespace bulwark::twin {

using document::Json;

namespace {

constexpr std::string_view trigger_time = "endpoints.kubernetes.io/last-change-trigger-time";

const ApiKind& slices(const Store& store) {
  return *store.kinds().find("discovery.k8s.io", "v1", "endpointslices");
}

bool selects(const std::vector<std::pair<std::string, std::string>>& selector, const StoredObject& object) {
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    return std::any_of(object.labels.begin(), object.labels.end(), [&](const kube::Label& label) {
      return label.key == wanted.first && label.value == wanted.second;
    });
  });
}

// Whether two objects differ in more than what each write changes.
bool same(const Json& a, const Json& b) {
  const auto bare = [](Json object) {
    Json& metadata = object["metadata"];
    for (const std::string_view key :
         {"resourceVersion", "generation", "managedFields", "uid", "creationTimestamp"})
      metadata.erase(key);
    if (Json* annotations = metadata.find("annotations")) {
      annotations->erase(trigger_time);
      if (annotations->empty()) metadata.erase("annotations");
    }
    return object;
  };
  return bare(a) == bare(b);
}

Writer controller() { return {.dry_run = false, .force = false, .field_manager = "kube-controller-manager"}; }

}  // namespace

ServiceEndpoints::ServiceEndpoints(Store& store, int minor) : store_(store), minor_(minor) {
  store_.for_each(store_.kinds().core("services"),
                  [&](const StoredObject& service) { service_written(service.name_space, service.name); });
}

void ServiceEndpoints::written(const ApiKind& kind, std::string_view name_space, std::string_view name) {
  if (is_settling_) return;
  const kube::Resource& resource = kind.resource;
  if (resource.group.empty() && resource.plural == "pods") return pod_written(name_space, name);
  if (resource.group.empty() && resource.plural == "services") return service_written(name_space, name);
  const auto known = services_.find(name_space);
  if (known == services_.end()) return;
  // Somebody else changed what was made here.
  if (resource.group.empty() && resource.plural == "endpoints") {
    if (known->second.contains(name)) out_of_date_.emplace(name_space, name);
  } else if (resource.group == "discovery.k8s.io" && resource.plural == "endpointslices") {
    for (const auto& [service, selection] : known->second) {
      if (name.starts_with(service)) out_of_date_.emplace(name_space, service);
    }
  }
}

void ServiceEndpoints::service_written(std::string_view name_space, std::string_view name) {
  out_of_date_.emplace(name_space, name);
  const ObjectPtr stored = store_.find(store_.kinds().core("services"), name_space, name);
  const Json service = stored == nullptr ? Json() : Json::parse(stored->json).value_or(Json());
  Services& of_namespace = services_[std::string(name_space)];
  if (stored == nullptr || !has_endpoints(service)) {
    of_namespace.erase(std::string(name));
    return;
  }
  Service& known = of_namespace[std::string(name)];
  known.selector.clear();
  for (const auto& [key, value] : service.at({"spec", "selector"})->members())
    known.selector.emplace_back(key, value.text());
  known.pods.clear();
  store_.for_each(store_.kinds().core("pods"), [&](const StoredObject& pod) {
    if (pod.name_space == name_space && selects(known.selector, pod)) known.pods.insert(pod.name);
  });
}

void ServiceEndpoints::pod_written(std::string_view name_space, std::string_view name) {
  const auto services = services_.find(name_space);
  if (services == services_.end() || services->second.empty()) return;
  const ObjectPtr pod = store_.find(store_.kinds().core("pods"), name_space, name);
  for (auto& [service, known] : services->second) {
    const bool is_one = pod != nullptr && selects(known.selector, *pod);
    if (is_one || known.pods.contains(name)) out_of_date_.emplace(name_space, service);
    if (is_one) {
      known.pods.emplace(name);
    } else {
      known.pods.erase(std::string(name));
    }
  }
  if (pod == nullptr) read_.erase(std::string(name_space).append("/").append(name));
}

const EndpointPod& ServiceEndpoints::read(const ObjectPtr& pod) {
  Read& known = read_[pod->key()];
  if (known.resource_version == pod->resource_version) return known.pod;
  known.resource_version = pod->resource_version;
  const Json object = Json::parse(pod->json).value_or(Json::object());
  std::string zone;
  const std::string_view node_name = object.text_at({"spec", "nodeName"});
  if (const ObjectPtr node = store_.find(store_.kinds().core("nodes"), {}, node_name)) {
    for (const kube::Label& label : node->labels) {
      if (label.key == "topology.kubernetes.io/zone") zone = label.value;
    }
  }
  known.pod = endpoint_pod(object, zone);
  return known.pod;
}

void ServiceEndpoints::settle() {
  is_settling_ = true;
  const auto now = std::exchange(out_of_date_, {});
  for (const auto& [name_space, name] : now) settle(name_space, name);
  is_settling_ = false;
}

void ServiceEndpoints::settle(const std::string& name_space, const std::string& name) {
  const ObjectPtr stored = store_.find(store_.kinds().core("services"), name_space, name);
  if (stored == nullptr) {
    // The slices are owned by the Service, and went with it.
    remove(store_.kinds().core("endpoints"), name_space, name);
    return;
  }
  const Json service = Json::parse(stored->json).value_or(Json::object());
  const auto of_namespace = services_.find(name_space);
  const auto known = of_namespace->second.find(name);
  // Without a selector what there is stays: somebody else may keep it.
  if (known == of_namespace->second.end() || stored->deleting) return;
  std::vector<EndpointPod> behind;
  behind.reserve(known->second.pods.size());
  for (const std::string& each : known->second.pods) {
    if (const ObjectPtr pod = store_.find(store_.kinds().core("pods"), name_space, each))
      behind.push_back(read(pod));
  }
  settle_endpoints(service, behind);
  settle_slices(service, behind);
}

void ServiceEndpoints::settle_endpoints(const Json& service, const std::vector<EndpointPod>& pods) {
  const ApiKind& kind = store_.kinds().core("endpoints");
  const std::string_view name_space = service.text_at({"metadata", "namespace"});
  const std::string_view name = service.text_at({"metadata", "name"});
  const ObjectPtr stored = store_.find(kind, name_space, name);
  const Json before = stored == nullptr ? Json() : Json::parse(stored->json).value_or(Json());
  Json now = endpoints_of(service, pods, before, minor_);
  if (stored != nullptr && same(before, now)) return;
  const std::string time = base::rfc3339(std::chrono::floor<std::chrono::seconds>(store_.now()));
  if (!pods.empty()) now["metadata"]["annotations"].set(trigger_time, Json::string(time));
  if (stored == nullptr) {
    static_cast<void>(store_.create(kind, name_space, std::move(now), controller()));
  } else {
    static_cast<void>(store_.put(std::move(now)));
  }
}

std::vector<ObjectPtr> ServiceEndpoints::slices_of(std::string_view name_space, std::string_view service) const {
  const std::string labels =
      "endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io,kubernetes.io/service-name=" +
      std::string(service);
  const auto selection =
      Selection::compile(slices(store_), {.name_space = std::string(name_space), .labels = labels, .fields = {}});
  if (!selection) return {};
  auto page = store_.list(slices(store_), *selection);
  return page ? std::move(page->objects) : std::vector<ObjectPtr>();
}

void ServiceEndpoints::settle_slices(const Json& service, const std::vector<EndpointPod>& pods) {
  const ApiKind& kind = slices(store_);
  const std::string_view name_space = service.text_at({"metadata", "namespace"});
  std::map<std::string, Json, std::less<>> left;
  std::vector<Json> before;
  for (const ObjectPtr& slice : slices_of(name_space, service.text_at({"metadata", "name"}))) {
    if (slice->deleting) continue;
    before.push_back(Json::parse(slice->json).value_or(Json::object()));
    left.emplace(slice->name, before.back());
  }
  for (Json& now : endpoint_slices_of(service, pods, before)) {
    const std::string time = base::rfc3339(std::chrono::floor<std::chrono::seconds>(store_.now()));
    const auto old = left.find(now.text_at({"metadata", "name"}));
    const bool is_new = old == left.end();
    const bool is_same = !is_new && same(old->second, now);
    if (!is_new) left.erase(old);
    if (is_same) continue;
    if (!pods.empty()) now["metadata"]["annotations"].set(trigger_time, Json::string(time));
    if (is_new) {
      static_cast<void>(store_.create(kind, name_space, std::move(now), controller()));
    } else {
      static_cast<void>(store_.put(std::move(now)));
    }
  }
  for (const auto& [name, slice] : left) remove(kind, name_space, name);
}

void ServiceEndpoints::remove(const ApiKind& kind, std::string_view name_space, std::string_view name) {
  static_cast<void>(store_.remove(kind, name_space, name, {}));
}

}  // namespace bulwark::twin

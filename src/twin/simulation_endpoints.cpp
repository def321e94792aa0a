#include "twin/simulation_endpoints.h"

#include <algorithm>
#include <map>
#include <set>

#include "twin/simulation_parts.h"

namespace bulwark::twin {

using document::Json;

namespace {

constexpr std::size_t most_addresses = 1'000;  // of Endpoints (maxCapacity)
constexpr std::size_t most_in_slice = 100;     // --max-endpoints-per-slice

constexpr std::string_view headless_label = "service.kubernetes.io/headless";
constexpr std::string_view over_capacity = "endpoints.kubernetes.io/over-capacity";

Json string(std::string_view text) { return Json::string(text); }

template <class Visit>
void for_each_item(const Json* list, const Visit& visit) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& [key, item] : list->members()) visit(item);
}

bool is_true(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* value = object.at(path);
  return value != nullptr && value->is_true();
}

bool is_headless(const Json& service) {
  const std::string_view address = service.text_at({"spec", "clusterIP"});
  return address.empty() || address == "None";
}

std::size_t count_of_ports(const Json& service) {
  const Json* ports = service.at({"spec", "ports"});
  return ports == nullptr ? 0 : ports->size();
}

// What a port of the Service leads to in this pod (podutil.FindPort); negative: the pod has no port of that name.
std::int64_t target_of(const Json& port, std::string_view protocol, const EndpointPod& pod) {
  constexpr std::int64_t nowhere = -1;
  const Json* target = port.find("targetPort");
  if (target == nullptr || target->is_null()) target = port.find("port");
  if (target == nullptr) return nowhere;
  if (!target->is_string()) return target->integer().value_or(nowhere);
  for (const EndpointPod::Port& each : pod.ports) {
    if (each.name == target->text() && each.protocol == protocol) return each.number;
  }
  return nowhere;
}

// A port of the Service as this pod has it; null: it has not.
Json port_of(const Json& port, const EndpointPod& pod) {
  const std::string protocol(port.text_at({"protocol"}).empty() ? "TCP" : port.text_at({"protocol"}));
  const std::int64_t number = target_of(port, protocol, pod);
  if (number < 0) return {};
  Json made = Json::object();
  made.set("name", string(port.text_at({"name"})));
  made.set("port", Json::number(number));
  made.set("protocol", string(protocol));
  if (const std::string_view app = port.text_at({"appProtocol"}); !app.empty())
    made.set("appProtocol", string(app));
  return made;
}

std::string address_in(const EndpointPod& pod, std::string_view family) {
  for (const std::string& each : pod.addresses) {
    if ((each.find(':') != std::string::npos) == (family == "IPv6")) return each;
  }
  return {};
}

std::vector<std::string> families_of(const Json& service) {
  std::vector<std::string> families;
  for_each_item(service.at({"spec", "ipFamilies"}), [&](const Json& each) { families.push_back(each.text()); });
  if (families.empty()) families.emplace_back("IPv4");
  return families;
}

Json reference_to(const EndpointPod& pod) {
  Json reference = Json::object();
  reference.set("kind", string("Pod"));
  reference.set("namespace", string(pod.name_space));
  reference.set("name", string(pod.name));
  reference.set("uid", string(pod.uid));
  return reference;
}

// In the DNS the pod has a name of its own below the Service's.
bool has_own_name(const EndpointPod& pod, const Json& service) {
  return !pod.host_name.empty() && pod.subdomain == service.text_at({"metadata", "name"});
}

// The Service's labels, and whether it is headless.
Json labels_of(const Json& service) {
  Json labels = Json::object();
  if (const Json* own = service.at({"metadata", "labels"}); own != nullptr && own->is_object()) labels = *own;
  labels.erase(headless_label);
  if (is_headless(service)) labels.set(headless_label, string(""));
  return labels;
}

struct Addresses {
  std::vector<const EndpointPod*> ready, not_ready;
};

Json address_list(const std::vector<const EndpointPod*>& pods, const Json& service, std::string_view family) {
  Json list = Json::array();
  for (const EndpointPod* pod : pods) {
    Json& address = list.push_back(Json::object());
    address.set("ip", string(address_in(*pod, family)));
    if (has_own_name(*pod, service)) address.set("hostname", string(pod->host_name));
    if (!pod->node.empty()) address.set("nodeName", string(pod->node));
    address.set("targetRef", reference_to(*pod));
  }
  return list;
}

// What is ready comes first when there are too many; true when some were left out.
bool cut(std::vector<Addresses>& subsets) {
  std::size_t ready = 0, all = 0;
  for (const Addresses& each : subsets)
    ready += each.ready.size(), all += each.ready.size() + each.not_ready.size();
  if (all <= most_addresses) return false;
  std::size_t left = most_addresses;
  std::size_t for_others = ready < most_addresses ? most_addresses - ready : 0;
  for (Addresses& each : subsets) {
    each.ready.resize(std::min(each.ready.size(), left));
    left -= each.ready.size();
    each.not_ready.resize(std::min(each.not_ready.size(), for_others));
    for_others -= each.not_ready.size();
  }
  return true;
}

}  // namespace

EndpointPod endpoint_pod(const Json& pod, std::string_view zone) {
  EndpointPod made;
  made.name_space = pod.text_at({"metadata", "namespace"});
  made.name = pod.text_at({"metadata", "name"});
  made.uid = pod.text_at({"metadata", "uid"});
  made.node = pod.text_at({"spec", "nodeName"});
  made.host_name = pod.text_at({"spec", "hostname"});
  made.subdomain = pod.text_at({"spec", "subdomain"});
  made.zone = zone;
  for_each_item(pod.at({"status", "podIPs"}), [&](const Json& each) {
    if (const std::string_view address = each.text_at({"ip"}); !address.empty())
      made.addresses.emplace_back(address);
  });
  const std::string_view address = pod.text_at({"status", "podIP"});
  if (made.addresses.empty() && !address.empty()) made.addresses.emplace_back(address);
  const auto add_ports = [&](const Json& container) {
    for_each_item(container.find("ports"), [&](const Json& port) {
      const std::string_view protocol = port.text_at({"protocol"});
      const Json* number = port.find("containerPort");
      made.ports.push_back({.name = std::string(port.text_at({"name"})),
                            .protocol = protocol.empty() ? "TCP" : std::string(protocol),
                            .number = number == nullptr ? 0 : number->integer().value_or(0)});
    });
  };
  for_each_item(pod.at({"spec", "containers"}), add_ports);
  for_each_item(pod.at({"spec", "initContainers"}), [&](const Json& container) {
    if (container.text_at({"restartPolicy"}) == "Always") add_ports(container);
  });
  for_each_item(pod.at({"status", "conditions"}), [&](const Json& each) {
    if (each.text_at({"type"}) == "Ready") made.is_ready = each.text_at({"status"}) == "True";
  });
  made.is_going = pod.at({"metadata", "deletionTimestamp"}) != nullptr;
  const std::string_view phase = pod.text_at({"status", "phase"});
  made.has_ended = phase == "Succeeded" || phase == "Failed";
  return made;
}

bool has_endpoints(const Json& service) {
  const Json* selector = service.at({"spec", "selector"});
  return selector != nullptr && selector->is_object() && !selector->empty() &&
         service.text_at({"spec", "type"}) != "ExternalName";
}

Json endpoints_of(const Json& service, std::span<const EndpointPod> pods, const Json& before, int minor) {
  const bool tolerates = is_true(service, {"spec", "publishNotReadyAddresses"});
  const std::string family = families_of(service).front();
  // Ports with the same addresses share a subset (RepackSubsets); the addresses of each port first.
  struct OfPort {
    Json port;
    std::vector<const EndpointPod*> pods;
  };
  std::map<std::string, std::size_t> place;
  std::vector<OfPort> of_ports;
  const auto add = [&](const EndpointPod& pod, Json port) {
    const auto [found, is_new] = place.try_emplace(port.write(), of_ports.size());
    if (is_new) of_ports.push_back({std::move(port), {}});
    of_ports[found->second].pods.push_back(&pod);
  };
  std::vector<const EndpointPod*> taken;
  for (const EndpointPod& pod : pods) {
    const bool counts = !pod.has_ended && !address_in(pod, family).empty() && (tolerates || !pod.is_going);
    if (counts) taken.push_back(&pod);
  }
  std::sort(taken.begin(), taken.end(), [&](const EndpointPod* a, const EndpointPod* b) {
    const std::string first = address_in(*a, family), second = address_in(*b, family);
    return first != second ? first < second : a->uid < b->uid;
  });
  for (const EndpointPod* pod : taken) {
    if (count_of_ports(service) == 0 && is_headless(service)) add(*pod, Json());
    for_each_item(service.at({"spec", "ports"}), [&](const Json& port) {
      if (Json found = port_of(port, *pod); !found.is_null()) add(*pod, std::move(found));
    });
  }
  std::vector<Addresses> subsets;
  std::vector<Json> ports;
  std::map<std::vector<const EndpointPod*>, std::size_t> subset_by_pods;
  for (OfPort& each : of_ports) {
    const auto [found, is_new] = subset_by_pods.try_emplace(each.pods, subsets.size());
    if (is_new) {
      subsets.emplace_back();
      ports.push_back(Json::array());
      for (const EndpointPod* pod : each.pods) {
        (tolerates || pod->is_ready ? subsets.back().ready : subsets.back().not_ready).push_back(pod);
      }
    }
    // The only port of a Service needs no name.
    if (each.port.text_at({"name"}).empty()) each.port.erase("name");
    if (!each.port.is_null()) ports[found->second].push_back(std::move(each.port));
  }
  const bool was_cut = cut(subsets);

  Json object = Json::object();
  object.set("kind", string("Endpoints"));
  object.set("apiVersion", string("v1"));
  Json metadata = Json::object();
  if (const Json* old = before.find("metadata")) metadata = *old;
  metadata.set("name", string(service.text_at({"metadata", "name"})));
  metadata.set("namespace", string(service.text_at({"metadata", "namespace"})));
  Json labels = labels_of(service);
  if (minor >= 33) labels.set("endpoints.kubernetes.io/managed-by", string("endpoint-controller"));
  metadata.erase("labels");
  if (!labels.empty()) metadata.set("labels", std::move(labels));
  if (was_cut) {
    metadata["annotations"].set(over_capacity, string("truncated"));
  } else if (Json* annotations = metadata.find("annotations")) {
    annotations->erase(over_capacity);
    if (annotations->empty()) metadata.erase("annotations");
  }
  object.set("metadata", std::move(metadata));
  Json list = Json::array();
  for (std::size_t i = 0; i < subsets.size(); ++i) {
    if (subsets[i].ready.empty() && subsets[i].not_ready.empty()) continue;
    Json& subset = list.push_back(Json::object());
    if (!subsets[i].ready.empty()) subset.set("addresses", address_list(subsets[i].ready, service, family));
    if (!subsets[i].not_ready.empty())
      subset.set("notReadyAddresses", address_list(subsets[i].not_ready, service, family));
    if (!ports[i].empty()) subset.set("ports", std::move(ports[i]));
  }
  if (!list.empty()) object.set("subsets", std::move(list));
  return object;
}

namespace {

Json endpoint_of(const EndpointPod& pod, const Json& service, std::string_view family) {
  const bool publishes = is_true(service, {"spec", "publishNotReadyAddresses"});
  Json endpoint = Json::object();
  endpoint["addresses"].push_back(string(address_in(pod, family)));
  Json& conditions = endpoint["conditions"];
  conditions.set("ready", Json::boolean(publishes || (pod.is_ready && !pod.is_going)));
  conditions.set("serving", Json::boolean(pod.is_ready));
  conditions.set("terminating", Json::boolean(pod.is_going));
  if (has_own_name(pod, service)) endpoint.set("hostname", string(pod.host_name));
  if (!pod.node.empty()) endpoint.set("nodeName", string(pod.node));
  endpoint.set("targetRef", reference_to(pod));
  if (!pod.zone.empty()) endpoint.set("zone", string(pod.zone));
  return endpoint;
}

Json new_slice(const Json& service, std::string_view family, const Json& ports) {
  Json slice = Json::object();
  slice.set("kind", string("EndpointSlice"));
  slice.set("apiVersion", string("discovery.k8s.io/v1"));
  Json& metadata = slice["metadata"];
  metadata.set("generateName", string(std::string(service.text_at({"metadata", "name"})) + '-'));
  metadata.set("namespace", string(service.text_at({"metadata", "namespace"})));
  metadata["ownerReferences"].push_back(controller_reference(
      "v1", "Service", service.text_at({"metadata", "name"}), service.text_at({"metadata", "uid"})));
  slice.set("addressType", string(family));
  slice.set("endpoints", Json::array());
  slice.set("ports", ports);
  return slice;
}

// Fills slices with one family and the same ports: what is in one stays there.
void fill_slices(const Json& service, std::string_view family, const Json& ports,
                 const std::vector<const EndpointPod*>& pods, std::span<const Json> before,
                 std::vector<Json>& out) {
  std::map<std::string_view, const EndpointPod*> left;
  for (const EndpointPod* pod : pods) left.emplace(pod->uid, pod);
  const std::size_t first = out.size();
  for (const Json& old : before) {
    const Json* own_ports = old.find("ports");
    if (old.text_at({"addressType"}) != family || own_ports == nullptr || !(*own_ports == ports)) continue;
    Json slice = old;
    Json kept = Json::array();
    for_each_item(old.find("endpoints"), [&](const Json& endpoint) {
      const auto found = left.find(endpoint.text_at({"targetRef", "uid"}));
      if (found == left.end()) return;
      kept.push_back(endpoint_of(*found->second, service, family));
      left.erase(found);
    });
    slice.set("endpoints", std::move(kept));
    out.push_back(std::move(slice));
  }
  std::size_t at = first;
  for (const EndpointPod* pod : pods) {
    if (!left.contains(pod->uid)) continue;
    while (at < out.size() && out[at].find("endpoints")->size() >= most_in_slice) ++at;
    if (at == out.size()) out.push_back(new_slice(service, family, ports));
    out[at]["endpoints"].push_back(endpoint_of(*pod, service, family));
  }
  const auto is_empty = [](const Json& slice) { return slice.find("endpoints")->empty(); };
  out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), is_empty), out.end());
}

}  // namespace

std::vector<Json> endpoint_slices_of(const Json& service, std::span<const EndpointPod> pods,
                                     std::span<const Json> before) {
  std::vector<Json> slices;
  if (!has_endpoints(service)) return slices;
  for (const std::string& family : families_of(service)) {
    struct Group {
      Json ports;
      std::vector<const EndpointPod*> pods;
    };
    std::map<std::string, Group> groups;  // pods whose ports have the same numbers
    for (const EndpointPod& pod : pods) {
      if (pod.has_ended || address_in(pod, family).empty()) continue;
      Json ports = Json::array();
      for_each_item(service.at({"spec", "ports"}), [&](const Json& port) {
        if (Json found = port_of(port, pod); !found.is_null()) ports.push_back(std::move(found));
      });
      Group& group = groups[ports.write()];
      group.ports = std::move(ports);
      group.pods.push_back(&pod);
    }
    const std::size_t first = slices.size();
    for (const auto& [key, group] : groups) fill_slices(service, family, group.ports, group.pods, before, slices);
    if (slices.size() > first) continue;
    // A placeholder, so that there is always one.
    Json placeholder;
    for (const Json& old : before) {
      if (placeholder.is_null() && old.text_at({"addressType"}) == family) placeholder = old;
    }
    if (placeholder.is_null()) placeholder = new_slice(service, family, Json());
    placeholder.set("endpoints", Json::array());
    placeholder.set("ports", Json());
    slices.push_back(std::move(placeholder));
  }
  for (Json& slice : slices) {
    Json labels = labels_of(service);
    labels.set("endpointslice.kubernetes.io/managed-by", string("endpointslice-controller.k8s.io"));
    labels.set("kubernetes.io/service-name", string(service.text_at({"metadata", "name"})));
    slice["metadata"].set("labels", std::move(labels));
  }
  return slices;
}

}  // namespace bulwark::twin

#include <fmt/format.h>

#include <algorithm>

#include "serve/age.h"
#include "serve/columns.h"

namespace bulwark::serve {

using document::Node;

const Node* at(const Node& root, std::initializer_list<std::string_view> path) {
  const Node* node = &root;
  for (const std::string_view key : path) {
    node = node->find(key);
    if (node == nullptr || node->is_null()) return nullptr;
  }
  return node;
}

std::string text_at(const Shown& shown, std::initializer_list<std::string_view> path, std::string_view otherwise) {
  const Node* node = at(shown.root, path);
  return std::string(node == nullptr || node->text().empty() ? otherwise : node->text());
}

std::string count_at(const Shown& shown, std::initializer_list<std::string_view> path) {
  return text_at(shown, path, "0");
}

std::string name_cell(const Shown& shown) { return text_at(shown, {"metadata", "name"}); }
std::string age_cell(const Shown& shown) {
  return age(text_at(shown, {"metadata", "creationTimestamp"}), shown.now);
}

void append_with_comma(std::string& text, std::string_view part) {
  if (!text.empty()) text += ',';
  text += part;
}

std::string selector_cell(const Node* selector) {
  std::string text;
  if (selector == nullptr) return "<none>";
  const Node* labels = selector->find("matchLabels");
  const Node* expressions = selector->find("matchExpressions");
  if (labels == nullptr && expressions == nullptr) labels = selector;
  if (labels != nullptr) {
    for (const auto& [key, value] : labels->members()) {
      append_with_comma(text, fmt::format("{}={}", key.text(), value.text()));
    }
  }
  if (expressions != nullptr) {
    for (const Node& item : expressions->items()) {
      const auto part = [&](std::string_view key) {
        const Node* found = item.find(key);
        return found == nullptr ? std::string_view() : found->text();
      };
      std::string values;
      if (const Node* list = item.find("values")) {
        for (const Node& value : list->items()) append_with_comma(values, value.text());
      }
      const std::string_view op = part("operator");
      append_with_comma(text, op == "Exists" ? std::string(part("key"))
                              : op == "DoesNotExist"
                                  ? fmt::format("!{}", part("key"))
                                  : fmt::format("{} {} ({})", part("key"), op == "In" ? "in" : "notin", values));
    }
  }
  return text.empty() ? "<none>" : text;
}

namespace {

std::span<const Node> items(const Node* list) { return list == nullptr ? std::span<const Node>() : list->items(); }

std::string member(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? std::string() : std::string(found->text());
}

std::string size_of(const Shown& shown, std::initializer_list<std::string_view> path) {
  const Node* node = at(shown.root, path);
  return std::to_string(node == nullptr ? 0 : node->items().size() + node->members().size());
}

// "<none>" where nothing is exposed; <pending> as long as a load balancer has no address.
std::string external_ip(const Shown& shown) {
  const std::string type = text_at(shown, {"spec", "type"});
  if (type == "ExternalName") return text_at(shown, {"spec", "externalName"});
  std::string text;
  for (const Node& address : items(at(shown.root, {"spec", "externalIPs"})))
    append_with_comma(text, address.text());
  if (type == "LoadBalancer") {
    for (const Node& ingress : items(at(shown.root, {"status", "loadBalancer", "ingress"}))) {
      const std::string ip = member(ingress, "ip");
      append_with_comma(text, ip.empty() ? member(ingress, "hostname") : ip);
    }
    return text.empty() ? "<pending>" : text;
  }
  return text.empty() ? "<none>" : text;
}

std::string service_ports(const Shown& shown) {
  std::string text;
  for (const Node& port : items(at(shown.root, {"spec", "ports"}))) {
    const std::string node_port = member(port, "nodePort");
    append_with_comma(text, fmt::format("{}{}{}/{}", member(port, "port"), node_port.empty() ? "" : ":", node_port,
                                        member(port, "protocol")));
  }
  return text.empty() ? "<none>" : text;
}

std::string endpoints(const Shown& shown) {
  std::vector<std::string> all;
  for (const Node& subset : items(at(shown.root, {"subsets"}))) {
    for (const Node& address : items(subset.find("addresses"))) {
      const auto ports = items(subset.find("ports"));
      if (ports.empty()) all.push_back(member(address, "ip"));
      for (const Node& port : ports) all.push_back(member(address, "ip") + ':' + member(port, "port"));
    }
  }
  std::string text;
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) append_with_comma(text, all[i]);
  if (all.size() > most) text += fmt::format(" + {} more...", all.size() - most);
  return text.empty() ? "<none>" : text;
}

std::string access_modes(const Shown& shown, std::initializer_list<std::string_view> path) {
  std::string text;
  for (const Node& mode : items(at(shown.root, path))) {
    const std::string_view name = mode.text();
    append_with_comma(text, name == "ReadWriteOnce"      ? "RWO"
                            : name == "ReadOnlyMany"     ? "ROX"
                            : name == "ReadWriteMany"    ? "RWX"
                            : name == "ReadWriteOncePod" ? "RWOP"
                                                         : name);
  }
  return text;
}

std::string claim_status(const Shown& shown) {
  return at(shown.root, {"metadata", "deletionTimestamp"}) != nullptr ? "Terminating"
                                                                      : text_at(shown, {"status", "phase"});
}

std::string volume_claim(const Shown& shown) {
  const std::string name = text_at(shown, {"spec", "claimRef", "name"});
  return name.empty() ? name : text_at(shown, {"spec", "claimRef", "namespace"}) + '/' + name;
}

std::string targets(const Shown& shown) {
  std::string text;
  const auto current = items(at(shown.root, {"status", "currentMetrics"}));
  std::size_t place = 0;
  for (const Node& metric : items(at(shown.root, {"spec", "metrics"}))) {
    const std::size_t index = place++;
    std::string type = member(metric, "type");
    if (type.empty()) continue;
    type[0] = static_cast<char>(type[0] + ('a' - 'A'));
    if (type == "containerResource" || type == "resource") {
      const Node* wanted = at(metric, {type, "target", "averageUtilization"});
      const Node* now =
          index < current.size() ? at(current[index], {type, "current", "averageUtilization"}) : nullptr;
      append_with_comma(text,
                        fmt::format("{}: {}{}/{}%",
                                    at(metric, {type, "name"}) == nullptr ? std::string_view()
                                                                          : at(metric, {type, "name"})->text(),
                                    now == nullptr ? "<unknown>" : now->text(), now == nullptr ? "" : "%",
                                    wanted == nullptr ? "<auto>" : wanted->text()));
    } else {
      append_with_comma(text, "<unknown>/<auto>");
    }
  }
  return text.empty() ? "<none>" : text;
}

std::string event_object(const Shown& shown) {
  std::string kind = text_at(shown, {"involvedObject", "kind"});
  for (char& c : kind) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return kind + '/' + text_at(shown, {"involvedObject", "name"});
}

std::string event_time(const Shown& shown, std::string_view which) {
  for (const std::string_view key : {which, std::string_view("eventTime"), std::string_view("firstTimestamp")}) {
    if (const std::string time = text_at(shown, {key}); !time.empty()) return age(time, shown.now);
  }
  return "<unknown>";
}

std::string ingress_hosts(const Shown& shown) {
  std::string text;
  for (const Node& rule : items(at(shown.root, {"spec", "rules"}))) {
    if (const std::string host = member(rule, "host"); !host.empty()) append_with_comma(text, host);
  }
  return text.empty() ? "*" : text;
}

std::string load_balancer(const Shown& shown) {
  std::string text;
  for (const Node& ingress : items(at(shown.root, {"status", "loadBalancer", "ingress"}))) {
    const std::string ip = member(ingress, "ip");
    append_with_comma(text, ip.empty() ? member(ingress, "hostname") : ip);
  }
  return text;
}

std::string quota(const Shown& shown, bool limits) {
  std::string text;
  const Node* hard = at(shown.root, {"status", "hard"});
  if (hard == nullptr) hard = at(shown.root, {"spec", "hard"});
  if (hard == nullptr) return text;
  for (const auto& [key, value] : hard->members()) {
    if (key.text().starts_with("limits") != limits) continue;
    text += fmt::format("{}{}: {}/{}", text.empty() ? "" : ", ", key.text(),
                        text_at(shown, {"status", "used", key.text()}, "0"), value.text());
  }
  return text;
}

std::string available(const Shown& shown) {
  for (const Node& condition : items(at(shown.root, {"status", "conditions"}))) {
    if (member(condition, "type") == "Available") return member(condition, "status");
  }
  return "Unknown";
}

std::string slice_ports(const Shown& shown) {
  std::string text;
  for (const Node& port : items(at(shown.root, {"ports"}))) append_with_comma(text, member(port, "port"));
  return text.empty() ? "<unset>" : text;
}

std::string slice_addresses(const Shown& shown) {
  std::string text;
  for (const Node& endpoint : items(at(shown.root, {"endpoints"}))) {
    for (const Node& address : items(endpoint.find("addresses"))) append_with_comma(text, address.text());
  }
  return text.empty() ? "<unset>" : text;
}

#define CELL(expression) [](const Shown& s) -> std::string { return expression; }

struct Row {
  std::string_view kinds, name;
  std::string (*cell)(const Shown&);
  bool number = false;
  std::int64_t priority = 0;
};

// In the order of the columns of each kind.
constexpr Row rows[] = {
    {"Service", "Type", CELL(text_at(s, {"spec", "type"}))},
    {"Service", "Cluster-IP", CELL(text_at(s, {"spec", "clusterIP"}, "<none>"))},
    {"Service", "External-IP", external_ip},
    {"Service", "Port(s)", service_ports},
    {"Service", "Age", age_cell},
    {"Service", "Selector", CELL(selector_cell(at(s.root, {"spec", "selector"}))), false, 1},
    {"PodDisruptionBudget", "Min Available", CELL(text_at(s, {"spec", "minAvailable"}, "N/A"))},
    {"PodDisruptionBudget", "Max Unavailable", CELL(text_at(s, {"spec", "maxUnavailable"}, "N/A"))},
    {"PodDisruptionBudget", "Allowed Disruptions", CELL(count_at(s, {"status", "disruptionsAllowed"})), true},
    {"PodDisruptionBudget", "Age", age_cell},
    {"HorizontalPodAutoscaler", "Reference",
     CELL(text_at(s, {"spec", "scaleTargetRef", "kind"}) + '/' + text_at(s, {"spec", "scaleTargetRef", "name"}))},
    {"HorizontalPodAutoscaler", "Targets", targets},
    {"HorizontalPodAutoscaler", "MinPods", CELL(text_at(s, {"spec", "minReplicas"}, "<unset>"))},
    {"HorizontalPodAutoscaler", "MaxPods", CELL(count_at(s, {"spec", "maxReplicas"})), true},
    {"HorizontalPodAutoscaler", "Replicas", CELL(count_at(s, {"status", "currentReplicas"})), true},
    {"HorizontalPodAutoscaler", "Age", age_cell},
    {"Namespace", "Status", CELL(text_at(s, {"status", "phase"}))},
    {"Namespace", "Age", age_cell},
    {"PersistentVolume", "Capacity", CELL(text_at(s, {"spec", "capacity", "storage"}))},
    {"PersistentVolume", "Access Modes", CELL(access_modes(s, {"spec", "accessModes"}))},
    {"PersistentVolume", "Reclaim Policy", CELL(text_at(s, {"spec", "persistentVolumeReclaimPolicy"}))},
    {"PersistentVolume", "Status", claim_status},
    {"PersistentVolume", "Claim", volume_claim},
    {"PersistentVolume", "StorageClass", CELL(text_at(s, {"spec", "storageClassName"}))},
    {"PersistentVolume", "VolumeAttributesClass",
     CELL(text_at(s, {"spec", "volumeAttributesClassName"}, "<unset>"))},
    {"PersistentVolume", "Reason", CELL(text_at(s, {"status", "reason"}))},
    {"PersistentVolume", "Age", age_cell},
    {"PersistentVolume", "VolumeMode", CELL(text_at(s, {"spec", "volumeMode"}, "<unset>")), false, 1},
    {"PersistentVolumeClaim", "Status", claim_status},
    {"PersistentVolumeClaim", "Volume", CELL(text_at(s, {"spec", "volumeName"}))},
    {"PersistentVolumeClaim", "Capacity", CELL(text_at(s, {"status", "capacity", "storage"}))},
    {"PersistentVolumeClaim", "Access Modes", CELL(access_modes(s, {"status", "accessModes"}))},
    {"PersistentVolumeClaim", "StorageClass", CELL(text_at(s, {"spec", "storageClassName"}))},
    {"PersistentVolumeClaim", "VolumeAttributesClass",
     CELL(text_at(s, {"spec", "volumeAttributesClassName"}, "<unset>"))},
    {"PersistentVolumeClaim", "Age", age_cell},
    {"PersistentVolumeClaim", "VolumeMode", CELL(text_at(s, {"spec", "volumeMode"}, "<unset>")), false, 1},
    {"ConfigMap", "Data",
     CELL(std::to_string(std::stoul(size_of(s, {"data"})) + std::stoul(size_of(s, {"binaryData"})))), true},
    {"ConfigMap", "Age", age_cell},
    {"Secret", "Type", CELL(text_at(s, {"type"}))},
    {"Secret", "Data", CELL(size_of(s, {"data"})), true},
    {"Secret", "Age", age_cell},
    {"ServiceAccount", "Secrets", CELL(size_of(s, {"secrets"})), true},
    {"ServiceAccount", "Age", age_cell},
    {"Endpoints", "Endpoints", endpoints},
    {"Endpoints", "Age", age_cell},
    {"EndpointSlice", "AddressType", CELL(text_at(s, {"addressType"}))},
    {"EndpointSlice", "Ports", slice_ports},
    {"EndpointSlice", "Endpoints", slice_addresses},
    {"EndpointSlice", "Age", age_cell},
    {"Ingress", "Class", CELL(text_at(s, {"spec", "ingressClassName"}, "<none>"))},
    {"Ingress", "Hosts", ingress_hosts},
    {"Ingress", "Address", load_balancer},
    {"Ingress", "Ports", CELL(at(s.root, {"spec", "tls"}) == nullptr ? "80" : "80, 443")},
    {"Ingress", "Age", age_cell},
    {"IngressClass", "Controller", CELL(text_at(s, {"spec", "controller"}))},
    {"IngressClass", "Parameters", CELL(text_at(s, {"spec", "parameters", "name"}, "<none>"))},
    {"IngressClass", "Age", age_cell},
    {"NetworkPolicy", "Pod-Selector", CELL(selector_cell(at(s.root, {"spec", "podSelector"})))},
    {"NetworkPolicy", "Age", age_cell},
    {"Lease", "Holder", CELL(text_at(s, {"spec", "holderIdentity"}))},
    {"Lease", "Age", age_cell},
    {"PriorityClass", "Value", CELL(count_at(s, {"value"})), true},
    {"PriorityClass", "Global-Default", CELL(text_at(s, {"globalDefault"}, "false"))},
    {"PriorityClass", "Age", age_cell},
    {"PriorityClass", "PreemptionPolicy", CELL(text_at(s, {"preemptionPolicy"}))},
    {"StorageClass", "Provisioner", CELL(text_at(s, {"provisioner"}))},
    {"StorageClass", "ReclaimPolicy", CELL(text_at(s, {"reclaimPolicy"}))},
    {"StorageClass", "VolumeBindingMode", CELL(text_at(s, {"volumeBindingMode"}))},
    {"StorageClass", "AllowVolumeExpansion", CELL(text_at(s, {"allowVolumeExpansion"}, "false"))},
    {"StorageClass", "Age", age_cell},
    {"ResourceQuota", "Request", CELL(quota(s, false))},
    {"ResourceQuota", "Limit", CELL(quota(s, true))},
    {"ResourceQuota", "Age", age_cell},
    {"LimitRange,Role,ClusterRole,CustomResourceDefinition", "Created At",
     CELL(text_at(s, {"metadata", "creationTimestamp"}))},
    {"RoleBinding,ClusterRoleBinding", "Role",
     CELL(text_at(s, {"roleRef", "kind"}) + '/' + text_at(s, {"roleRef", "name"}))},
    {"RoleBinding,ClusterRoleBinding", "Age", age_cell},
    {"RuntimeClass", "Handler", CELL(text_at(s, {"handler"}))},
    {"RuntimeClass", "Age", age_cell},
    {"MutatingWebhookConfiguration,ValidatingWebhookConfiguration", "Webhooks", CELL(size_of(s, {"webhooks"})),
     true},
    {"MutatingWebhookConfiguration,ValidatingWebhookConfiguration", "Age", age_cell},
    {"APIService", "Service",
     CELL(at(s.root, {"spec", "service"}) == nullptr
              ? "Local"
              : text_at(s, {"spec", "service", "namespace"}) + '/' + text_at(s, {"spec", "service", "name"}))},
    {"APIService", "Available", available},
    {"APIService", "Age", age_cell},
    {"CSINode", "Drivers", CELL(size_of(s, {"spec", "drivers"})), true},
    {"CSINode", "Age", age_cell},
    {"ControllerRevision", "Controller", CELL([&] {
       const auto owners = items(at(s.root, {"metadata", "ownerReferences"}));
       return owners.empty() ? std::string("<none>") : member(owners[0], "kind") + '/' + member(owners[0], "name");
     }())},
    {"ControllerRevision", "Revision", CELL(count_at(s, {"revision"})), true},
    {"ControllerRevision", "Age", age_cell},
};

}  // namespace

std::vector<Column> other_columns(std::string_view kind) {
  const auto column = [](std::string_view name, std::string (*cell)(const Shown&), bool number,
                         std::int64_t priority) {
    return Column{std::string(name), number ? "integer" : "string", priority, cell, {}};
  };
  if (kind == "Event") {
    return {
        column("Last Seen", CELL(event_time(s, "lastTimestamp")), false, 0),
        column("Type", CELL(text_at(s, {"type"})), false, 0),
        column("Reason", CELL(text_at(s, {"reason"})), false, 0),
        column("Object", event_object, false, 0),
        column("Subobject", CELL(text_at(s, {"involvedObject", "fieldPath"})), false, 1),
        column("Source", CELL(text_at(s, {"source", "component"}, text_at(s, {"reportingComponent"}))), false, 1),
        column("Message", CELL(text_at(s, {"message"})), false, 0),
        column("First Seen", CELL(event_time(s, "firstTimestamp")), false, 1),
        column("Count", CELL(text_at(s, {"count"}, "1")), false, 1),
        column("Name", name_cell, false, 1)};
  }
  std::vector<Column> columns;
  for (const Row& row : rows) {
    std::string_view rest = row.kinds;
    bool found = false;
    while (!rest.empty() && !found) {
      const std::size_t comma = rest.find(',');
      found = rest.substr(0, comma) == kind;
      rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    if (!found) continue;
    if (columns.empty()) columns.push_back(column("Name", name_cell, false, 0));
    columns.push_back(column(row.name, row.cell, row.number, row.priority));
  }
  return columns;
}

#undef CELL

}  // namespace bulwark::serve

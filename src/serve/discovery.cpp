#include "serve/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "document/json_writer.h"
#include "serve/schemas.h"

namespace bulwark::serve {

using document::JsonWriter;
using twin::ApiKind;
using twin::ApiKinds;

namespace {

struct GroupVersion {
  std::string_view group, version;
  friend bool operator==(const GroupVersion&, const GroupVersion&) = default;
};

// Versions in the order of discovery; of one group, the preferred version first.
std::vector<GroupVersion> versions(const ApiKinds& kinds) {
  std::vector<GroupVersion> result;
  for (const ApiKind* kind : kinds.all()) {
    const GroupVersion each{kind->resource.group, kind->resource.version};
    if (std::find(result.begin(), result.end(), each) == result.end()) result.push_back(each);
  }
  return result;
}

std::vector<std::string_view> group_names(const ApiKinds& kinds) {
  std::vector<std::string_view> names;
  for (const GroupVersion& each : versions(kinds)) {
    if (!each.group.empty() && std::find(names.begin(), names.end(), each.group) == names.end()) {
      names.push_back(each.group);
    }
  }
  return names;
}

std::string api_version(const GroupVersion& each) {
  return each.group.empty() ? std::string(each.version) : fmt::format("{}/{}", each.group, each.version);
}

struct Subresource {
  std::string name, group, version, kind;
  std::vector<std::string> verbs;
};

std::vector<Subresource> subresources(const ApiKind& kind) {
  std::vector<Subresource> all;
  const auto& [group, version, plural, name, namespaced, verbs] = kind.resource;
  const std::vector<std::string> write{"get", "patch", "update"};
  if (kind.has_status) all.push_back({"status", group, version, name, write});
  if (kind.has_scale) all.push_back({"scale", "autoscaling", "v1", "Scale", write});
  if (!group.empty()) return all;
  if (plural == "pods") {
    all.push_back({"binding", "", "v1", "Binding", {"create"}});
    all.push_back({"eviction", "policy", "v1", "Eviction", {"create"}});
    all.push_back({"log", "", "v1", "Pod", {"get"}});
  } else if (plural == "serviceaccounts") {
    all.push_back({"token", "authentication.k8s.io", "v1", "TokenRequest", {"create"}});
  } else if (plural == "namespaces") {
    all.push_back({"finalize", "", "v1", "Namespace", {"update"}});
  }
  return all;
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_kind(JsonWriter& json, std::string_view key, std::string_view group, std::string_view version,
                std::string_view kind) {
  json.key(key).begin_object();
  json.member("group", group).member("version", version).member("kind", kind).end_object();
}

void write_aggregated(JsonWriter& json, const ApiKinds& kinds, const GroupVersion& each) {
  json.begin_object().member("version", each.version).key("resources").begin_array();
  for (const ApiKind* kind : kinds.all()) {
    const kube::Resource& resource = kind->resource;
    if (resource.group != each.group || resource.version != each.version) continue;
    json.begin_object().member("resource", std::string_view(resource.plural));
    write_kind(json, "responseKind", resource.group, resource.version, resource.kind);
    json.member("scope", resource.namespaced ? "Namespaced" : "Cluster");
    json.member("singularResource", std::string_view(kind->singular));
    write_texts(json, "verbs", resource.verbs);
    if (!kind->short_names.empty()) write_texts(json, "shortNames", kind->short_names);
    if (!kind->categories.empty()) write_texts(json, "categories", kind->categories);
    const auto parts = subresources(*kind);
    if (!parts.empty()) {
      json.key("subresources").begin_array();
      for (const Subresource& part : parts) {
        json.begin_object().member("subresource", std::string_view(part.name));
        write_kind(json, "responseKind", part.group, part.version, part.kind);
        write_texts(json, "verbs", part.verbs);
        json.end_object();
      }
      json.end_array();
    }
    json.end_object();
  }
  json.end_array().member("freshness", "Current").end_object();
}

std::string aggregated_list(const ApiKinds& kinds, const std::vector<std::string_view>& names) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", "APIGroupDiscoveryList").member("apiVersion", "apidiscovery.k8s.io/v2");
  json.key("metadata").begin_object().end_object().key("items").begin_array();
  for (const std::string_view name : names) {
    json.begin_object().key("metadata").begin_object();
    if (!name.empty()) json.member("name", name);
    json.end_object().key("versions").begin_array();
    for (const GroupVersion& each : versions(kinds)) {
      if (each.group == name) write_aggregated(json, kinds, each);
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return out;
}

void write_group(JsonWriter& json, const ApiKinds& kinds, std::string_view name) {
  json.member("name", name).key("versions").begin_array();
  std::string_view preferred;
  const auto write_version = [&](std::string_view version) {
    json.member("groupVersion", std::string_view(fmt::format("{}/{}", name, version))).member("version", version);
  };
  for (const GroupVersion& each : versions(kinds)) {
    if (each.group != name) continue;
    if (preferred.empty()) preferred = each.version;
    json.begin_object();
    write_version(each.version);
    json.end_object();
  }
  json.end_array().key("preferredVersion").begin_object();
  write_version(preferred);
  json.end_object();
}

std::string document_name(const GroupVersion& each) {
  return (each.group.empty() ? "api/" : "apis/") + api_version(each);
}

}  // namespace

std::string core_versions(const ApiKinds& kinds, bool aggregated) {
  if (aggregated) return aggregated_list(kinds, {""});
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", "APIVersions").key("versions").begin_array().value("v1").end_array();
  json.key("serverAddressByClientCIDRs").begin_array().end_array().end_object();
  return out;
}

std::string groups(const ApiKinds& kinds, bool aggregated) {
  if (aggregated) return aggregated_list(kinds, group_names(kinds));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", "APIGroupList").member("apiVersion", "v1").key("groups").begin_array();
  for (const std::string_view name : group_names(kinds)) {
    json.begin_object();
    write_group(json, kinds, name);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

std::string group(const ApiKinds& kinds, std::string_view name) {
  const auto names = group_names(kinds);
  if (std::find(names.begin(), names.end(), name) == names.end()) return {};
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", "APIGroup").member("apiVersion", "v1");
  write_group(json, kinds, name);
  json.end_object();
  return out;
}

std::string resources(const ApiKinds& kinds, std::string_view group, std::string_view version) {
  const GroupVersion wanted{group, version};
  const auto all = versions(kinds);
  if (std::find(all.begin(), all.end(), wanted) == all.end()) return {};
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", "APIResourceList").member("apiVersion", "v1");
  json.member("groupVersion", std::string_view(api_version(wanted))).key("resources").begin_array();
  for (const ApiKind* kind : kinds.all()) {
    const kube::Resource& resource = kind->resource;
    if (resource.group != group || resource.version != version) continue;
    json.begin_object().member("name", std::string_view(resource.plural));
    json.member("singularName", std::string_view(kind->singular)).member("namespaced", resource.namespaced);
    json.member("kind", std::string_view(resource.kind));
    write_texts(json, "verbs", resource.verbs);
    if (!kind->short_names.empty()) write_texts(json, "shortNames", kind->short_names);
    if (!kind->categories.empty()) write_texts(json, "categories", kind->categories);
    json.end_object();
    for (const Subresource& part : subresources(*kind)) {
      json.begin_object().member("name", std::string_view(resource.plural + '/' + part.name));
      json.member("singularName", "").member("namespaced", resource.namespaced);
      if (part.group != group || part.version != version) {
        json.member("group", std::string_view(part.group)).member("version", std::string_view(part.version));
      }
      json.member("kind", std::string_view(part.kind));
      write_texts(json, "verbs", part.verbs);
      json.end_object();
    }
  }
  json.end_array().end_object();
  return out;
}

std::string version_info(std::string_view git_version) {
  std::string_view numbers = git_version;
  if (numbers.starts_with('v')) numbers.remove_prefix(1);
  const std::size_t dot = numbers.find('.');
  const std::string_view major = numbers.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? "" : numbers.substr(dot + 1);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("major", major).member("minor", rest.substr(0, rest.find('.')));
  json.member("gitVersion", git_version).member("gitCommit", "").member("gitTreeState", "clean");
  json.member("buildDate", "").member("goVersion", "").member("compiler", "").member("platform", "bulwark/twin");
  json.end_object();
  return out;
}

std::string openapi_paths(const ApiKinds& kinds) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("paths").begin_object();
  for (const GroupVersion& each : versions(kinds)) {
    const std::string name = document_name(each);
    json.key(name).begin_object();
    json.member("serverRelativeURL",
                std::string_view(fmt::format("/openapi/v3/{}?hash={}", name, kinds.revision())));
    json.end_object();
  }
  json.end_object().end_object();
  return out;
}

std::string openapi(const ApiKinds& kinds, std::string_view document) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("openapi", "3.0.0").key("info").begin_object();
  json.member("title", "Kubernetes").member("version", "unversioned").end_object().key("paths").begin_object();
  std::vector<const ApiKind*> shown;
  for (const ApiKind* kind : kinds.all()) {
    const kube::Resource& resource = kind->resource;
    if (document_name({resource.group, resource.version}) != document) continue;
    shown.push_back(kind);
    json.key(fmt::format("/{}/{}{}/{{name}}", document, resource.namespaced ? "namespaces/{namespace}/" : "",
                         resource.plural));
    json.begin_object().key("patch").begin_object().member("x-kubernetes-action", "patch");
    write_kind(json, "x-kubernetes-group-version-kind", resource.group, resource.version, resource.kind);
    json.key("parameters").begin_array();
    for (const std::string_view name : {"dryRun", "fieldManager", "fieldValidation", "force"}) {
      json.begin_object().member("name", name).member("in", "query").key("schema").begin_object();
      json.member("type", name == "force" ? "boolean" : "string").end_object().end_object();
    }
    json.end_array().key("responses").begin_object().end_object().end_object().end_object();
  }
  json.end_object().key("components").begin_object().key("schemas").begin_object();
  write_schemas(json, shown);
  json.end_object().end_object().end_object();
  return shown.empty() ? std::string() : out;
}

}  // namespace bulwark::serve

#include "adapters/kubeapi/discovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/kubeapi/api_path.h"
#include "adapters/kubeapi/parsed_text.h"
#include "adapters/kubeapi/status_reader.h"

namespace bulwark::adapters {

namespace {

struct Version {
  std::string group, version;
  bool preferred = false;
  std::string name() const { return group.empty() ? version : group + "/" + version; }
};

kube::Answer<ParsedText> get_json(ApiClient& api, const std::string& path) {
  const std::string body = TRY(api.call({.target = path}));
  auto parsed = ParsedText::json("", body);
  if (parsed && parsed->root().is_mapping()) return *std::move(parsed);
  return std::unexpected(api.fail(fmt::format("{}: the server answered with {} instead of JSON", path,
                                              parsed ? "a scalar" : describe_body("", body))));
}

// The groups of /apis with their versions, preferred one first, behind the core group.
kube::Answer<std::vector<Version>> versions_of(ApiClient& api) {
  std::vector<Version> versions;
  const ParsedText core = TRY(get_json(api, "/api"));
  if (const auto* list = core.root().find("versions")) {
    for (const document::Node& version : list->items())
      versions.push_back({"", std::string(version.text()), true});
  }
  const ParsedText groups = TRY(get_json(api, "/apis"));
  const document::Node* list = groups.root().find("groups");
  if (list == nullptr) return versions;
  for (const document::Node& group : list->items()) {
    const std::string name(text_of(&group, "name"));
    const document::Node* preferred = group.is_mapping() ? group.find("preferredVersion") : nullptr;
    const std::string first(text_of(preferred, "version"));
    if (!first.empty()) versions.push_back({name, first, true});
    const document::Node* others = group.is_mapping() ? group.find("versions") : nullptr;
    if (others == nullptr) continue;
    for (const document::Node& other : others->items()) {
      const std::string version(text_of(&other, "version"));
      if (!version.empty() && version != first) versions.push_back({name, version, false});
    }
  }
  return versions;
}

// Adds the kinds of an APIResourceList that no version before it had.
void add_resources(const document::Node& root, const Version& version, std::vector<kube::Resource>& to) {
  const document::Node* list = root.find("resources");
  if (list == nullptr) return;
  for (const document::Node& entry : list->items()) {
    kube::Resource resource{.group = version.group,
                            .version = version.version,
                            .plural = std::string(text_of(&entry, "name")),
                            .kind = std::string(text_of(&entry, "kind"))};
    if (resource.plural.empty() || resource.plural.find('/') != std::string::npos) continue;
    const bool known = std::any_of(to.begin(), to.end(), [&](const kube::Resource& other) {
      return other.group == resource.group && other.plural == resource.plural;
    });
    if (known) continue;
    if (const auto* namespaced = entry.find("namespaced"))
      resource.namespaced = namespaced->boolean().value_or(true);
    if (const auto* verbs = entry.find("verbs")) {
      for (const document::Node& verb : verbs->items()) resource.verbs.emplace_back(verb.text());
    }
    to.push_back(std::move(resource));
  }
}

}  // namespace

kube::Answer<std::vector<kube::Resource>> discover(ApiClient& api, std::vector<std::string>& missing) {
  const std::vector<Version> versions = TRY(versions_of(api));
  // All at once; each answer is small.
  std::vector<std::unique_ptr<HttpTransfer>> transfers;
  for (const Version& version : versions) {
    auto transfer = TRY(api.start(api.requests(), {.target = version_path(version.group, version.version)},
                                  api.options().idle_limit));
    transfers.push_back(std::move(transfer));
  }
  std::vector<kube::Resource> resources;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    std::string body;
    HttpTransfer& transfer = *transfers[i];
    while (api.wait(api.requests(), transfer) && (transfer.has_body() || !transfer.is_done()))
      body += transfer.take();
    if (api.is_interrupted()) return std::unexpected(api.fail("interrupted"));
    const int code = transfer.status();
    const bool unlucky =
        code == 0 || code == 401 || code == 429 || transfer.failure().kind != HttpFailure::Kind::none;
    transfers[i].reset();
    if (unlucky) {
      // Once more with patience.
      auto again = api.call({.target = version_path(versions[i].group, versions[i].version)});
      if (!again && again.error().code == 0) return std::unexpected(std::move(again).error());
      body = again ? *again : "";
    }
    // A server behind an APIService that is down answers 503 for its group: the others go on.
    const auto parsed = ParsedText::json("", body);
    if (parsed && text_of(&parsed->root(), "kind") == "APIResourceList") {
      add_resources(parsed->root(), versions[i], resources);
    } else {
      missing.push_back(versions[i].name());
    }
  }
  return resources;
}

kube::Answer<std::string> discover_eviction(ApiClient& api) {
  const ParsedText core = TRY(get_json(api, "/api/v1"));
  if (const document::Node* list = core.root().find("resources")) {
    for (const document::Node& entry : list->items()) {
      if (text_of(&entry, "name") != "pods/eviction") continue;
      const std::string_view group = text_of(&entry, "group"), version = text_of(&entry, "version");
      if (!group.empty() && !version.empty()) return fmt::format("{}/{}", group, version);
    }
  }
  kube::Status status = api.fail("the server does not offer pods/eviction");
  status.code = 404;
  status.reason = "NotFound";
  return std::unexpected(std::move(status));
}

}  // namespace bulwark::adapters

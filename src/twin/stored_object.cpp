#include "twin/stored_object.h"

#include <charconv>

#include "document/json_scan.h"

namespace bulwark::twin {

using document::Json;

ObjectPtr store_object(const Json& object) {
  auto stored = std::make_shared<StoredObject>();
  stored->name_space = object.text_at({"metadata", "namespace"});
  stored->name = object.text_at({"metadata", "name"});
  stored->uid = object.text_at({"metadata", "uid"});
  stored->deleting = object.at({"metadata", "deletionTimestamp"}) != nullptr;
  const std::string_view version = object.text_at({"metadata", "resourceVersion"});
  std::from_chars(version.data(), version.data() + version.size(), stored->resource_version);
  if (const Json* labels = object.at({"metadata", "labels"})) {
    stored->texts.reserve(labels->size() * 2);  // the views below must not move
    for (const auto& [key, value] : labels->members()) {
      const std::string& first = stored->texts.emplace_back(key);
      const std::string& second = stored->texts.emplace_back(value.text());
      stored->labels.push_back({first, second});
    }
  }
  const Json* owners = object.at({"metadata", "ownerReferences"});
  if (owners != nullptr && owners->is_array()) {
    for (const auto& [key, owner] : owners->members()) stored->owners.emplace_back(owner.text_at({"uid"}));
  }
  stored->json = object.write();
  return stored;
}

std::string_view find_json(std::string_view json, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    const document::JsonScan scan(json);
    if (json.empty() || json[0] != '{') return {};
    std::string_view found;
    std::size_t at = 1;
    while (at < json.size() && json[at] == '"') {
      const std::size_t key_end = scan.skip_string(at);
      if (key_end == document::JsonScan::npos || key_end >= json.size()) return {};
      const std::size_t value_end = scan.skip_value(key_end + 1);
      if (value_end == document::JsonScan::npos) return {};
      if (json.substr(at + 1, key_end - at - 2) == key) {
        found = json.substr(key_end + 1, value_end - key_end - 1);
        break;
      }
      at = value_end + 1;
    }
    if (found.empty()) return {};
    json = found;
  }
  return json;
}

std::string_view find_text(std::string_view json, std::initializer_list<std::string_view> path) {
  std::string_view text = find_json(json, path);
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return text == "null" ? std::string_view() : text;
}

}  // namespace bulwark::twin

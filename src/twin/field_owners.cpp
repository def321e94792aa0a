#include "twin/field_owners.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kube/field_set.h"
#include "twin/api_status.h"

namespace bulwark::twin {

using document::Json;
using kube::FieldSet;

namespace {

bool is_of(const Json& entry, const FieldWriter& writer, std::string_view operation) {
  return entry.text_at({"manager"}) == writer.manager && entry.text_at({"operation"}) == operation &&
         entry.text_at({"subresource"}) == writer.subresource;
}

Json* find_entry(Json& entries, const FieldWriter& writer, std::string_view operation) {
  for (auto& [key, entry] : entries.members()) {
    if (is_of(entry, writer, operation)) return &entry;
  }
  return nullptr;
}

Json new_entry(const FieldWriter& writer, std::string_view operation, std::string_view api_version,
               FieldSet fields) {
  Json entry = Json::object();
  entry["manager"] = Json::string(writer.manager);
  entry["operation"] = Json::string(operation);
  entry["apiVersion"] = Json::string(api_version);
  entry["time"] = Json::string(writer.time);
  entry["fieldsType"] = Json::string("FieldsV1");
  entry["fieldsV1"] = std::move(fields);
  if (!writer.subresource.empty()) entry["subresource"] = Json::string(writer.subresource);
  return entry;
}

Json entries_of(const Json& object) {
  const Json* entries = object.at({"metadata", "managedFields"});
  return entries != nullptr && entries->is_array() ? *entries : Json::array();
}

void set_entries(Json& object, Json entries) {
  entries.members().erase_if([](const auto& entry) {
    const Json* fields = entry.value.find("fieldsV1");
    return fields == nullptr || fields->empty();
  });
  if (entries.empty()) {
    object["metadata"].erase("managedFields");
  } else {
    object["metadata"]["managedFields"] = std::move(entries);
  }
}

struct Conflict {
  std::string manager, field;
};

std::string owner_text(const Json& entry) {
  const std::string_view subresource = entry.text_at({"subresource"});
  return fmt::format("\"{}\"{} using {}", entry.text_at({"manager"}),
                     subresource.empty() ? "" : fmt::format(" with subresource \"{}\"", subresource),
                     entry.text_at({"apiVersion"}));
}

// k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/internal/conflict.go
Refusal conflicts_refusal(const std::vector<Conflict>& conflicts) {
  std::string text;
  const bool one = conflicts.size() == 1;
  for (std::size_t i = 0; i < conflicts.size(); ++i) {
    const bool first = i == 0 || conflicts[i - 1].manager != conflicts[i].manager;
    if (one) {
      text = fmt::format("conflict with {}: {}", conflicts[i].manager, conflicts[i].field);
    } else {
      if (first) text += fmt::format("{}conflicts with {}:", i == 0 ? "" : "\n", conflicts[i].manager);
      text += fmt::format("\n- {}", conflicts[i].field);
    }
  }
  kube::Status status{
      .code = 409,
      .reason = "Conflict",
      .message = fmt::format("Apply failed with {} conflict{}: {}", conflicts.size(), one ? "" : "s", text),
      .causes = {},
      .retry_after = {}};
  for (const Conflict& each : conflicts) {
    status.causes.push_back({.reason = "FieldManagerConflict",
                             .message = fmt::format("conflict with {}", each.manager),
                             .field = each.field});
  }
  return Refusal(std::move(status));
}

}  // namespace

void record_owner(Json& after, const Json& before, const FieldWriter& writer) {
  if (writer.manager.empty()) return;
  const std::string kind(after.text_at({"kind"}));
  const FieldSet changed = kube::changed_fields(before.is_object() ? before : Json::object(), after, kind);
  Json entries = entries_of(after);
  Json* mine = find_entry(entries, writer, "Update");
  if (mine == nullptr && !changed.empty()) {
    mine = &entries.push_back(new_entry(writer, "Update", after.text_at({"apiVersion"}), FieldSet::object()));
  }
  for (auto& [key, entry] : entries.members()) {
    if (&entry == mine && !changed.empty()) entry["time"] = Json::string(writer.time);
    FieldSet& fields = entry["fieldsV1"];
    if (&entry == mine) {
      kube::add_fields(fields, changed);
    } else {
      kube::remove_fields(fields, changed);
    }
    kube::keep_existing(fields, after, kind);
  }
  set_entries(after, std::move(entries));
}

kube::Answer<Json> apply_fields(const ApiKind& kind, const Json& live, const Json& config,
                                const FieldWriter& writer, bool force) {
  const std::string& name = kind.resource.kind;
  const FieldSet applied = kube::fields_of(config, name);
  Json object = live;
  kube::merge_applied(object, config, name);
  const FieldSet changed = kube::changed_fields(live, object, name);

  Json entries = entries_of(live);
  std::vector<Conflict> conflicts;
  FieldSet others = FieldSet::object(), old = FieldSet::object();
  for (auto& [key, entry] : entries.members()) {
    FieldSet& fields = entry["fieldsV1"];
    if (is_of(entry, writer, "Apply")) {
      old = fields;
      continue;
    }
    for (std::string& field : kube::common_fields(fields, changed)) {
      conflicts.push_back({owner_text(entry), std::move(field)});
    }
    if (force) kube::remove_fields(fields, changed);
    kube::add_fields(others, fields);
  }
  if (!conflicts.empty() && !force) return conflicts_refusal(conflicts);

  kube::remove_unapplied(object, old, applied, others, name);
  Json* mine = find_entry(entries, writer, "Apply");
  if (mine == nullptr) {
    entries.push_back(new_entry(writer, "Apply", kind.resource.api_version(), applied));
  } else if ((*mine)["fieldsV1"] != applied || !changed.empty()) {
    *mine = new_entry(writer, "Apply", kind.resource.api_version(), applied);
  }
  set_entries(object, std::move(entries));
  return object;
}

}  // namespace bulwark::twin

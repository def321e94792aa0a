// Server-side apply, and the scale of what has one.
#include <fmt/format.h>

#include "base/text.h"
#include "twin/field_owners.h"
#include "twin/scale.h"
#include "twin/store.h"

namespace bulwark::twin {

using document::Json;

kube::Answer<ObjectPtr> Store::apply(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                     const Json& patch, std::string_view subresource, const Writer& writer) {
  if (!patch.is_object()) return bad_request("the applied configuration is no object");
  if (patch.at({"metadata", "managedFields"}) != nullptr) {
    return bad_request("metadata.managedFields must be nil");
  }
  const FieldWriter who{
      .manager = writer.field_manager, .time = timestamp(), .subresource = std::string(subresource)};
  Writer unrecorded = writer;
  unrecorded.field_manager.clear();
  const ObjectPtr old = find(kind, name_space, name);
  if (old == nullptr) {
    if (!subresource.empty()) return not_found(kind, name);
    const std::string_view given = patch.text_at({"metadata", "name"});
    if (!given.empty() && given != name) {
      return bad_request(
          fmt::format("the name of the object ({}) does not match the name on the URL ({})", given, name));
    }
    Json config = patch;
    config["metadata"]["name"] = Json::string(name);
    Json entries;
    if (const auto made = apply_fields(kind, Json::object(), config, who, true)) {
      if (const Json* found = made->at({"metadata", "managedFields"})) entries = *found;
    }
    return create(kind, name_space, std::move(config), unrecorded, std::move(entries));
  }
  const Json before = Json::parse(old->json).value_or(Json::object());
  auto applied = apply_fields(kind, before, patch, who, writer.force);
  if (!applied) return std::unexpected(applied.error());
  return update(kind, old, before, std::move(*applied), subresource, unrecorded);
}

kube::Answer<Json> Store::scale(const ApiKind& kind, std::string_view name_space, std::string_view name) const {
  const ObjectPtr found = find(kind, name_space, name);
  if (found == nullptr) return not_found(kind, name);
  return scale_of(kind, Json::parse(found->json).value_or(Json::object()));
}

kube::Answer<Json> Store::set_scale(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                    const Json& scale, const Writer& writer) {
  const ObjectPtr old = find(kind, name_space, name);
  if (old == nullptr) return not_found(kind, name);
  const Json before = Json::parse(old->json).value_or(Json::object());
  const std::string_view version = scale.text_at({"metadata", "resourceVersion"});
  if (!version.empty() && version != std::to_string(old->resource_version)) return conflict(kind, name);
  const Json* replicas = scale.at({"spec", "replicas"});
  const std::int64_t count = replicas == nullptr ? 0 : replicas->integer().value_or(-1);
  if (count < 0) {
    return Refusal(kube::Status{
        .code = 422,
        .reason = "Invalid",
        .message = fmt::format("Scale.autoscaling \"{}\" is invalid: spec.replicas: Invalid value: {}: must be "
                               "greater than or equal to 0",
                               name, replicas == nullptr ? "null" : replicas->text()),
        .causes = {},
        .retry_after = {}});
  }
  Json object = before;
  Json* at = &object;
  const std::string path = kind.replicas_path.empty() ? ".spec.replicas" : kind.replicas_path;
  for (const std::string_view part : base::split(path.substr(1), '.')) at = &(*at)[part];
  *at = Json::number(count);
  const auto stored = update(kind, old, before, std::move(object), {}, writer);
  if (!stored) return std::unexpected(stored.error());
  return scale_of(kind, Json::parse((*stored)->json).value_or(Json::object()));
}

}  // namespace bulwark::twin

#include "cli/what_if.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "document/patch.h"
#include "document/reader.h"
#include "kube/strategic_merge.h"
#include "twin/api_kinds.h"

namespace bulwark::cli {

using document::Json;

struct MadeObjects::Made : document::DocumentSink {
  Made(std::string json, base::Arena& into)
      : text(std::move(json)), source("patched", text), decoder(into, text), arena(into) {}

  void on_document(const document::Node& root) override {
    object = kube::decode_object(root, {}, arena, decoder);
    if (!decoder.problems().empty()) problem = decoder.problems().front().message;
  }
  void on_problem(document::Problem found) override { problem = std::move(found.message); }

  std::string text;
  document::Source source;
  kube::Decoder decoder;
  base::Arena& arena;
  const kube::Object* object = nullptr;
  std::string problem;
};

base::Result<const kube::Object*> MadeObjects::add(std::string json, std::string_view what) {
  auto made = std::make_shared<Made>(std::move(json), arena_);
  base::Arena trees;
  document::read_json(made->source, {0, static_cast<std::uint32_t>(made->text.size())}, 0, trees, {}, *made);
  if (!made->problem.empty()) return base::fail(fmt::format("{}: {}", what, made->problem));
  if (made->object == nullptr) return base::fail(fmt::format("{}: it is no Kubernetes object then", what));
  made_.push_back(made);
  return made->object;
}

base::Result<ObjectPatch> ObjectPatch::parse(std::string_view text,
                                             base::Result<std::string> (*load)(const std::string& path)) {
  const std::size_t equals = text.find('=');
  const std::vector<std::string_view> parts = base::split(text.substr(0, equals), '/');
  const bool is_complete = equals != std::string_view::npos && (parts.size() == 2 || parts.size() == 3) &&
                           std::ranges::none_of(parts, [](std::string_view each) { return each.empty(); });
  if (!is_complete) {
    return base::fail(fmt::format(
        "\"{}\" is not KIND/[NAMESPACE/]NAME=PATCH, such as pdb/shop/cart='{{spec: {{maxUnavailable: 1}}}}'",
        text));
  }
  ObjectPatch out{.kind = std::string(parts.front()),
                  .name_space = parts.size() == 3 ? std::string(parts[1]) : "",
                  .name = std::string(parts.back()),
                  .patch = {}};
  std::string patch(text.substr(equals + 1)), file;
  if (patch.starts_with('@')) {
    file = patch.substr(1);
    patch = TRY(load(file));
  }
  auto read = Json::parse_yaml(patch);
  if (!read) {
    base::Error error = read.error();
    error.file = file.empty() ? std::string(text.substr(0, equals)) : file;
    return std::unexpected(std::move(error));
  }
  out.patch = std::move(*read);
  if (!out.patch.is_object() && !out.patch.is_array())
    return base::fail(fmt::format("{}: a patch is a map, or a list of operations", text.substr(0, equals)));
  return out;
}

namespace {

// The kinds that kubectl would take the word for; a kind that nobody knows is spelt as it is.
std::set<std::string_view> kinds_of(std::string_view word) {
  static const twin::ApiKinds kinds;
  std::set<std::string_view> out{word};
  for (const twin::ApiKind* kind : kinds.named(word)) out.insert(kind->resource.kind);
  return out;
}

std::string name_of(const kube::Object& object) {
  const std::string_view name_space = object.namespace_or_default();
  return fmt::format("{}{}{}", name_space, name_space.empty() ? "" : "/", object.metadata.name);
}

}  // namespace

base::Result<std::vector<const kube::Object*>> apply_patch(std::vector<const kube::Object*> objects,
                                                           const ObjectPatch& patch, MadeObjects& made) {
  const std::set<std::string_view> kinds = kinds_of(patch.kind);
  const std::string wanted_namespace = patch.name_space.empty() ? "default" : patch.name_space;
  const auto is_meant = [&](const kube::Object* object) {
    const std::string_view name_space = object->namespace_or_default();
    return kinds.contains(object->kind_name) && object->metadata.name == patch.name &&
           (name_space.empty() ? patch.name_space.empty() : name_space == wanted_namespace);
  };
  const auto last = std::find_if(objects.rbegin(), objects.rend(), is_meant);
  if (last == objects.rend()) {
    std::set<std::string> there;
    for (const kube::Object* object : objects) {
      if (kinds.contains(object->kind_name)) there.insert(name_of(*object));
    }
    return base::fail(fmt::format(
        "there is no {} {}{}{}{}", patch.kind, patch.name_space, patch.name_space.empty() ? "" : "/", patch.name,
        there.empty() || there.size() > 9 ? std::string()
                                          : fmt::format("; there are {}", fmt::join(there, ", "))));
  }
  const kube::Object& before = **last;
  const std::string what = fmt::format("{} {}", before.kind_name, name_of(before));
  const Json* directive = patch.patch.find("$patch");
  const kube::Object* after = nullptr;
  if (directive == nullptr || directive->text() != "delete") {
    // What is not decoded would be lost without a word.
    if (before.body == nullptr)
      return base::fail(fmt::format("{}: a twin reads no more of a {} than its name", what, before.kind_name));
    Json json = TRY(Json::parse(kube::encode_object(before)));
    const auto merged = patch.patch.is_array() ? document::apply_json_patch(json, patch.patch)
                                               : kube::strategic_merge(json, patch.patch, before.kind_name);
    if (!merged) return base::fail(fmt::format("{}: {}", what, merged.error().message));
    after = TRY(made.add(json.write(), what));
    if (after->kind != before.kind || name_of(*after) != name_of(before))
      return base::fail(fmt::format("{}: a patch changes neither kind nor name", what));
  }
  std::erase_if(objects, is_meant);
  if (after != nullptr) objects.push_back(after);
  return objects;
}

std::string supposed_node(std::string_view name, std::size_t number) {
  return fmt::format(
      R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{0}","labels":{{"kubernetes.io/hostname":"{0}",)"
      R"("kubernetes.io/os":"linux","kubernetes.io/arch":"amd64","topology.kubernetes.io/zone":"zone-{1}"}}}},)"
      R"("status":{{"allocatable":{{"cpu":"64","memory":"256Gi","ephemeral-storage":"1Ti","pods":"250"}},)"
      R"("conditions":[{{"type":"Ready","status":"True"}}]}}}})",
      name, (number - 1) % 3 + 1);
}

}  // namespace bulwark::cli

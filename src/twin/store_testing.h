// A store with a clock that the test turns, and its objects as JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/rfc3339.h"
#include "twin/store.h"

namespace bulwark::twin {

struct StoreFixture {
  using Json = document::Json;

  static Json json(std::string_view text) { return Json::parse(text).value(); }
  const ApiKind& kind(std::string_view api_version, std::string_view name) const {
    return *store.kinds().of(api_version, name);
  }
  const ApiKind& pods() const { return store.kinds().core("pods"); }
  const ApiKind& maps() const { return store.kinds().core("configmaps"); }
  const ApiKind& deployments() const { return kind("apps/v1", "Deployment"); }

  static std::string pod(std::string_view name, std::string_view more = "", std::string_view spec = "") {
    return R"({"metadata":{"name":")" + std::string(name) + "\"" + std::string(more) +
           R"(},"spec":{"containers":[{"name":"c","image":"i"}])" + std::string(spec) + "}}";
  }
  static std::string map(std::string_view name, std::string_view more = "") {
    return R"({"metadata":{"name":")" + std::string(name) + "\"" + std::string(more) + R"(},"data":{"a":"1"}})";
  }

  kube::Answer<ObjectPtr> create(const ApiKind& of, std::string_view text,
                                 std::string_view name_space = "default") {
    return store.create(of, of.resource.namespaced ? name_space : "", json(text), writer);
  }
  // What is stored at a path, as text; "gone" when the object is.
  std::string at(const ApiKind& of, std::string_view name, std::initializer_list<std::string_view> path,
                 std::string_view name_space = "default") const {
    const ObjectPtr found = store.find(of, name_space, name);
    return found == nullptr ? "gone" : std::string(find_json(found->json, path));
  }
  template <class T>
  static std::string refusal(const kube::Answer<T>& answer) {
    return answer ? "none" : std::to_string(answer.error().code) + ' ' + answer.error().message;
  }

  kube::Time now{base::parse_rfc3339("2026-11-25T10:00:00Z").value()};
  Store store{{.seed = 1, .now = [this] { return now; }, .log = {.events = 100, .bytes = 1'000'000}}};
  Writer writer{.dry_run = false, .force = false, .field_manager = "test"};
};

}  // namespace bulwark::twin

#include "twin/scale.h"

#include "base/text.h"

namespace bulwark::twin {

using document::Json;

namespace {

// ".spec.replicas"
const Json* at_path(const Json& object, std::string_view path) {
  const Json* at = &object;
  if (!path.starts_with('.')) return nullptr;
  for (const std::string_view part : base::split(path.substr(1), '.')) {
    if (at != nullptr) at = at->find(part);
  }
  return at;
}

}  // namespace

std::string selector_text(const Json& selector) {
  std::string text;
  const auto add = [&](const std::string& term) { text += (text.empty() ? "" : ",") + term; };
  const Json* labels = selector.find("matchLabels");
  const Json* expressions = selector.find("matchExpressions");
  if (labels == nullptr && expressions == nullptr) labels = &selector;
  if (labels != nullptr && labels->is_object()) {
    for (const auto& [key, value] : labels->members()) add(key + '=' + value.text());
  }
  if (expressions == nullptr || !expressions->is_array()) return text;
  for (const auto& [none, expression] : expressions->members()) {
    const std::string key(expression.text_at({"key"}));
    const std::string_view op = expression.text_at({"operator"});
    if (op == "Exists" || op == "DoesNotExist") {
      add(op == "Exists" ? key : '!' + key);
      continue;
    }
    std::string values;
    if (const Json* list = expression.find("values"); list != nullptr && list->is_array()) {
      for (const auto& [no_key, value] : list->members()) {
        if (!values.empty()) values += ',';
        values += value.text();
      }
    }
    std::string text_of = key;
    text_of += op == "In" ? " in (" : " notin (";
    text_of += values;
    text_of += ')';
    add(text_of);
  }
  return text;
}

Json scale_of(const ApiKind& kind, const Json& object) {
  Json scale = Json::object();
  scale["kind"] = Json::string("Scale");
  scale["apiVersion"] = Json::string("autoscaling/v1");
  for (const std::string_view key : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    if (const Json* value = object.at({"metadata", key})) scale["metadata"][key] = *value;
  }
  const auto count = [&](std::string_view own, std::string_view usual) {
    const Json* found = at_path(object, own.empty() ? usual : own);
    return Json::number(found == nullptr ? 0 : found->integer().value_or(0));
  };
  scale["spec"]["replicas"] = count(kind.replicas_path, ".spec.replicas");
  scale["status"]["replicas"] = count(kind.status_replicas_path, ".status.replicas");
  if (kind.custom) {
    // There it is a text already.
    if (const Json* text = at_path(object, kind.selector_path))
      scale["status"]["selector"] = Json::string(text->text());
  } else if (const Json* selector = object.at({"spec", "selector"})) {
    scale["status"]["selector"] = Json::string(selector_text(*selector));
  }
  return scale;
}

}  // namespace bulwark::twin

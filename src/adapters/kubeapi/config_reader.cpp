#include "adapters/kubeapi/config_reader.h"

#include <fmt/format.h>

#include "adapters/kubeapi/base64.h"

namespace bulwark::adapters {

void ConfigReader::wrong(const document::Node& node, std::string message) {
  if (good()) error_ = std::unexpected(text_.error_at(node, std::move(message)));
}

const document::Node* ConfigReader::field(const document::Node& mapping, std::string_view key,
                                          document::Kind kind) {
  const document::Node* value = mapping.find(key);
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->kind() == kind) return value;
  wrong(*value, fmt::format("{} is {}, not {}", key, document::describe(value->kind()), document::describe(kind)));
  return nullptr;
}

void ConfigReader::string(const document::Node& mapping, std::string_view key, std::string& to) {
  if (const auto* value = field(mapping, key, document::Kind::string)) to = value->text();
}

void ConfigReader::boolean(const document::Node& mapping, std::string_view key, bool& to) {
  if (const auto* value = field(mapping, key, document::Kind::boolean)) to = value->boolean().value_or(false);
}

void ConfigReader::strings(const document::Node& mapping, std::string_view key, std::vector<std::string>& to) {
  const document::Node* list = sequence(mapping, key);
  if (list == nullptr) return;
  to.clear();
  for (const document::Node& item : list->items()) {
    if (!item.is_string()) {
      return wrong(item, fmt::format("an entry of {} is {}, not a string", key, document::describe(item.kind())));
    }
    to.emplace_back(item.text());
  }
}

void ConfigReader::bytes(const document::Node& mapping, std::string_view key, std::string& to) {
  const document::Node* value = field(mapping, key, document::Kind::string);
  if (value == nullptr) return;
  auto decoded = base64_decode(value->text());
  if (!decoded) return wrong(*value, fmt::format("{} is no base64", key));
  to = std::move(*decoded);
}

const document::Node* ConfigReader::mapping(const document::Node& mapping, std::string_view key) {
  return field(mapping, key, document::Kind::mapping);
}

const document::Node* ConfigReader::sequence(const document::Node& mapping, std::string_view key) {
  return field(mapping, key, document::Kind::sequence);
}

}  // namespace bulwark::adapters

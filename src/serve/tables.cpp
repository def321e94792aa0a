#include "serve/tables.h"

#include <fmt/format.h>

#include "base/arena.h"
#include "document/json_writer.h"
#include "document/reader.h"
#include "serve/age.h"
#include "serve/columns.h"

namespace bulwark::serve {

using document::Node;

namespace {

struct Reader : document::DocumentSink {
  void on_document(const Node& node) override { root = node; }
  void on_problem(document::Problem) override {}
  Node root;
};

// What a simple JSONPath leads to: ".spec.a.b", ".a[0]", ".conditions[?(@.type==\"Ready\")].status".
const Node* follow(const Node* at, std::string_view path) {
  while (at != nullptr && !path.empty()) {
    if (path.front() == '.') {
      path.remove_prefix(1);
      std::string key;
      while (!path.empty() && path.front() != '.' && path.front() != '[') {
        if (path.front() == '\\' && path.size() > 1) path.remove_prefix(1);  // a dot of the key's own
        key += path.front();
        path.remove_prefix(1);
      }
      if (!key.empty()) at = at->find(key);
      continue;
    }
    const std::size_t end = path.find(']');
    if (path.front() != '[' || end == std::string_view::npos) return nullptr;
    const std::string_view index = path.substr(1, end - 1);
    path.remove_prefix(end + 1);
    if (index.starts_with("?(@.")) {
      const std::size_t sign = index.find("==");
      if (sign == std::string_view::npos) return nullptr;
      std::string_view key = index.substr(4, sign - 4), value = index.substr(sign + 2);
      const std::string_view blanks = " '\")";
      while (!key.empty() && key.back() == ' ') key.remove_suffix(1);
      while (!value.empty() && blanks.find(value.front()) != std::string_view::npos) value.remove_prefix(1);
      while (!value.empty() && blanks.find(value.back()) != std::string_view::npos) value.remove_suffix(1);
      const Node* found = nullptr;
      for (const Node& item : at->items()) {
        const Node* member = item.find(key);
        if (found == nullptr && member != nullptr && member->text() == value) found = &item;
      }
      at = found;
    } else {
      std::size_t number = 0;
      for (const char c : index) {
        if (c < '0' || c > '9' || number > 100'000) return nullptr;
        number = number * 10 + static_cast<std::size_t>(c - '0');
      }
      at = at->item(number);
    }
  }
  return at;
}

std::string custom_cell(const Column& column, const Shown& shown) {
  const Node* found = follow(&shown.root, column.json_path);
  if (found == nullptr || found->is_null()) return {};
  if (column.type == "date") return age(found->text(), shown.now);
  if (!found->is_mapping() && !found->is_sequence()) return std::string(found->text());
  std::string text;
  for (const Node& item : found->items()) append_with_comma(text, item.text());
  return found->is_mapping() ? "{...}" : '[' + text + ']';
}

}  // namespace

std::vector<Column> columns_of(const twin::ApiKind& kind) {
  std::vector<Column> columns;
  if (!kind.custom) {
    columns = workload_columns(kind.resource.kind);
    if (columns.empty()) columns = other_columns(kind.resource.kind);
  } else if (!kind.columns.empty()) {
    columns.push_back({.name = "Name", .type = "string", .cell = name_cell, .json_path = {}});
    for (const twin::PrinterColumn& each : kind.columns) {
      columns.push_back({each.name, each.type, each.priority, nullptr, each.json_path});
    }
  }
  if (columns.empty()) {
    columns.push_back({.name = "Name", .type = "string", .cell = name_cell, .json_path = {}});
    columns.push_back({.name = "Age", .type = "string", .cell = age_cell, .json_path = {}});
  }
  return columns;
}

void append_definitions(std::string& out, std::span<const Column> columns) {
  out += '[';
  for (const Column& column : columns) {
    if (&column != &columns.front()) out += ',';
    out += R"({"name":)";
    document::append_json_string(out, column.name);
    out += R"(,"type":)";
    document::append_json_string(out, column.type);
    out += fmt::format(R"(,"format":"{}","description":"","priority":{}}})", column.name == "Name" ? "name" : "",
                       column.priority);
  }
  out += ']';
}

void append_partial(std::string& out, const twin::StoredObject& object) {
  out += R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)";
  const std::string_view metadata = twin::find_json(object.json, {"metadata"});
  out += metadata.empty() ? "{}" : metadata;
  out += '}';
}

void append_row(std::string& out, std::span<const Column> columns, const twin::StoredObject& object,
                Include include, kube::Time now) {
  static thread_local base::Arena arena;
  arena.reset();
  Reader reader;
  const document::Source source("object", object.json);
  document::read_json(source, {0, static_cast<std::uint32_t>(object.json.size())}, 0, arena, {}, reader);
  const Shown shown{reader.root, now};
  out += R"({"cells":[)";
  for (const Column& column : columns) {
    if (&column != &columns.front()) out += ',';
    const std::string cell = column.cell != nullptr ? column.cell(shown) : custom_cell(column, shown);
    const bool is_number = column.type == "integer" && !cell.empty() && cell.size() < 19 &&
                           cell.find_first_not_of("0123456789") == std::string::npos &&
                           (cell.size() == 1 || cell.front() != '0');
    if (is_number) {
      out += cell;
    } else {
      document::append_json_string(out, cell);
    }
  }
  out += ']';
  if (include != Include::nothing) out += R"(,"object":)";
  if (include == Include::object) out += object.json;
  if (include == Include::metadata) append_partial(out, object);
  out += '}';
}

}  // namespace bulwark::serve

// Prints, for each member of the map under "values" in a YAML file, the JSON that Bulwark resolves it to, one a
// line in the order of the file; scalars.sh compares that with what kubectl makes of the same file.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "document/json_writer.h"
#include "document/reader.h"

namespace {

using namespace bulwark::document;

std::string number(const Node& node) {
  if (const auto whole = node.integer(); whole && node.kind() == Kind::integer) return std::to_string(*whole);
  const double value = real_value(node.text());
  if (!std::isfinite(value)) return "refused";
  char text[64];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

class Printer : public DocumentSink {
 public:
  void on_document(const Node& root) override {
    const Node* values = root.find("values");
    if (values == nullptr) return;
    for (const Member& member : values->members()) {
      const Node& node = member.value;
      std::string json;
      switch (node.kind()) {
        case Kind::null:
          json = "null";
          break;
        case Kind::boolean:
          json = *node.boolean() ? "true" : "false";
          break;
        case Kind::integer:
        case Kind::real:
          json = number(node);
          break;
        case Kind::string:
          append_json_string(json, node.text());
          break;
        default:
          json = "collection";
      }
      std::string key;
      append_json_string(key, member.key.text());
      std::cout << key << '\t' << json << '\n';
    }
  }
  void on_problem(Problem problem) override {
    if (problem.severity == Problem::Severity::error) std::cout << "refused\n";
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: resolve_scalars FILE.yaml\n";
    return 2;
  }
  std::ifstream file(arguments[1], std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const std::string text = bytes.str();
  const Source source(arguments[1], text);
  bulwark::base::Arena arena;
  Printer printer;
  read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, {}, printer);
  return file.bad() ? 1 : 0;
}

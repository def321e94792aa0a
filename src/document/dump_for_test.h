#pragma once

#include <string>

#include "document/json_list.h"
#include "document/reader.h"

namespace bulwark::document {

// What a reader delivers, as text for tests: each document as JSON-like text with kinds that JSON cannot show,
// each problem as "line:column message", one a line. Scalars that are no strings stand as they are written.
class Dump : public DocumentSink {
 public:
  explicit Dump(const Source& source) : source_(source) {}

  static std::string yaml(std::string_view text, const Limits& limits = {}, bool places = false) {
    const Source source("", text);
    Dump dump(source);
    dump.places_ = places;
    base::Arena arena;
    read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, limits, dump);
    return dump.text;
  }
  static std::string json(std::string_view text, const Limits& limits = {}, bool places = false) {
    const Source source("", text);
    Dump dump(source);
    dump.places_ = places;
    base::Arena arena;
    read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, limits, dump);
    return dump.text;
  }

  void on_document(const Node& root) override {
    text += before_document;
    write(root);
    text += '\n';
  }
  void on_problem(Problem problem) override {
    const Position at = source_.position(problem.offset);
    if (problem.severity == Problem::Severity::warning) text += "warning ";
    text += std::to_string(at.line) + ':' + std::to_string(at.column) + ' ' + problem.message + '\n';
  }

  std::string before_document;
  std::string text;

 private:
  void write(const Node& node) {
    if (places_) text += '@' + std::to_string(node.begin()) + '-' + std::to_string(node.end()) + ' ';
    if (node.is_shared()) text += '*';
    if (node.is_mapping()) {
      text += '{';
      for (const Member& member : node.members()) {
        if (text.back() != '{') text += ',';
        write(member.key);
        text += ':';
        write(member.value);
      }
      text += '}';
    } else if (node.is_sequence()) {
      text += '[';
      for (const Node& item : node.items()) {
        if (text.back() != '[') text += ',';
        write(item);
      }
      text += ']';
    } else if (node.is_string()) {
      text += '"';
      for (const char c : node.text()) text += c == '\n' ? "\\n" : c == '\0' ? "\\0" : std::string(1, c);
      text += '"';
    } else {
      text += node.is_null() ? "null" : std::string(node.text());
      if (node.kind() == Kind::boolean) text += *node.boolean() ? "=true" : "=false";
    }
  }

  const Source& source_;
  bool places_ = false;
};

}  // namespace bulwark::document

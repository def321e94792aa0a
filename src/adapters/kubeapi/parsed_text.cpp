#include "adapters/kubeapi/parsed_text.h"

#include <fmt/format.h>

#include <optional>

#include "document/json_writer.h"
#include "document/reader.h"

namespace bulwark::adapters {

namespace {

class OneDocument : public document::DocumentSink {
 public:
  void on_document(const document::Node& node) override {
    ++documents;
    root = node;
  }
  void on_problem(document::Problem problem) override {
    if (problem.severity == document::Problem::Severity::error && !wrong) wrong = std::move(problem);
  }

  document::Node root;
  std::size_t documents = 0;
  std::optional<document::Problem> wrong;
};

}  // namespace

base::Result<ParsedText> ParsedText::read(std::string name, std::string text, bool json) {
  ParsedText parsed;
  parsed.text_ = std::make_unique<std::string>(std::move(text));
  parsed.source_ = std::make_unique<document::Source>(std::move(name), *parsed.text_);
  parsed.arena_ = std::make_unique<base::Arena>();
  const document::Span all{0, static_cast<std::uint32_t>(parsed.text_->size())};
  OneDocument sink;
  const document::Limits limits;
  if (json) {
    document::read_json(*parsed.source_, all, 0, *parsed.arena_, limits, sink);
  } else {
    document::read_yaml(*parsed.source_, all, *parsed.arena_, limits, sink);
  }
  if (sink.wrong) {
    const document::Position at = parsed.source_->position(sink.wrong->offset);
    return std::unexpected(base::Error{sink.wrong->message, parsed.source_->name(), at.line, at.column});
  }
  if (sink.documents > 1)
    return std::unexpected(parsed.error_at(sink.root, "more than one document in this file"));
  parsed.root_ = sink.root;
  return parsed;
}

base::Result<ParsedText> ParsedText::yaml(std::string name, std::string text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && text[first] == '{';
  return read(std::move(name), std::move(text), json);
}

base::Result<ParsedText> ParsedText::json(std::string name, std::string text) {
  return read(std::move(name), std::move(text), true);
}

base::Error ParsedText::error_at(const document::Node& node, std::string message) const {
  const document::Position at = source_->position(node.begin());
  return {std::move(message), source_->name(), at.line, at.column};
}

std::string_view text_of(const document::Node* mapping, std::string_view key) {
  const document::Node* value = mapping == nullptr ? nullptr : mapping->find(key);
  return value != nullptr && value->is_string() ? value->text() : std::string_view{};
}

void append_json(std::string& out, const document::Node& node) {
  switch (node.kind()) {
    case document::Kind::null:
      out += "null";
      return;
    case document::Kind::boolean:
      out += node.boolean().value_or(false) ? "true" : "false";
      return;
    case document::Kind::integer:
      if (const auto number = node.integer()) {
        out += std::to_string(*number);
        return;
      }
      [[fallthrough]];
    case document::Kind::real:
      out += fmt::format("{}", document::real_value(node.text()));
      return;
    case document::Kind::string:
      document::append_json_string(out, node.text());
      return;
    case document::Kind::sequence: {
      out += '[';
      bool first = true;
      for (const document::Node& item : node.items()) {
        if (!std::exchange(first, false)) out += ',';
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case document::Kind::mapping: {
      out += '{';
      bool first = true;
      for (const document::Member& member : node.members()) {
        if (!std::exchange(first, false)) out += ',';
        document::append_json_string(out, member.key.text());
        out += ':';
        append_json(out, member.value);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace bulwark::adapters

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "document/node.h"
#include "document/source.h"

namespace bulwark::adapters {

// One YAML or JSON text with its tree, kept together.
class ParsedText {
 public:
  // YAML, or JSON when it begins with a brace. Error: malformed, or several documents. An empty text is null.
  static base::Result<ParsedText> yaml(std::string name, std::string text);
  // JSON alone, as the API server and plugins write it.
  static base::Result<ParsedText> json(std::string name, std::string text);

  const document::Node& root() const { return root_; }
  const document::Source& source() const { return *source_; }
  // An error at the place where the node begins.
  base::Error error_at(const document::Node& node, std::string message) const;

 private:
  static base::Result<ParsedText> read(std::string name, std::string text, bool json);

  std::unique_ptr<std::string> text_;
  std::unique_ptr<document::Source> source_;
  std::unique_ptr<base::Arena> arena_;
  document::Node root_;
};

// The text of a member that is a string; empty when it is missing or no string.
std::string_view text_of(const document::Node* mapping, std::string_view key);

// Appends the tree as compact JSON.
void append_json(std::string& out, const document::Node& node);

}  // namespace bulwark::adapters

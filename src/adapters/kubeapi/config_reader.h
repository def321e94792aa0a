#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubeapi/parsed_text.h"

namespace bulwark::adapters {

// Takes the fields of one mapping; the first thing that is wrong is kept in `error`, with its place.
class ConfigReader {
 public:
  ConfigReader(const ParsedText& text, base::Result<>& error) : text_(text), error_(error) {}

  bool good() const { return error_.has_value(); }
  void wrong(const document::Node& node, std::string message);

  // Each leaves `to` alone when the field is missing or null.
  void string(const document::Node& mapping, std::string_view key, std::string& to);
  void boolean(const document::Node& mapping, std::string_view key, bool& to);
  void strings(const document::Node& mapping, std::string_view key, std::vector<std::string>& to);
  // Base64 in the text, bytes in `to`.
  void bytes(const document::Node& mapping, std::string_view key, std::string& to);
  // nullptr when it is missing or of another kind, which is an error.
  const document::Node* mapping(const document::Node& mapping, std::string_view key);
  const document::Node* sequence(const document::Node& mapping, std::string_view key);

 private:
  const document::Node* field(const document::Node& mapping, std::string_view key, document::Kind kind);

  const ParsedText& text_;
  base::Result<>& error_;
};

}  // namespace bulwark::adapters

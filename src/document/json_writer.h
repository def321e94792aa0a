#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::document {

// Appends a text as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD, so the result is always
// valid.
void append_json_string(std::string& out, std::string_view text);

// Writes JSON piece by piece, indented by two spaces; keeps commas and nesting right, not the order of calls.
//
//   JsonWriter json(out);
//   json.begin_object();
//   json.key("files").value(3);
//   json.end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(std::int64_t number) { return raw(std::to_string(number)); }
  JsonWriter& value(std::uint64_t number) { return raw(std::to_string(number)); }
  JsonWriter& value(int number) { return raw(std::to_string(number)); }
  JsonWriter& value(std::uint32_t number) { return raw(std::to_string(number)); }
  JsonWriter& null() { return raw("null"); }

  // key and value in one call.
  template <class T>
  JsonWriter& member(std::string_view name, const T& what) {
    return key(name).value(what);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view text);
  void start_value();
  void new_line();

  std::string& out_;
  std::vector<bool> has_members_;
  bool after_key_ = false;
};

}  // namespace bulwark::document

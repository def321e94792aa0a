// A JSON value that can be changed, for patches and for objects that are kept as text: keys keep their order, and
// numbers the digits they were written with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/node.h"

namespace bulwark::document {

struct JsonMember;

class Json {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Json();  // null
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();
  static Json object() { return Json(Kind::object, {}); }
  static Json array() { return Json(Kind::array, {}); }
  static Json string(std::string_view text) { return Json(Kind::string, std::string(text)); }
  static Json number(std::int64_t value) { return Json(Kind::number, std::to_string(value)); }
  static Json boolean(bool value) { return Json(Kind::boolean, value ? "true" : "false"); }
  // A tree of a document; YAML's scalars become what sigs.k8s.io/yaml makes of them, and of equal keys the last
  // counts.
  static Json of(const Node& node);
  // One JSON value, nested at most 200 deep. Error: malformed, with line and column.
  static base::Result<Json> parse(std::string_view text);
  // One YAML document, or JSON; an empty text is null. Error: malformed, or more than one document.
  static base::Result<Json> parse_yaml(std::string_view text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_object() const { return kind_ == Kind::object; }
  bool is_array() const { return kind_ == Kind::array; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_true() const { return kind_ == Kind::boolean && text_ == "true"; }
  // Whether it is an object or array without members, or null.
  bool empty() const;

  // A string's value, a number's digits, true or false; empty for the rest.
  const std::string& text() const { return text_; }
  std::optional<std::int64_t> integer() const;

  // Members of an object, or items of an array (with empty keys).
  std::vector<JsonMember>& members() { return members_; }
  const std::vector<JsonMember>& members() const { return members_; }
  std::size_t size() const;

  // Member of an object; nullptr when this is none or has no such key.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  // What a path of keys leads to: at({"metadata", "name"}).
  const Json* at(std::initializer_list<std::string_view> path) const;
  // The text there; empty when there is none.
  std::string_view text_at(std::initializer_list<std::string_view> path) const;

  // The member under a key, made when it is not there; what is no object becomes one.
  Json& operator[](std::string_view key);
  void set(std::string_view key, Json value) { (*this)[key] = std::move(value); }
  // Whether there was such a member.
  bool erase(std::string_view key);
  Json& push_back(Json item);

  void append_to(std::string& out) const;
  std::string write() const;

  // The order of keys does not count; numbers are equal when they have the same value (1.0 and 1).
  friend bool operator==(const Json& a, const Json& b);

 private:
  Json(Kind kind, std::string text);

  Kind kind_ = Kind::null;
  std::string text_;
  std::vector<JsonMember> members_;
};

struct JsonMember {
  std::string key;
  Json value;
};

}  // namespace bulwark::document

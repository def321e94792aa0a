// A JSON value that can be changed, for patches and for objects that are kept as text: keys keep their order, and
// numbers the digits they were written with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "document/node.h"

namespace bulwark::document {

struct JsonMember;

// Members in their order. Each stays where it is in memory until it is removed: references to it, and views of its
// text, outlive the adding of others.
class JsonMembers {
 public:
  template <class Item>
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::remove_const_t<Item>;
    using difference_type = std::ptrdiff_t;
    using pointer = Item*;
    using reference = Item&;

    Iterator() = default;
    explicit Iterator(const std::unique_ptr<JsonMember>* at) : at_(at) {}
    Item& operator*() const { return **at_; }
    Item* operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const std::unique_ptr<JsonMember>* at_ = nullptr;
  };

  JsonMembers();
  JsonMembers(std::vector<JsonMember> members);  // NOLINT: the same in another container
  JsonMembers(const JsonMembers& other);
  JsonMembers(JsonMembers&& other) noexcept;
  JsonMembers& operator=(const JsonMembers& other);
  JsonMembers& operator=(JsonMembers&& other) noexcept;
  ~JsonMembers();

  Iterator<JsonMember> begin() { return Iterator<JsonMember>(items_.data()); }
  Iterator<JsonMember> end() { return Iterator<JsonMember>(items_.data() + items_.size()); }
  Iterator<const JsonMember> begin() const { return Iterator<const JsonMember>(items_.data()); }
  Iterator<const JsonMember> end() const { return Iterator<const JsonMember>(items_.data() + items_.size()); }
  JsonMember& operator[](std::size_t place) { return *items_[place]; }
  const JsonMember& operator[](std::size_t place) const { return *items_[place]; }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void reserve(std::size_t count);

  JsonMember& push_back(JsonMember member);
  void insert(std::size_t place, JsonMember member);
  void erase(std::size_t place);
  // How many the test holds for, which are gone.
  template <class Test>
  std::size_t erase_if(const Test& test) {
    return std::erase_if(items_, [&](const std::unique_ptr<JsonMember>& item) { return test(*item); });
  }

 private:
  std::vector<std::unique_ptr<JsonMember>> items_;
};

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
  JsonMembers& members() { return members_; }
  const JsonMembers& members() const { return members_; }
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
  JsonMembers members_;
};

struct JsonMember {
  std::string key;
  Json value;
};

}  // namespace bulwark::document

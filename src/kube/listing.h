// One listing of fields per type serves decoding, encoding and the search for unknown fields.
//
// A type takes part by a specialisation of listing<T>() that names its fields once:
//
//   template <> const Listing& listing<Toleration>() {
//     static const Listing fields{"Toleration", {field<&Toleration::key>("key"), known("tolerationSeconds")}};
//     return fields;
//   }
//
// Everything decoded is trivially destructible and lives in an arena.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"

namespace bulwark::kube {

class Decoder;
class Encoder;
class Listing;

// What the API has in a field. `present` and `keys`: only that, and not the value, is kept.
enum class Shape : std::uint8_t {
  not_kept,
  text,
  boolean,
  integer,
  integer32,
  int_or_string,
  quantity,
  labels,
  quantities,
  texts,
  integers,
  object,
  objects,
  present,
  keys,
};

struct Field {
  std::string_view name;
  // nullptr for a field that is known but not kept.
  void (*decode)(Decoder&, const document::Node&, void* object) = nullptr;
  // Writes key and value when the field is set.
  void (*encode)(Encoder&, std::string_view name, const void* object) = nullptr;
  Shape shape = Shape::not_kept;
  const Listing& (*of)() = nullptr;  // the type of an object, or of a list's objects
};

class Listing {
 public:
  Listing(std::string_view type, std::vector<Field> fields);

  std::string_view type() const { return type_; }
  const std::vector<Field>& fields() const { return fields_; }
  const Field* find(std::string_view name) const;
  // The field whose name is nearest to a misspelt one; empty when none is near.
  std::string_view nearest(std::string_view name) const;

 private:
  std::size_t slot(std::string_view name) const;

  std::string_view type_;
  std::vector<Field> fields_;
  std::vector<std::uint8_t> table_;  // open addressing; index into fields_ plus one, 0 is free
  std::size_t mask_ = 0;
};

template <class T>
const Listing& listing();

inline Field known(std::string_view name) { return {name, nullptr, nullptr}; }

}  // namespace bulwark::kube

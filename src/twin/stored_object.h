// One object as the served twin keeps it: its text, ready to be sent, with what is asked of it most.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/json_value.h"
#include "kube/label.h"

namespace bulwark::twin {

struct StoredObject {
  std::string name_space, name, uid;
  std::string json;
  std::uint64_t resource_version = 0;
  bool deleting = false;  // has a deletionTimestamp
  std::vector<kube::Label> labels;
  std::vector<std::string> owners;  // uids

  StoredObject() = default;
  StoredObject(const StoredObject&) = delete;
  StoredObject& operator=(const StoredObject&) = delete;

  // "shop/web"; "/n1" for what is in no namespace. Sorts as the API server lists.
  std::string key() const { return name_space + '/' + name; }

  std::vector<std::string> texts;  // which the labels point into
};
using ObjectPtr = std::shared_ptr<const StoredObject>;

ObjectPtr store_object(const document::Json& object);

// The text of the value that a path of keys leads to in compact JSON; empty when there is none. Quotes stay.
std::string_view find_json(std::string_view json, std::initializer_list<std::string_view> path);
// The same, for strings without escapes, numbers and booleans: without quotes.
std::string_view find_text(std::string_view json, std::initializer_list<std::string_view> path);

}  // namespace bulwark::twin

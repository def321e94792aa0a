// Typed objects of a store's texts, for engines that are made anew again and again: what has not changed in
// between is not decoded a second time.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "kube/inventory.h"
#include "twin/store.h"

namespace bulwark::twin {

class DecodedObjects {
 public:
  // An inventory of the objects of the kinds that `is_wanted` takes, as they are now; it keeps what it points to.
  std::shared_ptr<const kube::Inventory> inventory_of(const Store& store, bool (*is_wanted)(const ApiKind& kind));
  // How many objects the last call had to decode.
  std::size_t decoded() const { return decoded_; }

 private:
  // Objects that were decoded together, with their texts.
  struct Batch;
  struct Entry {
    const kube::Object* object = nullptr;  // nullptr: the text is no object
    std::shared_ptr<Batch> batch;
  };
  using Entries = std::unordered_map<const StoredObject*, Entry>;  // batches keep the keys alive

  Entries entries_;
  std::size_t decoded_ = 0;
  std::size_t held_ = 0;  // objects in the batches that are alive, at most; with those that are out of date
};

}  // namespace bulwark::twin

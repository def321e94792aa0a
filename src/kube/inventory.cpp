#include "kube/inventory.h"

#include <functional>

namespace bulwark::kube {

std::size_t Inventory::KeyHash::operator()(const Key& key) const {
  const std::hash<std::string_view> hash;
  std::size_t seed = static_cast<std::size_t>(key.kind);
  seed = seed * 1000003 + hash(key.name_space);
  return seed * 1000003 + hash(key.name);
}

void Inventory::add(const Object& object) {
  all_.push_back(&object);
  const auto kind = static_cast<std::size_t>(object.kind);
  if (by_kind_.size() <= kind) by_kind_.resize(kind + 1);
  by_kind_[kind].push_back(&object);
  const std::string_view name_space = object.namespace_or_default();
  const std::string_view lives_in = object.kind == ResourceKind::name_space ? object.metadata.name : name_space;
  if (!lives_in.empty() && known_namespaces_.insert(lives_in).second) namespaces_.push_back(lives_in);
  by_name_[{object.kind, name_space, object.metadata.name}] = &object;
  by_namespace_[{object.kind, name_space, {}}].push_back(&object);
  if (pod_of(object).spec != nullptr) {
    workloads_.push_back(&object);
    workloads_by_namespace_[name_space].push_back(&object);
  }
}

std::span<const Object* const> Inventory::of(ResourceKind kind) const {
  const auto at = static_cast<std::size_t>(kind);
  return at < by_kind_.size() ? std::span<const Object* const>(by_kind_[at]) : std::span<const Object* const>{};
}

std::span<const Object* const> Inventory::of(ResourceKind kind, std::string_view name_space) const {
  const auto found = by_namespace_.find({kind, name_space, {}});
  return found == by_namespace_.end() ? std::span<const Object* const>{}
                                      : std::span<const Object* const>(found->second);
}

const Object* Inventory::find(ResourceKind kind, std::string_view name_space, std::string_view name) const {
  const auto found = by_name_.find({kind, name_space, name});
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<const Object*> Inventory::of_kind_name(std::string_view kind_name) const {
  std::vector<const Object*> found;
  for (const Object* object : of(ResourceKind::unknown)) {
    if (object->kind_name == kind_name) found.push_back(object);
  }
  return found;
}

std::span<const Object* const> Inventory::workloads(std::string_view name_space) const {
  const auto found = workloads_by_namespace_.find(name_space);
  return found == workloads_by_namespace_.end() ? std::span<const Object* const>{}
                                                : std::span<const Object* const>(found->second);
}

}  // namespace bulwark::kube

#include "posture/owners.h"

#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace bulwark::posture {

namespace {

using finding::Finding;

// A field of a pod, whichever object's template it stands in: "spec.template.spec.hostPID" is "spec.hostPID".
std::string_view field_of_pod(std::string_view field) {
  for (const std::string_view start : {"spec.jobTemplate.spec.template.", "spec.template."}) {
    if (field.starts_with(start)) return field.substr(start.size());
  }
  return field;
}

struct Key {
  const kube::Object* owner;
  const finding::Descriptor* check;
  std::string_view field;
  std::string_view message;  // empty: whatever the owner's finding says
  friend bool operator==(const Key&, const Key&) = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::size_t seed = std::hash<const void*>{}(key.owner);
    seed = seed * 1000003 + std::hash<const void*>{}(key.check);
    seed = seed * 1000003 + std::hash<std::string_view>{}(key.field);
    return seed * 1000003 + std::hash<std::string_view>{}(key.message);
  }
};

// The last of the objects that made it; nullptr when none is here.
const kube::Object* first_owner(const kube::Inventory& inventory, const kube::Object& object) {
  // A Pod, its ReplicaSet, its Deployment; the bound ends chains that bite their own tail.
  constexpr int longest_chain = 4;
  const kube::Object* owner = inventory.owner_of(object);
  for (int i = 1; owner != nullptr && i < longest_chain; ++i) {
    const kube::Object* next = inventory.owner_of(*owner);
    if (next == nullptr) break;
    owner = next;
  }
  return owner == &object ? nullptr : owner;
}

}  // namespace

void join_with_owners(std::vector<Finding*>& findings, const kube::Inventory& inventory) {
  std::unordered_map<const kube::Object*, const kube::Object*> owners;
  std::unordered_set<Key, KeyHash> said_by_owners;
  for (const Finding* finding : findings) {
    const auto [at, is_new] = owners.try_emplace(finding->object, nullptr);
    if (is_new) at->second = first_owner(inventory, *finding->object);
    if (at->second == nullptr) {
      said_by_owners.insert({finding->object, finding->check, field_of_pod(finding->field), {}});
    }
  }
  std::unordered_map<Key, Finding*, KeyHash> said_by_owned;
  std::erase_if(findings, [&](Finding* finding) {
    const kube::Object* owner = owners.at(finding->object);
    if (owner == nullptr) return false;
    const std::string_view field = field_of_pod(finding->field);
    if (said_by_owners.contains({owner, finding->check, field, {}})) return true;
    finding->owner = owner;
    const auto [at, is_new] = said_by_owned.try_emplace({owner, finding->check, field, finding->message}, finding);
    if (!is_new) ++at->second->more;
    return !is_new;
  });
}

}  // namespace bulwark::posture

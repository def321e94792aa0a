#include "posture/living.h"

#include <algorithm>

#include "base/rfc3339.h"

namespace bulwark::posture {

const kube::Object* snapshot_of(const kube::Inventory& inventory) {
  const auto snapshots = inventory.of(kube::ResourceKind::snapshot);
  return snapshots.empty() ? nullptr : snapshots.front();
}

const kube::SnapshotSpec* facts_of(const kube::Inventory& inventory) {
  const kube::Object* snapshot = snapshot_of(inventory);
  return snapshot == nullptr ? nullptr : &kube::as<kube::Snapshot>(*snapshot)->spec;
}

bool knows_all(const kube::Inventory& inventory, std::string_view kind_name, std::string_view name_space) {
  const kube::SnapshotSpec* facts = facts_of(inventory);
  if (facts == nullptr) return false;
  if (!facts->name_space.empty() && facts->name_space != name_space) return false;
  return std::none_of(facts->unreadable.begin(), facts->unreadable.end(),
                      [&](const kube::UnreadableKind& each) { return each.kind == kind_name; });
}

std::optional<std::chrono::sys_seconds> read_at(const kube::Inventory& inventory) {
  const kube::SnapshotSpec* facts = facts_of(inventory);
  return facts == nullptr ? std::nullopt : base::parse_rfc3339(facts->taken_at);
}

std::optional<kube::Version> server_version(const kube::Inventory& inventory) {
  const kube::SnapshotSpec* facts = facts_of(inventory);
  if (facts == nullptr) return std::nullopt;
  const auto version = kube::Version::parse(facts->server_version);
  return version ? std::optional(*version) : std::nullopt;
}

}  // namespace bulwark::posture

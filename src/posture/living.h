#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "kube/inventory.h"
#include "kube/version.h"

namespace bulwark::posture {

// The Snapshot of the living cluster that the input was read from; nullptr when manifests alone were read.
const kube::Object* snapshot_of(const kube::Inventory& inventory);
// What it says; nullptr likewise.
const kube::SnapshotSpec* facts_of(const kube::Inventory& inventory);

// Whether the input has every object of the kind that the namespace has: it comes from a living cluster, and the
// kind could be read there.
bool knows_all(const kube::Inventory& inventory, std::string_view kind_name, std::string_view name_space);

// When the cluster was read.
std::optional<std::chrono::sys_seconds> read_at(const kube::Inventory& inventory);
// Of the API server.
std::optional<kube::Version> server_version(const kube::Inventory& inventory);

}  // namespace bulwark::posture

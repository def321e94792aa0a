#include "upgrade/log.h"

#include <array>

namespace bulwark::upgrade {

namespace {

constexpr std::array<std::string_view, 31> names{"cordoned",
                                                 "already_cordoned",
                                                 "uncordoned",
                                                 "drain_started",
                                                 "warning",
                                                 "eviction_accepted",
                                                 "eviction_refused",
                                                 "eviction_failed",
                                                 "deletion_accepted",
                                                 "pod_gone",
                                                 "pod_completed",
                                                 "pod_left",
                                                 "drained",
                                                 "drain_timed_out",
                                                 "drain_failed",
                                                 "control_plane_started",
                                                 "control_plane_upgraded",
                                                 "pool_started",
                                                 "surge_requested",
                                                 "surge_ready",
                                                 "surge_failed",
                                                 "surge_fallback",
                                                 "soak_started",
                                                 "reimage_started",
                                                 "reimaged",
                                                 "node_removed",
                                                 "quarantined",
                                                 "permanent_replacement",
                                                 "pool_upgraded",
                                                 "pool_stopped",
                                                 "rollout_completed"};
static_assert(names.size() == static_cast<std::size_t>(EventKind::rollout_completed) + 1);

}  // namespace

std::string_view name(EventKind kind) { return names[static_cast<std::size_t>(kind)]; }

}  // namespace bulwark::upgrade

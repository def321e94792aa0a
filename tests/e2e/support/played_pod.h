// A pod on a played node: what the player must know of it, and what a kubelet would say about it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"
#include "kube/cluster.h"

namespace bulwark::e2e {

// Annotations of a pod by which a test says how it fares. Seconds from the time that it would be ready:
inline constexpr std::string_view ready_after = "node-player/ready-after";  // or "never"
inline constexpr std::string_view exits_after = "node-player/exits-after";  // all its containers end for good,
inline constexpr std::string_view exit_code = "node-player/exit-code";      // with this code, or 0

struct PlayedPod {
  enum class Stage : std::uint8_t { scheduled, started, ready, completed };
  struct Container {
    std::string name, image;
  };

  std::string name_space, name, uid, node;
  std::vector<Container> containers, init_containers;
  bool host_network = false;
  bool gates_open = true;  // the conditions that spec.readinessGates names are all True
  // Of the annotations; nothing: never.
  std::optional<std::chrono::milliseconds> ready_after = std::chrono::milliseconds(0);
  std::optional<std::chrono::milliseconds> exits_after;
  int exit_code = 0;

  Stage stage = Stage::scheduled;
  std::uint64_t plan = 0;   // of its next stage; those planned before no longer count
  bool ready_told = false;  // what the API server has of it
  std::uint32_t restarts = 0;
  std::uint8_t host = 0;  // the last byte of its address; 0: none yet
  std::optional<kube::Time> started_at;
  std::optional<kube::Time> ends_at;  // it is being deleted, and will be gone then

  bool is_ready() const { return stage == Stage::ready && gates_open; }
};

// What the API's object tells; nothing when it has no node yet.
std::optional<PlayedPod> read_pod(const document::Node& object);

// How long a pod that is being deleted may take (metadata.deletionGracePeriodSeconds); nothing: it is not being
// deleted.
std::optional<std::chrono::seconds> grace_of_deletion(const document::Node& object);

// A patch (strategic merge) of the pod's status that says what its stage is.
std::string pod_status_patch(const PlayedPod& pod, std::string_view host_address, std::string_view pod_address,
                             kube::Time now);

}  // namespace bulwark::e2e

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cluster.h"

namespace bulwark::kube {

// A kind of objects that the chapters read.
struct WantedKind {
  std::string_view group;
  std::string_view plural;
  std::string_view kind;
  bool namespaced = true;
  bool custom = false;  // comes with a CustomResourceDefinition, and is not missed where that is not installed
};

// All of them, in the order in which they are read and reported. Secrets are not among them: whoever may list
// Secrets may read what is in them, which no check needs.
std::span<const WantedKind> wanted_kinds();

// Those that the server has, in the version that it prefers; a kind that several groups serve (an Ingress of
// extensions and of networking.k8s.io) comes once.
std::vector<Resource> choose(std::span<const WantedKind> wanted, std::span<const Resource> served);

// The ClusterRole that lets a reader read them, as YAML: get, list and watch, no wildcards, no Secrets, no
// nodes/proxy.
std::string reader_role(std::string_view name);

}  // namespace bulwark::kube

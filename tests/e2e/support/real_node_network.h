// The network of real nodes: a bridge in a namespace of its own, of which this machine sees one end of a cable.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "e2e/support/child.h"
#include "e2e/support/tcp_relay.h"

namespace bulwark::e2e {

// Everything in it goes with a process that the kernel kills when this one dies. On it are
// - this machine, so that the API server reaches kubelets,
// - the nodes, and behind each of them its pods,
// - 10.96.0.1:443, the service "kubernetes" of every cluster, which leads to the API server on this machine's
// loopback. There is no way from it to other networks.
class RealNodeNetwork {
 public:
  static constexpr int most_nodes = 16;

  // `interface`: what this machine's end is called, at most 15 characters. Error: what `ip` says.
  static base::Result<std::unique_ptr<RealNodeNetwork>> create(const std::string& interface,
                                                               const std::filesystem::path& log,
                                                               std::uint16_t api_server_port);
  ~RealNodeNetwork();

  RealNodeNetwork(const RealNodeNetwork&) = delete;
  RealNodeNetwork& operator=(const RealNodeNetwork&) = delete;

  std::string gateway() const { return address(1); }
  // Of a node, 1 to most_nodes.
  std::string node_address(int node) const { return address(node + 10); }
  int prefix_length() const { return 27; }
  // Of a node's pods.
  static std::string pod_range(int node);
  // Gives the namespace of a process the interface eth0, a node's, and tells all the way to its pods.
  base::Result<> attach(int node, pid_t process);

  static constexpr const char* api_server = "https://10.96.0.1:443";

 private:
  explicit RealNodeNetwork(std::string interface);

  std::string address(int host) const;

  std::string interface_;
  std::uint32_t range_;  // its first address
  Child holder_;         // the namespace lives as long as this process, which sleeps
  std::unique_ptr<TcpRelay> relay_;
};

}  // namespace bulwark::e2e

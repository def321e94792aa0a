// Carries the connections of one address to a port of this machine's loopback.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace bulwark::e2e {

// A socket belongs to the network namespace that it was made in: with a listener of another namespace, what is
// there reaches a server here, and nothing else of this machine.
class TcpRelay {
 public:
  // Takes a socket that listens. A connection that the port refuses is closed.
  TcpRelay(int listener, std::uint16_t port);
  ~TcpRelay();  // closes it, and every connection

  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

 private:
  struct Connection;

  void serve();
  void forget_ended();

  int listener_;
  std::uint16_t port_;
  std::atomic<bool> stopped_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;  // of the thread alone, until that has ended
  std::thread thread_;
};

}  // namespace bulwark::e2e

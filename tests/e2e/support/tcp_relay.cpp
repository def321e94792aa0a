#include "e2e/support/tcp_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace bulwark::e2e {
namespace {

// A connection to a port of 127.0.0.1, or -1.
int connect_to(std::uint16_t port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (out < 0 || ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return out;
  ::close(out);
  return -1;
}

bool send_all(int to, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = ::send(to, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

// What one end says, until it says no more or the other listens no more.
void carry(int from, int to) {
  std::array<char, std::size_t{64} << 10> buffer{};
  while (true) {
    const ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || !send_all(to, buffer.data(), static_cast<std::size_t>(count))) break;
  }
  ::shutdown(to, SHUT_WR);
  ::shutdown(from, SHUT_RD);
}

}  // namespace

struct TcpRelay::Connection {
  int in;
  int out;
  std::atomic<int> directions = 2;  // that still carry
  std::thread there, back;

  Connection(int from, int to) : in(from), out(to) {
    there = std::thread([this] { carry(in, out), --directions; });
    back = std::thread([this] { carry(out, in), --directions; });
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (const int end : {in, out}) ::shutdown(end, SHUT_RDWR);
    there.join();
    back.join();
    for (const int end : {in, out}) ::close(end);
  }
};

TcpRelay::TcpRelay(int listener, std::uint16_t port) : listener_(listener), port_(port) {
  thread_ = std::thread([this] { serve(); });
}

TcpRelay::~TcpRelay() {
  stopped_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept up
  thread_.join();
  ::close(listener_);
}

void TcpRelay::forget_ended() {
  std::erase_if(connections_, [](const auto& connection) { return connection->directions == 0; });
}

void TcpRelay::serve() {
  while (true) {
    const int in = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (stopped_) {
      if (in >= 0) ::close(in);
      return;
    }
    forget_ended();
    if (in < 0) {
      // Out of descriptors, or the like: not worth a loop at full speed.
      if (errno != EINTR && errno != ECONNABORTED) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      continue;
    }
    const int out = connect_to(port_);
    if (out < 0) {
      ::close(in);
      continue;
    }
    connections_.push_back(std::make_unique<Connection>(in, out));
  }
}

}  // namespace bulwark::e2e

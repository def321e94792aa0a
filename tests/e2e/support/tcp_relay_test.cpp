#include "e2e/support/tcp_relay.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace bulwark::e2e {
namespace {

struct Socket {
  int fd = -1;
  std::uint16_t port = 0;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket listener() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 4), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return {fd, ntohs(address.sin_port)};
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  // A test that would wait for ever fails instead.
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  EXPECT_EQ(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  return fd;
}

// All until the other end says no more; "!" at the end: it never said so.
std::string read_all(int fd) {
  std::string text(1 << 20, '\0');
  std::size_t size = 0;
  while (true) {
    const ssize_t count = ::recv(fd, text.data() + size, text.size() - size, 0);
    if (count <= 0) return text.substr(0, size) + (count < 0 ? "!" : "");
    size += static_cast<std::size_t>(count);
  }
}

TEST(TcpRelay, CarriesBothWaysAndTheEndOfEach) {
  const Socket server = listener(), door = listener();
  const TcpRelay relay(door.fd, server.port);
  const std::string question(300'000, 'q'), answer(500'000, 'a');
  const int client = connect_to(door.port);
  const int peer = ::accept(server.fd, nullptr, nullptr);
  ASSERT_GE(peer, 0);
  std::thread asking([&] {
    EXPECT_EQ(::send(client, question.data(), question.size(), 0), static_cast<ssize_t>(question.size()));
    ::shutdown(client, SHUT_WR);
  });
  EXPECT_EQ(read_all(peer), question);
  asking.join();
  std::thread answering([&] {
    EXPECT_EQ(::send(peer, answer.data(), answer.size(), 0), static_cast<ssize_t>(answer.size()));
    ::close(peer);
  });
  EXPECT_EQ(read_all(client), answer);
  answering.join();
  ::close(client);
  ::close(server.fd);
}

TEST(TcpRelay, ClosesWhatThePortRefuses) {
  const Socket server = listener(), door = listener();
  ::close(server.fd);
  const TcpRelay relay(door.fd, server.port);
  for (int i = 0; i < 3; ++i) {
    const int client = connect_to(door.port);
    EXPECT_EQ(read_all(client), "");
    ::close(client);
  }
}

TEST(TcpRelay, EndsWithConnectionsOpen) {
  const Socket server = listener(), door = listener();
  const int client = connect_to(door.port);
  {
    const TcpRelay relay(door.fd, server.port);
    const int peer = ::accept(server.fd, nullptr, nullptr);
    ASSERT_GE(peer, 0);
    ASSERT_EQ(::send(peer, "x", 1, 0), 1);
    char byte = 0;
    ASSERT_EQ(::recv(client, &byte, 1, 0), 1);
  }
  EXPECT_EQ(read_all(client), "");
  ::close(client);
  ::close(server.fd);
}

}  // namespace
}  // namespace bulwark::e2e

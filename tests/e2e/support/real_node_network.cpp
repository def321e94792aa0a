#include "e2e/support/real_node_network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/os/process.h"

namespace bulwark::e2e {
namespace {

constexpr const char* bridge = "lan";
constexpr const char* service = "10.96.0.1";

// RFC 2544 keeps 198.18.0.0/15 for tests of network devices: no network that this machine could be in.
constexpr std::uint32_t test_range = (198U << 24) | (18U << 16);
constexpr std::uint32_t range_size = 32, ranges = (1U << 17) / range_size;

bool is_used(std::uint32_t range) {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return false;
  bool used = false;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, one->ifa_addr, sizeof address);
    used = used || ntohl(address.sin_addr.s_addr) / range_size == range / range_size;
  }
  ::freeifaddrs(all);
  return used;
}

// A range that nobody here uses; where the search begins depends on a name that is nobody else's.
std::uint32_t free_range(const std::string& name) {
  const auto start = static_cast<std::uint32_t>(std::hash<std::string>{}(name) % ranges);
  for (std::uint32_t i = 0; i < ranges; ++i) {
    const std::uint32_t range = test_range + ((start + i) % ranges) * range_size;
    if (!is_used(range)) return range;
  }
  return test_range;
}

std::string namespace_of(pid_t process) { return fmt::format("/proc/{}/ns/net", process); }

base::Result<> run(const std::vector<std::string>& command) {
  const adapters::Output output = TRY(adapters::run_program(command));
  if (output.status == 0) return {};
  return base::fail(fmt::format("{}: {}", fmt::join(command, " "), output.err));
}

// `ip` on this machine, or in the network namespace of a process.
base::Result<> ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ip");
  return run(arguments);
}
base::Result<> ip_of(pid_t process, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"nsenter", "--net=" + namespace_of(process), "ip"});
  return run(arguments);
}

// Until a process that was told to has left our network namespace.
base::Result<> wait_for_namespace(pid_t process) {
  std::error_code error;
  const std::filesystem::path ours = std::filesystem::read_symlink("/proc/self/ns/net", error);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!error && std::filesystem::read_symlink(namespace_of(process), error) == ours) {
    if (std::chrono::steady_clock::now() > end) return base::fail("no network namespace was made");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  if (error) return base::fail(namespace_of(process) + ": " + error.message());
  return {};
}

base::Error failed(const char* what) {
  return {.message = fmt::format("{}: {}", what, std::strerror(errno)), .file = {}};
}

// A socket that listens on the service's address in the namespace of a process. Only a thread of its own may go
// there: it does not come back.
base::Result<int> listen_in(pid_t process) {
  base::Result<int> result;
  std::thread([&] {
    const int place = ::open(namespace_of(process).c_str(), O_RDONLY | O_CLOEXEC);
    const bool there = place >= 0 && ::setns(place, CLONE_NEWNET) == 0;
    if (!there) result = std::unexpected(failed("cannot enter the network of the nodes"));
    if (place >= 0) ::close(place);
    if (!there) return;
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(443);
    ::inet_pton(AF_INET, service, &address.sin_addr);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, SOMAXCONN) != 0) {
      result = std::unexpected(failed("cannot listen in the network of the nodes"));
      ::close(listener);
      return;
    }
    result = listener;
  }).join();
  return result;
}

}  // namespace

RealNodeNetwork::RealNodeNetwork(std::string interface)
    : interface_(std::move(interface)), range_(free_range(interface_)) {}

RealNodeNetwork::~RealNodeNetwork() {
  // The kernel would take it away by itself when the last process of the namespace is gone, some time later.
  if (holder_.pid() != 0) static_cast<void>(ip({"link", "delete", interface_}));
}

base::Result<std::unique_ptr<RealNodeNetwork>> RealNodeNetwork::create(const std::string& interface,
                                                                       const std::filesystem::path& log,
                                                                       std::uint16_t api_server_port) {
  std::unique_ptr<RealNodeNetwork> made(new RealNodeNetwork(interface));
  made->holder_ = TRY(Child::start(
      {.arguments = {"/bin/sh", "-c",
                     "exec unshare --net sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; exec sleep infinity'"},
       .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
       .log = log}));
  const pid_t holder = made->holder_.pid();
  const auto with_length = [&](int host) {
    return fmt::format("{}/{}", made->address(host), made->prefix_length());
  };
  TRY(wait_for_namespace(holder));
  TRY(ip_of(holder, {"link", "set", "lo", "up"}));
  TRY(ip_of(holder, {"link", "add", bridge, "type", "bridge"}));
  TRY(ip_of(holder, {"address", "add", with_length(1), "dev", bridge}));
  TRY(ip_of(holder, {"address", "add", service, "dev", bridge}));
  TRY(ip_of(holder, {"link", "set", bridge, "up"}));
  TRY(ip({"link", "add", interface, "type", "veth", "peer", "name", "machine", "netns", std::to_string(holder)}));
  TRY(ip_of(holder, {"link", "set", "machine", "master", bridge, "up"}));
  TRY(ip({"address", "add", with_length(2), "dev", interface}));
  TRY(ip({"link", "set", interface, "up"}));
  made->relay_ = std::make_unique<TcpRelay>(TRY(listen_in(holder)), api_server_port);
  return made;
}

base::Result<> RealNodeNetwork::attach(int node, pid_t process) {
  TRY(wait_for_namespace(process));
  const pid_t holder = holder_.pid();
  const std::string cable = fmt::format("node-{}", node);
  // After a boot: the kernel may not yet have taken the cable to the network that the node had before.
  static_cast<void>(ip_of(holder, {"link", "delete", cable}));
  TRY(ip({"link", "add", cable, "netns", std::to_string(holder), "type", "veth", "peer", "name", "eth0", "netns",
          std::to_string(process)}));
  TRY(ip_of(holder, {"link", "set", cable, "master", bridge, "up"}));
  return ip_of(holder, {"route", "replace", pod_range(node), "via", node_address(node)});
}

std::string RealNodeNetwork::pod_range(int node) { return fmt::format("10.128.{}.0/24", node); }

std::string RealNodeNetwork::address(int host) const {
  const std::uint32_t full = range_ + static_cast<std::uint32_t>(host);
  return fmt::format("{}.{}.{}.{}", full >> 24, full >> 16 & 255, full >> 8 & 255, full & 255);
}

}  // namespace bulwark::e2e

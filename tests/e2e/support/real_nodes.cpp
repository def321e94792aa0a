#include "e2e/support/real_nodes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "adapters/os/process.h"
#include "e2e/support/real_node_files.h"
#include "e2e/support/scratch_folder.h"

namespace bulwark::e2e {
namespace {

constexpr const char* scripts = BULWARK_NODE_SCRIPTS;

std::string script(const char* name) { return fmt::format("{}/{}", scripts, name); }

std::string search_path(const Programs& programs) {
  return "PATH=" + programs.folder.string() + ":/usr/sbin:/usr/bin:/sbin:/bin";
}

// "bulwark-cluster-AbC123" -> "AbC123": what nobody else on this machine has.
std::string mark_of(const std::filesystem::path& folder) {
  const std::string name = folder.filename();
  return name.substr(name.rfind('-') + 1);
}

}  // namespace

std::string RealNodes::why_not(const Programs& programs) {
  const auto output = adapters::run_program({script("check"), programs.folder.string()});
  if (!output) return output.error().text();
  if (output->status == 0) return {};
  std::string reason = output->out + output->err;
  while (reason.ends_with('\n')) reason.pop_back();
  return reason.empty() ? script("check") + " fails" : reason;
}

ControlPlaneOptions RealNodes::with_nodes(ControlPlaneOptions options) {
  options.api_server_arguments.insert(options.api_server_arguments.begin(),
                                      "--kubelet-preferred-address-types=InternalIP");
  return options;
}

base::Result<std::unique_ptr<RealNodes>> RealNodes::start(const ControlPlane& plane, RealNodesOptions options) {
  if (const std::string reason = why_not(plane.programs()); !reason.empty()) return base::fail(reason);
  if (options.count < 1 || options.count > RealNodeNetwork::most_nodes) {
    return base::fail(fmt::format("between 1 and {} real nodes", RealNodeNetwork::most_nodes));
  }
  std::unique_ptr<RealNodes> nodes(new RealNodes(plane, std::move(options)));
  TRY(nodes->prepare());
  for (const std::string& name : nodes->names_) {
    TRY(nodes->write_files(nodes->number(name)));
    TRY(nodes->boot(name));
  }
  TRY(nodes->wait_until_ready());
  return nodes;
}

RealNodes::RealNodes(const ControlPlane& plane, RealNodesOptions options)
    : plane_(plane),
      options_(std::move(options)),
      folder_(plane.folder() / "nodes"),
      cgroup_("bulwark-" + mark_of(plane.folder())) {
  for (int i = 1; i <= options_.count; ++i) names_.push_back(fmt::format("node-{}", i));
}

RealNodes::~RealNodes() {
  for (auto& [name, child] : running_) cut_power(name);
  network_.reset();
  if (lock_ >= 0) ::close(lock_);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (janitor_.is_running() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

base::Result<> RealNodes::prepare() {
  std::error_code error;
  std::filesystem::create_directory(folder_, error);
  if (error) return base::fail(folder_.string() + ": " + error.message());
  const std::string lock = folder_ / "lock", archive = folder_ / "images.tar";
  lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX) != 0) return base::fail(lock + ": " + std::strerror(errno));
  janitor_ = TRY(Child::start({.arguments = {script("janitor"), lock, cgroup_},
                               .environment = {"PATH=/usr/bin:/bin"},
                               .log = folder_ / "janitor.log"}));
  std::vector<std::string> pack = {script("images"), plane_.programs()["busybox"].string(), archive};
  pack.insert(pack.end(), options_.images.begin(), options_.images.end());
  const adapters::Output packed = TRY(adapters::run_program(pack));
  if (packed.status != 0) return base::fail("cannot pack images: " + packed.err);
  network_ =
      TRY(RealNodeNetwork::create("bw-" + mark_of(plane_.folder()), folder_ / "network.log", plane_.port()));
  return {};
}

base::Result<> RealNodes::write_files(int node) {
  const std::string& name = names_[static_cast<std::size_t>(node - 1)];
  const std::string user = "system:node:" + name;
  RealNodeFiles files;
  files.programs = plane_.programs().folder;
  files.cgroup = fmt::format("/{}/{}", cgroup_, name);
  files.pod_range = RealNodeNetwork::pod_range(node);
  files.authority = plane_.authority();
  files.serving = TRY(plane_.issue({.common_name = user,
                                    .organizations = {"system:nodes"},
                                    .use = CertificateRequest::Use::server,
                                    .hosts = {"DNS:" + name, "IP:" + network_->node_address(node)}}));
  files.kubeconfig = plane_.kubeconfig_text(
      RealNodeNetwork::api_server, user,
      TRY(plane_.issue({.common_name = user, .organizations = {"system:nodes"}, .hosts = {}})));
  files.seccomp_profiles = options_.seccomp_profiles;
  return files.write(folder(name));
}

int RealNodes::number(const std::string& name) const {
  return static_cast<int>(std::ranges::find(names_, name) - names_.begin()) + 1;
}

void RealNodes::cut_power(const std::string& name) {
  // Its first process ends on SIGTERM without further ado, and with it, the kernel sees to that, all others: when
  // it is gone they are. After SIGKILL to the outermost process they would still be ending.
  running_[name].stop(std::chrono::seconds(10));
}

base::Result<> RealNodes::boot(const std::string& name) {
  const int node = number(name);
  std::string labels;
  for (const auto& [key, value] : options_.labels) {
    labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", key, value);
  }
  running_[name] = TRY(Child::start(
      {.arguments = {script("node")},
       .environment = {search_path(plane_.programs()), "NODE=" + name, "LABELS=" + labels,
                       fmt::format("ADDRESS={}/{}", network_->node_address(node), network_->prefix_length()),
                       "GATEWAY=" + network_->gateway(), "CGROUP=" + cgroup_ + "/" + name,
                       "FOLDER=" + folder(name).string(), "IMAGES=" + (folder_ / "images.tar").string()},
       .log = folder(name) / "node.log"}));
  return network_->attach(node, running_[name].pid());
}

base::Result<> RealNodes::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + options_.patience;
  const auto is_ready = [this](const std::string& name) {
    const auto node = plane_.get("/api/v1/nodes/" + name);
    // Taints keep pods away until the node controller has seen that it is ready.
    return node && node->contains(R"("type":"Ready","status":"True")") && !node->contains(R"("taints":)");
  };
  while (!std::ranges::all_of(names_, is_ready)) {
    for (auto& [name, child] : running_) {
      if (!child.is_running()) return base::fail(fmt::format("{} ended:\n{}", name, logs()));
    }
    if (options_.interrupted()) return base::fail("interrupted");
    if (std::chrono::steady_clock::now() > end) {
      return base::fail(fmt::format("nodes are not ready after {} s:\n{}", options_.patience.count(), logs()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return {};
}

std::string RealNodes::logs(std::size_t lines) const {
  std::string text;
  for (const std::string& name : names_) {
    for (const char* log : {"node", "containerd", "kubelet"}) {
      text +=
          fmt::format("--- {} {}\n{}", name, log, last_lines(folder(name) / (std::string(log) + ".log"), lines));
    }
  }
  return text;
}

}  // namespace bulwark::e2e

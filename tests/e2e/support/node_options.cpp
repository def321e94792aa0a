#include "e2e/support/node_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

namespace bulwark::e2e {
namespace {

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

base::Result<> add_pairs(const char* what, const std::vector<std::string>& pairs,
                         std::map<std::string, std::string>& to) {
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return base::fail(std::string(what) + " '" + pair + "' is no KEY=VALUE");
    to[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return {};
}

}  // namespace

void NodeFlags::add_to(CLI::App& app) {
  const auto list = [&app](const char* flag, std::vector<std::string>& to, const char* help) {
    app.add_option(flag, to, help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  app.add_option("--nodes", count, "How many nodes to play");
  app.add_option("--node-prefix", prefix, "Their names are PREFIX-0000, PREFIX-0001, ...");
  app.add_option("--kubelet-version", shape.kubelet_version);
  app.add_option("--os-image", shape.os_image);
  app.add_option("--kernel", shape.kernel);
  app.add_option("--os", shape.operating_system, "linux or windows");
  app.add_option("--architecture", shape.architecture);
  app.add_option("--boot-id", shape.boot_id);
  list("--label", labels, "KEY=VALUE; may be repeated");
  list("--taint", taints, "KEY=VALUE:EFFECT; may be repeated");
  list("--capacity", capacity, "RESOURCE=QUANTITY, besides cpu=4, memory=16Gi, pods=110; may be repeated");
  app.add_option("--start-delay", start_delay, "Seconds until a scheduled pod is ready");
  app.add_option("--stop-delay", stop_delay,
                 "Seconds until a deleted pod is gone, unless its grace period is shorter");
  app.add_option("--renew-interval", renew_interval,
                 "Seconds between renewals of a lease: 10, with many nodes 20");
}

base::Result<NodePlayerOptions> NodeFlags::options() const {
  NodeShape pattern = shape;
  TRY(add_pairs("label", labels, pattern.labels));
  TRY(add_pairs("capacity", capacity, pattern.capacity));
  for (const std::string& taint : taints) {
    const std::size_t colon = taint.rfind(':');
    std::map<std::string, std::string> pair;
    if (colon == std::string::npos || !add_pairs("taint", {taint.substr(0, colon)}, pair)) {
      return base::fail("taint '" + taint + "' is no KEY=VALUE:EFFECT");
    }
    pattern.taints.push_back({pair.begin()->first, pair.begin()->second, taint.substr(colon + 1)});
  }
  NodePlayerOptions options{.nodes = numbered_nodes(count, pattern, prefix),
                            .start_delay = milliseconds(start_delay)};
  if (stop_delay >= 0) options.stop_delay = milliseconds(stop_delay);
  // The node controller gives a node up after 40 s: one renewal may fail, still.
  constexpr std::size_t many = 300;
  options.renew_interval = milliseconds(renew_interval > 0 ? renew_interval : count > many ? 20 : 10);
  return options;
}

}  // namespace bulwark::e2e

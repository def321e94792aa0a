// A kubeconfig from foreign bytes: read, and each of its contexts resolved. Errors must have a place in the file.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/kubeapi/connection.h"

namespace {

using namespace bulwark::adapters;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = parse_kubeconfig("/config", std::string(reinterpret_cast<const char*>(data), size));
  if (!config) {
    require(config.error().file == "/config" && config.error().line > 0 && !config.error().message.empty());
    return 0;
  }
  for (const auto& [name, context] : config->contexts) {
    // Files that it names are not opened here.
    const auto cluster = config->clusters.find(context.cluster);
    const auto user = config->users.find(context.user);
    if (cluster != config->clusters.end() && !cluster->second.ca_file.empty()) continue;
    if (user != config->users.end() && !(user->second.certificate_file.empty() && user->second.key_file.empty())) {
      continue;
    }
    const auto connection = resolve(*config, {.context = name});
    require(connection.has_value() ? !connection->server.empty() : !connection.error().message.empty());
  }
  KubeConfig merged = *config;
  merge_kubeconfig(merged, KubeConfig(*config));
  require(merged.users.size() == config->users.size() && merged.contexts.size() == config->contexts.size());
  return 0;
}

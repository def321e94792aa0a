#include "e2e/support/live_cluster.h"

#include <utility>

#include "adapters/kubeapi/client.h"
#include "adapters/kubeapi/connection.h"

namespace bulwark::e2e {

base::Result<std::unique_ptr<kube::Cluster>> connect(const std::filesystem::path& kubeconfig) {
  adapters::Connection connection = TRY(adapters::find_connection(adapters::kubeconfig_paths(kubeconfig.string()),
                                                                  {}, adapters::in_cluster_places()));
  adapters::ClientOptions options;
  options.user_agent = "bulwark-test";
  options.queries_per_second = 0;
  options.attempts = 1;
  return std::make_unique<adapters::LiveCluster>(std::move(connection), std::move(options));
}

}  // namespace bulwark::e2e

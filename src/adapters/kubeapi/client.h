#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/kubeapi/api_client.h"
#include "adapters/kubeapi/watch.h"

namespace bulwark::adapters {

// The API server as the cluster's one interface. One thread at a time.
class LiveCluster final : public kube::Cluster {
 public:
  LiveCluster(Connection connection, ClientOptions options)
      : api_(std::move(connection), std::move(options)), watches_(api_) {}

  const Connection& connection() const { return api_.connection(); }
  // The certificate that the API server showed to the last connection, as PEM; empty without TLS, or before the
  // first call.
  const std::string& server_certificate() { return api_.requests().server_certificate(); }
  // Context and server, without a secret: what the client's own messages begin with.
  std::string place() const { return api_.place(); }

  std::string_view name() const override { return api_.connection().context; }
  kube::Answer<std::string> version() override;
  kube::Answer<std::vector<kube::Resource>> resources(std::vector<std::string>& missing) override;
  kube::Answer<kube::Listed> list(const kube::Resource& resource, const kube::Query& query,
                                  kube::ObjectSink& sink) override;
  kube::Answer<std::string> get(const kube::ObjectKey& key, std::string_view subresource) override;
  kube::Answer<std::string> create(const kube::ObjectKey& key, std::string_view json, std::string_view subresource,
                                   const kube::WriteOptions& options) override;
  kube::Answer<std::string> replace(const kube::ObjectKey& key, std::string_view json,
                                    std::string_view subresource, const kube::WriteOptions& options) override;
  kube::Answer<std::string> patch(const kube::ObjectKey& key, kube::PatchType type, std::string_view patch,
                                  std::string_view subresource, const kube::WriteOptions& options) override;
  kube::Answer<> remove(const kube::ObjectKey& key, const kube::DeleteOptions& options) override;
  kube::Answer<> evict(const kube::ObjectKey& pod, const kube::DeleteOptions& options) override;
  kube::Answer<std::string> get_raw(std::string_view path) override;

  WatchId watch(const kube::Resource& resource, const kube::Query& query, std::string_view from,
                kube::WatchSink& sink) override;
  void unwatch(WatchId id) override;
  kube::Time now() override;
  bool run_until(kube::Time end) override;

 private:
  kube::Answer<std::string> call_for_object(const ApiRequest& request);

  ApiClient api_;
  Watches watches_;
  std::string eviction_;  // apiVersion; empty until it was asked for
};

}  // namespace bulwark::adapters

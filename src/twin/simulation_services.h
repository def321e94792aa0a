// Keeps the Endpoints and EndpointSlices of a store's Services as the endpoint controllers do.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "twin/simulation_endpoints.h"
#include "twin/store.h"

namespace bulwark::twin {

class ServiceEndpoints {
 public:
  // `minor`: of the API server that is played. The store must outlive it.
  ServiceEndpoints(Store& store, int minor);

  // An object was written, by whomever, and stands in the store as it is now, or is gone.
  void written(const ApiKind& kind, std::string_view name_space, std::string_view name);
  // Brings up to date what depends on what was written since the last call.
  void settle();

 private:
  struct Service {
    std::vector<std::pair<std::string, std::string>> selector;
    std::set<std::string, std::less<>> pods;  // that the selector selects, by name
  };
  using Services = std::map<std::string, Service, std::less<>>;  // of one namespace, by name

  void service_written(std::string_view name_space, std::string_view name);
  void pod_written(std::string_view name_space, std::string_view name);
  void settle(const std::string& name_space, const std::string& name);
  void settle_endpoints(const document::Json& service, const std::vector<EndpointPod>& pods);
  void settle_slices(const document::Json& service, const std::vector<EndpointPod>& pods);
  void remove(const ApiKind& kind, std::string_view name_space, std::string_view name);
  const EndpointPod& read(const ObjectPtr& pod);
  std::vector<ObjectPtr> slices_of(std::string_view name_space, std::string_view service) const;

  Store& store_;
  int minor_;
  bool is_settling_ = false;
  std::map<std::string, Services, std::less<>> services_;      // with a selector, by namespace
  std::set<std::pair<std::string, std::string>> out_of_date_;  // namespace and name
  struct Read {
    std::uint64_t resource_version = 0;
    EndpointPod pod;
  };
  std::unordered_map<std::string, Read> read_;  // pods behind Services, by key
};

}  // namespace bulwark::twin

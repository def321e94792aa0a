#pragma once

#include "adapters/kubeapi/api_client.h"

namespace bulwark::adapters {

// kube::Cluster::list: page by page, each item on its way as soon as it has come.
kube::Answer<kube::Listed> list_objects(ApiClient& api, const kube::Resource& resource, const kube::Query& query,
                                        kube::ObjectSink& sink);

}  // namespace bulwark::adapters

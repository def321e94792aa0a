#pragma once

#include <string>
#include <string_view>

#include "kube/cluster.h"

namespace bulwark::adapters {

// A path with the parameters of its query, escaped.
class ApiPath {
 public:
  explicit ApiPath(std::string path) : text_(std::move(path)) {}
  // Empty values are left out.
  ApiPath& with(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

// /api/v1/namespaces/default/pods; with an empty namespace that of all of them.
ApiPath collection_path(const kube::Resource& resource, std::string_view name_space);
// /apis/apps/v1/namespaces/default/deployments/web/scale
ApiPath object_path(const kube::ObjectKey& key, std::string_view subresource);
// /api/v1 or /apis/apps/v1
std::string version_path(std::string_view group, std::string_view version);

}  // namespace bulwark::adapters

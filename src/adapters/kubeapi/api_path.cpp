#include "adapters/kubeapi/api_path.h"

#include "adapters/kubeapi/http_url.h"

namespace bulwark::adapters {

ApiPath& ApiPath::with(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += std::exchange(has_query_, true) ? '&' : '?';
  text_ += url_escape(name) + "=" + url_escape(value);
  return *this;
}

std::string version_path(std::string_view group, std::string_view version) {
  return group.empty() ? "/api/" + url_escape(version) : "/apis/" + url_escape(group) + "/" + url_escape(version);
}

ApiPath collection_path(const kube::Resource& resource, std::string_view name_space) {
  std::string path = version_path(resource.group, resource.version);
  if (resource.namespaced && !name_space.empty()) path += "/namespaces/" + url_escape(name_space);
  return ApiPath(path + "/" + url_escape(resource.plural));
}

ApiPath object_path(const kube::ObjectKey& key, std::string_view subresource) {
  std::string path = collection_path(key.resource, key.name_space).text() + "/" + url_escape(key.name);
  if (!subresource.empty()) path += "/" + url_escape(subresource);
  return ApiPath(std::move(path));
}

}  // namespace bulwark::adapters

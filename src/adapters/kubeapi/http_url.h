#pragma once

#include <string>
#include <string_view>

namespace bulwark::adapters {

// The address of a server, in parts: https://user@host:6443/k8s/clusters/c-1.
class ServerUrl {
 public:
  ServerUrl() = default;
  explicit ServerUrl(std::string_view url);

  // What paths are appended to, with another host when one is given (see connect_to).
  std::string request_base(std::string_view other_host) const;
  // libcurl's CONNECT_TO: requests for that host go to this server.
  std::string connect_to(std::string_view other_host) const;
  std::string host_and_port() const;

 private:
  std::string scheme_, host_, port_, path_;
};

// A text as it may stand in a query or as one part of a path (RFC 3986: all but unreserved characters is escaped).
std::string url_escape(std::string_view text);
// The other way; what is no escape stays.
std::string url_unescape(std::string_view text);

}  // namespace bulwark::adapters

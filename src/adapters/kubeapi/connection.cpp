#include "adapters/kubeapi/connection.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "adapters/os/file_text.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

base::Error error_in(const ConfigPlace& place, std::string message) {
  return {std::move(message), place.file, place.line, place.column};
}

template <class T>
std::string names_of(const std::map<std::string, T, std::less<>>& entries) {
  std::string names;
  for (const auto& [name, entry] : entries) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "there is none" : "there is " + names;
}

base::Result<std::string> read_file(const std::string& path) {
  const FileText text = TRY(FileText::read(path));
  return std::string(text.text());
}

// Data wins over a file (client-go rest.loadTLSFiles).
base::Result<std::string> data_or_file(const std::string& data, const std::string& file, std::string_view what,
                                       const ConfigPlace& place) {
  if (!data.empty() || file.empty()) return data;
  auto text = read_file(file);
  if (!text) return std::unexpected(error_in(place, fmt::format("{}: {}", what, text.error().text())));
  return text;
}

// A server may stand there as host:port alone (client-go rest.DefaultServerURL).
std::string server_url(std::string server, bool tls) {
  if (server.find("://") == std::string::npos) server = (tls ? "https://" : "http://") + server;
  while (server.ends_with('/')) server.pop_back();
  return server;
}

base::Result<> use_cluster(const ConfigCluster& cluster, Connection& to) {
  if (cluster.server.empty()) return std::unexpected(error_in(cluster.place, "the cluster has no server"));
  to.ca = TRY(data_or_file(cluster.ca_data, cluster.ca_file, "certificate-authority", cluster.place));
  to.insecure = cluster.insecure;
  if (to.insecure && !to.ca.empty()) {
    return std::unexpected(
        error_in(cluster.place, "a certificate authority together with insecure-skip-tls-verify is not allowed"));
  }
  to.tls_server_name = cluster.tls_server_name;
  to.proxy_url = cluster.proxy_url;
  if (const std::size_t scheme = to.proxy_url.find("://"); !to.proxy_url.empty()) {
    const std::string_view name = std::string_view(to.proxy_url).substr(0, scheme);
    if (scheme == std::string::npos || (name != "http" && name != "https" && name != "socks5")) {
      return std::unexpected(error_in(cluster.place, "proxy-url must begin with http://, https:// or socks5://"));
    }
  }
  to.compress = !cluster.disable_compression;
  to.exec_config = cluster.exec_config;
  to.server = cluster.server;
  return {};
}

base::Result<> use_user(const ConfigUser& user, Connection& to) {
  if (!user.auth_provider.empty()) {
    return std::unexpected(
        error_in(user.place, fmt::format("auth-provider {} is of old kubectls; use an exec plugin (kubelogin "
                                         "convert-kubeconfig on AKS, gke-gcloud-auth-plugin on GKE)",
                                         user.auth_provider)));
  }
  if (!user.token.empty() && !user.username.empty()) {
    return std::unexpected(error_in(user.place, "both a token and a username; only one is allowed"));
  }
  to.certificate =
      TRY(data_or_file(user.certificate_data, user.certificate_file, "client-certificate", user.place));
  to.key = TRY(data_or_file(user.key_data, user.key_file, "client-key", user.place));
  if (user.certificate_data.empty()) to.certificate_file = user.certificate_file;
  if (user.key_data.empty()) to.key_file = user.key_file;
  if (to.certificate.empty() != to.key.empty()) {
    return std::unexpected(error_in(user.place, to.key.empty() ? "a client-certificate without a client-key"
                                                               : "a client-key without a client-certificate"));
  }
  if (user.exec && user.exec->problem) return std::unexpected(*user.exec->problem);
  if (user.impersonate.empty() &&
      (!user.impersonate_groups.empty() || !user.impersonate_uid.empty() || !user.impersonate_extra.empty())) {
    return std::unexpected(error_in(user.place, "as-groups, as-uid or as-user-extra without as"));
  }
  to.token = user.token;
  to.token_file = user.token_file;
  to.username = user.username;
  to.password = user.password;
  to.exec = user.exec;
  to.impersonate = {user.impersonate, user.impersonate_uid, user.impersonate_groups, user.impersonate_extra};
  return {};
}

void warn(Connection& to) {
  if (to.insecure) {
    to.warnings.push_back(
        fmt::format("{}: the server's certificate is not verified (insecure-skip-tls-verify): "
                    "whoever is on the way can read and change everything",
                    to.server));
  }
  const bool secrets = !to.token.empty() || !to.token_file.empty() || !to.password.empty() || to.exec;
  if (to.server.starts_with("http://") && secrets) {
    to.warnings.push_back(to.server + ": credentials are sent without encryption");
  }
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

base::Result<Connection> resolve(const KubeConfig& config, const Overrides& overrides) {
  Connection connection;
  ConfigContext context;
  connection.context = overrides.context.empty() ? config.current_context : overrides.context;
  if (!connection.context.empty()) {
    const auto found = config.contexts.find(connection.context);
    if (found == config.contexts.end()) {
      return base::fail(
          fmt::format("no context {} in the kubeconfig; {}", connection.context, names_of(config.contexts)));
    }
    context = found->second;
  } else if (overrides.cluster.empty() && overrides.server.empty()) {
    return base::fail(config.empty() ? "no kubeconfig: set KUBECONFIG or name one with --kubeconfig"
                                     : "the kubeconfig has no current-context; " + names_of(config.contexts));
  }
  if (!overrides.cluster.empty()) context.cluster = overrides.cluster;
  if (!overrides.user.empty()) context.user = overrides.user;

  ConfigCluster cluster;
  if (const auto found = config.clusters.find(context.cluster); found != config.clusters.end()) {
    cluster = found->second;
  } else if (overrides.server.empty() || !context.cluster.empty()) {
    return std::unexpected(
        error_in(context.place, fmt::format("context {} names no cluster that exists: {}; {}", connection.context,
                                            context.cluster, names_of(config.clusters))));
  }
  if (!overrides.server.empty()) cluster.server = overrides.server;
  TRY(use_cluster(cluster, connection));

  ConfigUser user;
  if (const auto found = config.users.find(context.user); found != config.users.end()) {
    user = found->second;
  } else if (!context.user.empty()) {
    return std::unexpected(
        error_in(context.place, fmt::format("context {} names no user that exists: {}; {}", connection.context,
                                            context.user, names_of(config.users))));
  }
  if (!overrides.token.empty()) {
    // As kubectl's --token: whatever else the user has is not asked.
    user.token = overrides.token;
    user.token_file = user.username = user.password = "";
    user.exec.reset();
  }
  if (!overrides.impersonate.empty()) user.impersonate = overrides.impersonate;
  if (!overrides.impersonate_groups.empty()) user.impersonate_groups = overrides.impersonate_groups;
  TRY(use_user(user, connection));

  connection.server = server_url(connection.server,
                                 !connection.ca.empty() || connection.insecure || !connection.certificate.empty());
  connection.name_space = !overrides.name_space.empty() ? overrides.name_space
                          : !context.name_space.empty() ? context.name_space
                                                        : "default";
  warn(connection);
  return connection;
}

base::Result<Connection> in_cluster(const InClusterPlaces& places) {
  if (places.host.empty() || places.port.empty()) {
    return base::fail("this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  Connection connection;
  connection.context = "in-cluster";
  const bool v6 = places.host.find(':') != std::string::npos;
  connection.server = fmt::format("https://{}:{}", v6 ? "[" + places.host + "]" : places.host, places.port);
  connection.token_file = places.folder + "/token";
  connection.token = std::string(base::trim(TRY(read_file(connection.token_file))));
  connection.ca = TRY(read_file(places.folder + "/ca.crt"));
  const auto name_space = read_file(places.folder + "/namespace");
  connection.name_space = name_space ? base::trim(*name_space) : "default";
  return connection;
}

base::Result<Connection> find_connection(const KubeConfigPaths& paths, const Overrides& overrides,
                                         const InClusterPlaces& places) {
  const KubeConfig config = TRY(load_kubeconfig(paths));
  const bool asked = !paths.explicit_path.empty() || !overrides.context.empty() || !overrides.cluster.empty() ||
                     !overrides.user.empty() || !overrides.server.empty();
  if (!config.empty() || asked || places.host.empty()) return resolve(config, overrides);
  Connection connection = TRY(in_cluster(places));
  if (!overrides.name_space.empty()) connection.name_space = overrides.name_space;
  if (!overrides.token.empty()) {
    connection.token = overrides.token;
    connection.token_file.clear();
  }
  connection.impersonate.user = overrides.impersonate;
  connection.impersonate.groups = overrides.impersonate_groups;
  return connection;
}

KubeConfigPaths kubeconfig_paths(std::string explicit_path) {
  return {std::move(explicit_path), environment("KUBECONFIG"), environment("HOME")};
}

InClusterPlaces in_cluster_places() {
  return {.host = environment("KUBERNETES_SERVICE_HOST"), .port = environment("KUBERNETES_SERVICE_PORT")};
}

}  // namespace bulwark::adapters

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/kubeapi/kubeconfig.h"

namespace bulwark::adapters {

// Whom requests speak for.
struct Impersonation {
  std::string user, uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;
};

// All that is needed to talk to one API server.
struct Connection {
  std::string context;     // for messages; "in-cluster" for a service account
  std::string server;      // https://host:port, perhaps with a path, without a slash at the end
  std::string name_space;  // of the context; "default" when it has none

  std::string ca;               // PEM; empty: the system's certificate authorities
  bool insecure = false;        // certificates are not verified
  std::string tls_server_name;  // instead of the server's host
  std::string proxy_url;        // empty: as the environment says
  bool compress = true;

  std::string certificate, key;            // PEM
  std::string certificate_file, key_file;  // where they come from; read again and again; empty: from data
  std::string token;
  std::string token_file;  // read again and again; wins over token
  std::string username, password;
  std::optional<ExecConfig> exec;
  std::string exec_config;  // the cluster's JSON for plugins
  Impersonation impersonate;

  std::vector<std::string> warnings;  // what the user should know
};

// What the command line says in place of the kubeconfig; empty: nothing.
struct Overrides {
  std::string context, cluster, user, name_space;
  std::string server, token;
  std::string impersonate;
  std::vector<std::string> impersonate_groups;
};

// The connection of a context, or of the current one. Reads the files that it names. Error: the context or what it
// names is missing, or its parts contradict each other.
base::Result<Connection> resolve(const KubeConfig& config, const Overrides& overrides);

// Where a pod finds its service account.
struct InClusterPlaces {
  std::string host, port;  // $KUBERNETES_SERVICE_HOST, $KUBERNETES_SERVICE_PORT
  std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// The connection of a pod's service account. Error: this is no pod, or its files are missing.
base::Result<Connection> in_cluster(const InClusterPlaces& places);

// What kubectl would talk to: the kubeconfig's context; the service account when there is no kubeconfig at all and
// this is a pod.
base::Result<Connection> find_connection(const KubeConfigPaths& paths, const Overrides& overrides,
                                         const InClusterPlaces& places);

// The two with what the environment says.
KubeConfigPaths kubeconfig_paths(std::string explicit_path);
InClusterPlaces in_cluster_places();

}  // namespace bulwark::adapters

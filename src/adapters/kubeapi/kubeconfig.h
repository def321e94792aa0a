// The kubeconfig as kubectl reads it (client-go tools/clientcmd: loader.go, overrides.go, validation.go).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulwark::adapters {

// Where an entry stands, for messages.
struct ConfigPlace {
  std::string file;
  std::uint32_t line = 0, column = 0;
};

// How a credential plugin is started (client-go api.ExecConfig).
struct ExecConfig {
  enum class Interactive : std::uint8_t { never, if_available, always };
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string api_version;  // client.authentication.k8s.io/v1 or v1beta1
  std::string install_hint;
  bool provide_cluster_info = false;
  Interactive interactive = Interactive::if_available;
  std::optional<base::Error> problem;  // why it cannot be used
};

struct ConfigCluster {
  std::string server;
  std::string tls_server_name;
  bool insecure = false;  // insecure-skip-tls-verify
  std::string ca_file;
  std::string ca_data;  // PEM, decoded
  std::string proxy_url;
  bool disable_compression = false;
  std::string exec_config;  // JSON of the extension client.authentication.k8s.io/exec, for plugins
  ConfigPlace place;
};

struct ConfigUser {
  std::string certificate_file, certificate_data;
  std::string key_file, key_data;
  std::string token, token_file;
  std::string username, password;
  std::string impersonate, impersonate_uid;
  std::vector<std::string> impersonate_groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> impersonate_extra;
  std::optional<ExecConfig> exec;
  std::string auth_provider;  // name of a provider that kubectl has no more
  ConfigPlace place;
};

struct ConfigContext {
  std::string cluster, user, name_space;
  ConfigPlace place;
};

// One kubeconfig, or several merged.
struct KubeConfig {
  std::map<std::string, ConfigCluster, std::less<>> clusters;
  std::map<std::string, ConfigUser, std::less<>> users;
  std::map<std::string, ConfigContext, std::less<>> contexts;
  std::string current_context;
  std::vector<std::string> files;  // that were read

  bool empty() const { return clusters.empty() && users.empty() && contexts.empty() && current_context.empty(); }
};

// Reads one file's text; `path` names it in errors, and its folder is what relative paths in it are relative to.
// Errors have the line and column of the field that is wrong.
base::Result<KubeConfig> parse_kubeconfig(const std::string& path, std::string text);

// Adds what `first` does not have: for a cluster, user or context that both have, the first one's counts as a
// whole, and so does its current context.
void merge_kubeconfig(KubeConfig& first, KubeConfig&& second);

// Where kubeconfigs may lie.
struct KubeConfigPaths {
  std::string explicit_path;  // --kubeconfig: this one alone, and it must be there
  std::string environment;    // $KUBECONFIG: paths with colons between; those not there are skipped
  std::string home;           // $HOME, for ~/.kube/config
};

// Loads and merges. Error: a file cannot be read or is malformed, or the explicit one is missing. No file at all
// is an empty config.
base::Result<KubeConfig> load_kubeconfig(const KubeConfigPaths& paths);

}  // namespace bulwark::adapters

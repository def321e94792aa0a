#include "adapters/kubeapi/kubeconfig.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "adapters/kubeapi/config_reader.h"
#include "adapters/os/file_text.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

using document::Node;

class FileReader {
 public:
  FileReader(const ParsedText& text, const std::string& path)
      : text_(text), read_(text, error_), folder_(std::filesystem::absolute(path).parent_path()) {}

  base::Result<KubeConfig> config() {
    const Node& root = text_.root();
    if (root.is_null()) return std::move(config_);
    if (!root.is_mapping()) return std::unexpected(text_.error_at(root, "a kubeconfig is an object"));
    std::string kind, version;
    read_.string(root, "kind", kind);
    read_.string(root, "apiVersion", version);
    if (!kind.empty() && kind != "Config") read_.wrong(*root.find("kind"), "the kind of a kubeconfig is Config");
    if (!version.empty() && version != "v1") {
      read_.wrong(*root.find("apiVersion"), "the apiVersion of a kubeconfig is v1");
    }
    read_.string(root, "current-context", config_.current_context);
    entries(root, "clusters", "cluster", config_.clusters, [&](const Node& node) { return cluster(node); });
    entries(root, "users", "user", config_.users, [&](const Node& node) { return user(node); });
    entries(root, "contexts", "context", config_.contexts, [&](const Node& node) { return context(node); });
    if (!error_) return std::unexpected(error_.error());
    return std::move(config_);
  }

 private:
  // [{name: ..., <singular>: {...}}]
  template <class T, class Read>
  void entries(const Node& root, std::string_view plural, std::string_view singular,
               std::map<std::string, T, std::less<>>& to, Read read) {
    const Node* list = read_.sequence(root, plural);
    if (list == nullptr) return;
    for (const Node& item : list->items()) {
      if (!item.is_mapping()) return read_.wrong(item, fmt::format("an entry of {} is no object", plural));
      std::string name;
      read_.string(item, "name", name);
      const Node* body = read_.mapping(item, singular);
      T entry = body == nullptr ? T{} : read(*body);
      const document::Position at = text_.source().position(item.begin());
      entry.place = {text_.source().name(), at.line, at.column};
      if (to.contains(name)) return read_.wrong(item, fmt::format("the name {} stands twice in {}", name, plural));
      to.emplace(std::move(name), std::move(entry));
    }
  }

  // A path is relative to the folder that its kubeconfig lies in.
  void path(const Node& node, std::string_view key, std::string& to) {
    read_.string(node, key, to);
    if (!to.empty()) to = (folder_ / to).lexically_normal().string();
  }

  ConfigCluster cluster(const Node& node) {
    ConfigCluster cluster;
    read_.string(node, "server", cluster.server);
    read_.string(node, "tls-server-name", cluster.tls_server_name);
    read_.boolean(node, "insecure-skip-tls-verify", cluster.insecure);
    path(node, "certificate-authority", cluster.ca_file);
    read_.bytes(node, "certificate-authority-data", cluster.ca_data);
    read_.string(node, "proxy-url", cluster.proxy_url);
    read_.boolean(node, "disable-compression", cluster.disable_compression);
    if (const Node* extensions = read_.sequence(node, "extensions")) {
      for (const Node& extension : extensions->items()) {
        if (text_of(&extension, "name") != "client.authentication.k8s.io/exec") continue;
        if (const Node* config = extension.find("extension")) append_json(cluster.exec_config, *config);
      }
    }
    return cluster;
  }

  ConfigUser user(const Node& node) {
    ConfigUser user;
    path(node, "client-certificate", user.certificate_file);
    read_.bytes(node, "client-certificate-data", user.certificate_data);
    path(node, "client-key", user.key_file);
    read_.bytes(node, "client-key-data", user.key_data);
    read_.string(node, "token", user.token);
    path(node, "tokenFile", user.token_file);
    read_.string(node, "username", user.username);
    read_.string(node, "password", user.password);
    read_.string(node, "as", user.impersonate);
    read_.string(node, "as-uid", user.impersonate_uid);
    read_.strings(node, "as-groups", user.impersonate_groups);
    if (const Node* extra = read_.mapping(node, "as-user-extra")) {
      for (const document::Member& member : extra->members()) {
        std::vector<std::string> values;
        read_.strings(*extra, member.key.text(), values);
        user.impersonate_extra.emplace_back(member.key.text(), std::move(values));
      }
    }
    if (const Node* exec = read_.mapping(node, "exec")) user.exec = plugin(*exec);
    if (const Node* provider = read_.mapping(node, "auth-provider")) {
      user.auth_provider = "?";
      read_.string(*provider, "name", user.auth_provider);
    }
    return user;
  }

  ExecConfig plugin(const Node& node) {
    ExecConfig exec;
    read_.string(node, "command", exec.command);
    // A command without a slash is looked for on PATH.
    if (exec.command.find('/') != std::string::npos) {
      exec.command = (folder_ / exec.command).lexically_normal().string();
    }
    read_.strings(node, "args", exec.args);
    read_.string(node, "apiVersion", exec.api_version);
    read_.string(node, "installHint", exec.install_hint);
    read_.boolean(node, "provideClusterInfo", exec.provide_cluster_info);
    if (const Node* env = read_.sequence(node, "env")) {
      for (const Node& item : env->items()) {
        std::string name, value;
        read_.string(item, "name", name);
        read_.string(item, "value", value);
        exec.env.emplace_back(std::move(name), std::move(value));
      }
    }
    // What is wrong with a plugin is told when its user is chosen (client-go's validateAuthInfo).
    base::Result<> usable;
    ConfigReader judge(text_, usable);
    interactive(node, exec, judge);
    if (exec.command.empty()) judge.wrong(node, "exec has no command");
    if (!exec.api_version.ends_with("client.authentication.k8s.io/v1") &&
        !exec.api_version.ends_with("client.authentication.k8s.io/v1beta1")) {
      const Node* version = node.find("apiVersion");
      judge.wrong(
          version == nullptr ? node : *version,
          "exec needs the apiVersion client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1" +
              std::string(exec.api_version.empty() ? "" : ", not " + exec.api_version));
    }
    if (!usable) exec.problem = usable.error();
    return exec;
  }

  void interactive(const Node& node, ExecConfig& exec, ConfigReader& judge) {
    std::string mode;
    read_.string(node, "interactiveMode", mode);
    // Only v1beta1 has a default (client-go clientcmd/api/v1/defaults.go).
    if (mode.empty() && exec.api_version.ends_with("/v1")) {
      judge.wrong(node, "exec with client.authentication.k8s.io/v1 needs an interactiveMode");
    } else if (mode == "Never") {
      exec.interactive = ExecConfig::Interactive::never;
    } else if (mode == "Always") {
      exec.interactive = ExecConfig::Interactive::always;
    } else if (!mode.empty() && mode != "IfAvailable") {
      judge.wrong(*node.find("interactiveMode"), "interactiveMode is Never, IfAvailable or Always, not " + mode);
    }
  }

  ConfigContext context(const Node& node) {
    ConfigContext context;
    read_.string(node, "cluster", context.cluster);
    read_.string(node, "user", context.user);
    read_.string(node, "namespace", context.name_space);
    return context;
  }

  const ParsedText& text_;
  base::Result<> error_;
  ConfigReader read_;
  std::filesystem::path folder_;
  KubeConfig config_;
};

}  // namespace

base::Result<KubeConfig> parse_kubeconfig(const std::string& path, std::string text) {
  const ParsedText parsed = TRY(ParsedText::yaml(path, std::move(text)));
  KubeConfig config = TRY(FileReader(parsed, path).config());
  config.files.push_back(path);
  return config;
}

void merge_kubeconfig(KubeConfig& first, KubeConfig&& second) {
  first.clusters.merge(second.clusters);
  first.users.merge(second.users);
  first.contexts.merge(second.contexts);
  if (first.current_context.empty()) first.current_context = std::move(second.current_context);
  first.files.insert(first.files.end(), second.files.begin(), second.files.end());
}

base::Result<KubeConfig> load_kubeconfig(const KubeConfigPaths& paths) {
  std::vector<std::string> files;
  if (!paths.explicit_path.empty()) {
    files.push_back(paths.explicit_path);
  } else if (!paths.environment.empty()) {
    for (const std::string_view path : base::split(paths.environment, ':')) {
      if (!path.empty() && std::find(files.begin(), files.end(), path) == files.end()) files.emplace_back(path);
    }
  } else if (!paths.home.empty()) {
    files.push_back(paths.home + "/.kube/config");
  }
  KubeConfig config;
  for (const std::string& file : files) {
    if (paths.explicit_path.empty() && ::access(file.c_str(), F_OK) != 0) continue;
    const FileText text = TRY(FileText::read(file));
    merge_kubeconfig(config, TRY(parse_kubeconfig(file, std::string(text.text()))));
  }
  return config;
}

}  // namespace bulwark::adapters

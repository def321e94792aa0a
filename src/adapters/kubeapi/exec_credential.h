// Credentials from a plugin (client.authentication.k8s.io/v1 and v1beta1; kubelogin on AKS works this way).
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "adapters/kubeapi/connection.h"

namespace bulwark::adapters {

struct ExecCredential {
  std::string token;
  std::string certificate, key;  // PEM
  std::optional<std::chrono::sys_seconds> expires;
};

// What a plugin wrote. Error: no ExecCredential of that apiVersion, or one without a token or a certificate with
// its key. Errors never repeat what it wrote.
base::Result<ExecCredential> parse_exec_credential(std::string text, std::string_view api_version);

// The value of KUBERNETES_EXEC_INFO: JSON with the cluster when the plugin wants to know it.
std::string exec_info(const Connection& connection, bool interactive);

struct PluginLimits {
  std::chrono::milliseconds limit{60'000};
  // With a person at the keyboard, who may have to sign in.
  std::chrono::milliseconds interactive_limit{600'000};
  const std::atomic<bool>* interrupted = nullptr;
};

// Runs the plugin of the connection's user. Error: it is missing (with its install hint), fails, hangs or writes
// something else.
base::Result<ExecCredential> ask_plugin(const Connection& connection, const PluginLimits& limits);

}  // namespace bulwark::adapters

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "adapters/kubeapi/connection.h"
#include "adapters/kubeapi/exec_credential.h"
#include "adapters/kubeapi/secrets.h"

namespace bulwark::adapters {

// What requests of one connection show of themselves, kept fresh: the files of tokens and client certificates are
// read again after a minute, plugins asked again when what they gave expires or is refused.
class Credentials {
 public:
  struct Clocks {
    std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;
    std::function<std::chrono::steady_clock::time_point()> steady = std::chrono::steady_clock::now;
  };
  struct Shown {
    std::vector<std::pair<std::string, std::string>> headers;  // Authorization, Impersonate-...
    std::string certificate, key;                              // PEM
  };

  explicit Credentials(Connection connection, PluginLimits limits = {})
      : Credentials(std::move(connection), limits, {}) {}
  Credentials(Connection connection, PluginLimits limits, Clocks clocks);

  // Error: a plugin gives nothing, or a token file was never readable.
  base::Result<Shown> current();
  // After 401: true when asking again may give others, which current() then does.
  bool renew();
  // What a person can do when they were refused.
  std::string advice_when_refused() const;
  // All texts that current() ever gave and that must not be shown.
  const Secrets& secrets() const { return secrets_; }

 private:
  base::Result<> refresh_token_file();
  void refresh_certificate_files();
  base::Result<> refresh_plugin();

  Connection connection_;
  PluginLimits limits_;
  Clocks clocks_;
  Secrets secrets_;
  std::optional<std::chrono::steady_clock::time_point> file_read_, certificate_read_;
  std::optional<ExecCredential> from_plugin_;
};

}  // namespace bulwark::adapters

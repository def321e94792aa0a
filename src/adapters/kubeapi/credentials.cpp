#include "adapters/kubeapi/credentials.h"

#include "adapters/kubeapi/base64.h"
#include "adapters/kubeapi/http_url.h"
#include "adapters/os/file_text.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

constexpr std::chrono::seconds token_file_age{60};

void add_lines(Secrets& secrets, std::string_view pem) {
  for (const std::string_view line : base::split(pem, '\n')) {
    if (!line.starts_with("-----")) secrets.add(base::trim(line));
  }
}

// Names of extra fields go into header names, where not every character may stand (client-go
// transport.headerKeyEscape).
std::string header_key(std::string_view key) {
  std::string out;
  for (const char c : key) {
    constexpr std::string_view allowed = "!#$&'*+-.^_`|~";
    const bool plain = allowed.find(c) != std::string_view::npos || url_escape({&c, 1}).size() == 1;
    out += plain ? std::string(1, c) : url_escape({&c, 1});
  }
  return out;
}

}  // namespace

Credentials::Credentials(Connection connection, PluginLimits limits, Clocks clocks)
    : connection_(std::move(connection)), limits_(limits), clocks_(std::move(clocks)) {
  secrets_.add(connection_.token);
  secrets_.add(connection_.password);
  if (!connection_.username.empty()) {
    secrets_.add(base64_encode(connection_.username + ":" + connection_.password));
  }
  add_lines(secrets_, connection_.key);
  if (const std::size_t at = connection_.proxy_url.rfind('@'); at != std::string::npos) {
    const std::size_t begin = connection_.proxy_url.find("://") + 3;
    const std::string user = connection_.proxy_url.substr(begin, at - begin);
    secrets_.add(user);
    secrets_.add(user.substr(std::min(user.find(':'), user.size() - 1) + 1));
  }
}

base::Result<> Credentials::refresh_token_file() {
  const auto now = clocks_.steady();
  if (file_read_ && now - *file_read_ < token_file_age) return {};
  const auto text = FileText::read(connection_.token_file);
  const std::string token(text ? base::trim(text->text()) : "");
  if (!token.empty()) {
    connection_.token = token;
    secrets_.add(token);
    file_read_ = now;
    return {};
  }
  // While it is being replaced, the last one goes on counting.
  if (!connection_.token.empty()) return {};
  return std::unexpected(text ? base::Error{"the token file is empty", connection_.token_file} : text.error());
}

base::Result<> Credentials::refresh_plugin() {
  if (from_plugin_ && (!from_plugin_->expires || clocks_.wall() < *from_plugin_->expires)) return {};
  from_plugin_ = TRY(ask_plugin(connection_, limits_));
  secrets_.add(from_plugin_->token);
  add_lines(secrets_, from_plugin_->key);
  return {};
}

base::Result<Credentials::Shown> Credentials::current() {
  if (!connection_.token_file.empty()) TRY(refresh_token_file());
  Shown shown{{}, connection_.certificate, connection_.key};
  std::string token = connection_.token;
  // What the kubeconfig itself says wins over a plugin (client-go exec.roundTripper).
  if (connection_.exec && token.empty() && connection_.username.empty()) {
    TRY(refresh_plugin());
    token = from_plugin_->token;
    if (!from_plugin_->certificate.empty()) {
      shown.certificate = from_plugin_->certificate;
      shown.key = from_plugin_->key;
    }
  }
  if (!connection_.username.empty()) {
    shown.headers.emplace_back("Authorization",
                               "Basic " + base64_encode(connection_.username + ":" + connection_.password));
  } else if (!token.empty()) {
    shown.headers.emplace_back("Authorization", "Bearer " + token);
  }
  const Impersonation& as = connection_.impersonate;
  if (!as.user.empty()) shown.headers.emplace_back("Impersonate-User", as.user);
  if (!as.uid.empty()) shown.headers.emplace_back("Impersonate-Uid", as.uid);
  for (const std::string& group : as.groups) shown.headers.emplace_back("Impersonate-Group", group);
  for (const auto& [key, values] : as.extra) {
    for (const std::string& value : values)
      shown.headers.emplace_back("Impersonate-Extra-" + header_key(key), value);
  }
  for (const auto& [name, value] : shown.headers) {
    // Would be read as further headers.
    if (value.find_first_of("\r\n") != std::string::npos)
      return base::fail("the value of " + name + " has line ends");
  }
  return shown;
}

bool Credentials::renew() {
  const bool renewable = from_plugin_.has_value() || !connection_.token_file.empty();
  from_plugin_.reset();
  file_read_.reset();
  return renewable;
}

}  // namespace bulwark::adapters

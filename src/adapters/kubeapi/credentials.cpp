#include "adapters/kubeapi/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "adapters/kubeapi/base64.h"
#include "adapters/kubeapi/http_url.h"
#include "adapters/os/file_text.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

// How long what was read of a file counts.
constexpr std::chrono::seconds file_age{60};

void add_lines(Secrets& secrets, std::string_view pem) {
  for (const std::string_view line : base::split(pem, '\n')) {
    if (!line.starts_with("-----")) secrets.add(base::trim(line));
  }
}

// The user and the password of an address: https://user:password@host/path.
void add_user_of(Secrets& secrets, std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return;
  url.remove_prefix(scheme + 3);
  const std::size_t at = url.substr(0, url.find('/')).rfind('@');
  if (at == std::string_view::npos) return;
  const std::string_view user = url.substr(0, at);
  // As it stands there, and as it is sent.
  for (const std::string& each : {std::string(user), url_unescape(user)}) {
    secrets.add(each);
    secrets.add(base64_encode(each));
    if (const std::size_t colon = each.find(':'); colon != std::string::npos) secrets.add(each.substr(colon + 1));
  }
}

// What a plugin is given to sign in with: it may repeat that when it fails. Short values (true, azure) are words.
void add_plugin(Secrets& secrets, const ExecConfig& exec) {
  constexpr std::size_t shortest = 8;
  const auto is_secret = [](std::string name) {
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return std::ranges::any_of(std::array{"secret", "token", "password", "key", "assertion", "credential"},
                               [&](const char* word) { return name.find(word) != std::string::npos; });
  };
  for (const auto& [name, value] : exec.env) {
    if (value.size() >= shortest && is_secret(name)) secrets.add(value);
  }
  bool next = false;  // behind --client-secret
  for (const std::string& arg : exec.args) {
    const std::size_t equal = arg.find('=');
    if (next && !arg.starts_with('-') && arg.size() >= shortest) secrets.add(arg);
    next = arg.starts_with('-') && equal == std::string::npos && is_secret(arg);
    if (equal != std::string::npos && is_secret(arg.substr(0, equal)) && arg.size() - equal > shortest)
      secrets.add(std::string_view(arg).substr(equal + 1));
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
  if (connection_.exec) add_plugin(secrets_, *connection_.exec);
  add_user_of(secrets_, connection_.server);
  add_user_of(secrets_, connection_.proxy_url);
}

base::Result<> Credentials::refresh_token_file() {
  const auto now = clocks_.steady();
  if (file_read_ && now - *file_read_ < file_age) return {};
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

void Credentials::refresh_certificate_files() {
  if (connection_.certificate_file.empty() && connection_.key_file.empty()) return;
  const auto now = clocks_.steady();
  // The connection was made with what they held then.
  if (!certificate_read_) certificate_read_ = now;
  if (now - *certificate_read_ < file_age) return;
  const auto read = [](const std::string& file, const std::string& otherwise) {
    if (file.empty()) return otherwise;
    const auto text = FileText::read(file);
    return std::string(text ? text->text() : "");
  };
  std::string certificate = read(connection_.certificate_file, connection_.certificate);
  std::string key = read(connection_.key_file, connection_.key);
  // Half of the old pair and half of the new one are of no use: the next request looks again.
  const bool still = certificate == read(connection_.certificate_file, connection_.certificate);
  if (certificate.empty() || key.empty() || !still) return;
  certificate_read_ = now;
  add_lines(secrets_, key);
  connection_.certificate = std::move(certificate);
  connection_.key = std::move(key);
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
  refresh_certificate_files();
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
  const bool files = !connection_.certificate_file.empty() || !connection_.key_file.empty();
  const bool renewable = from_plugin_.has_value() || !connection_.token_file.empty() || files;
  from_plugin_.reset();
  file_read_.reset();
  if (files) certificate_read_ = clocks_.steady() - file_age;
  return renewable;
}

std::string Credentials::advice_when_refused() const {
  if (from_plugin_ && from_plugin_->expires && *from_plugin_->expires <= clocks_.wall()) {
    return fmt::format(
        "credential plugin {} gave a credential that had expired already: sign in again with it, and look at this "
        "machine's clock",
        connection_.exec->command);
  }
  if (from_plugin_) {
    return fmt::format("the server does not take what credential plugin {} gives: sign in again with it",
                       connection_.exec->command);
  }
  if (!connection_.username.empty()) return "look at the username and password of the kubeconfig";
  if (!connection_.token_file.empty()) return "look at the token in " + connection_.token_file;
  if (!connection_.token.empty()) {
    return "its token may have expired or been revoked: fetch the kubeconfig again (on AKS with az aks "
           "get-credentials)";
  }
  if (!connection_.certificate.empty()) {
    return "its client certificate may have expired, or the server trusts another authority: fetch the kubeconfig "
           "again";
  }
  return "the context's user has no credentials in the kubeconfig";
}

}  // namespace bulwark::adapters

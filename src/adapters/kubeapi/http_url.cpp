#include "adapters/kubeapi/http_url.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

namespace bulwark::adapters {

ServerUrl::ServerUrl(std::string_view url) {
  const std::size_t scheme = url.find("://");
  scheme_ = scheme == std::string_view::npos ? "https" : std::string(url.substr(0, scheme));
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(url.find('/'), url.size());
  path_ = url.substr(slash);
  std::string_view host = url.substr(0, slash);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  port_ =
      colon == std::string_view::npos ? (scheme_ == "http" ? "80" : "443") : std::string(host.substr(colon + 1));
  host_ = host.substr(0, colon);
}

std::string ServerUrl::request_base(std::string_view other_host) const {
  return fmt::format("{}://{}:{}{}", scheme_, other_host.empty() ? host_ : other_host, port_, path_);
}

std::string ServerUrl::connect_to(std::string_view other_host) const {
  return fmt::format("{}:{}:{}:{}", other_host, port_, host_, port_);
}

std::string ServerUrl::host_and_port() const {
  const bool usual = port_ == (scheme_ == "http" ? "80" : "443");
  return usual ? host_ : host_ + ":" + port_;
}

std::string url_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string url_unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    const char* digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

}  // namespace bulwark::adapters

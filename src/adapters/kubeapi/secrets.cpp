#include "adapters/kubeapi/secrets.h"

#include <algorithm>
#include <cctype>

namespace bulwark::adapters {

std::string without_tokens(std::string_view text) {
  const auto belongs = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '+' ||
           c == '=';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    bool digit = false;
    for (; end < text.size() && belongs(text[end]); ++end) digit |= text[end] >= '0' && text[end] <= '9';
    if (end - at >= 20 && digit) {
      out += "...";
    } else {
      if (end == at) ++end;
      out += text.substr(at, end - at);
    }
    at = end;
  }
  return out;
}

void Secrets::add(std::string_view secret) {
  constexpr std::size_t shortest = 4;
  if (secret.size() < shortest || std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) return;
  secrets_.emplace_back(secret);
}

std::string Secrets::hide(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "<hidden>");
      at += 8;
    }
  }
  return text;
}

}  // namespace bulwark::adapters

#include "posture/image_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "posture/image.h"

namespace bulwark::posture {

namespace {

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_small(c) || is_capital(c) || is_digit(c) || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// [a-z0-9]+ joined by one '.', one or two '_', or any number of '-'.
bool is_path_component(std::string_view text) {
  const auto plain = [](char c) { return is_small(c) || is_digit(c); };
  if (text.empty() || !plain(text.front()) || !plain(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && !plain(text[end])) ++end;
    const std::string_view joint = text.substr(i, end - i);
    if (!joint.empty() && joint != "." && joint != "_" && joint != "__" &&
        joint.find_first_not_of('-') != std::string_view::npos) {
      return false;
    }
    i = end + 1;
  }
  return true;
}

bool is_domain(std::string_view text) {
  if (text.starts_with('[')) return text.find(']') != std::string_view::npos;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || !std::all_of(port.begin(), port.end(), is_digit)) return false;
    text = text.substr(0, colon);
  }
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return (is_word(c) && c != '_') || c == '-'; })) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view algorithm = text.substr(0, colon), hex = text.substr(colon + 1);
  if (!std::all_of(hex.begin(), hex.end(), is_hex)) return false;
  if (algorithm == "sha256") return hex.size() == 64;
  if (algorithm == "sha384") return hex.size() == 96;
  if (algorithm == "sha512") return hex.size() == 128;
  return hex.size() >= 32;
}

std::string repository_fault(std::string_view repository) {
  if (std::any_of(repository.begin(), repository.end(), is_capital)) return "its repository has capital letters";
  while (true) {
    const std::size_t slash = repository.find('/');
    const std::string_view component = repository.substr(0, slash);
    if (component.empty()) return "a part of its repository is empty";
    if (!is_path_component(component)) return fmt::format("\"{}\" is no part of a repository", component);
    if (slash == std::string_view::npos) return {};
    repository.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string image_fault(std::string_view text) {
  if (text.empty()) return {};
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) return "it has white space";
  if (text.find("://") != std::string_view::npos) return "it begins with a scheme, as only URLs do";
  const ImageReference image = parse_image(text);
  if (text.find('@') != std::string_view::npos && !is_digest(image.digest)) {
    return fmt::format("\"{}\" is no digest", image.digest);
  }
  if (!image.registry.empty() && !is_domain(image.registry)) {
    return fmt::format("\"{}\" is no registry", image.registry);
  }
  if (std::string fault = repository_fault(image.repository); !fault.empty()) return fault;
  if (image.registry.size() + 1 + image.repository.size() > 256) return "it is longer than 255 characters";
  const std::string_view name = text.substr(0, text.find('@'));
  if (name.ends_with(':')) return "its tag is empty";
  if (!image.tag.empty()) {
    if (image.tag.size() > 128) return "its tag is longer than 128 characters";
    if (!is_word(image.tag.front()) || !std::all_of(image.tag.begin(), image.tag.end(),
                                                    [](char c) { return is_word(c) || c == '.' || c == '-'; })) {
      return fmt::format("\"{}\" is no tag", image.tag);
    }
  }
  return {};
}

}  // namespace bulwark::posture

#include "kube/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::kube {

namespace {

constexpr std::size_t kLabelLength = 63;
constexpr std::size_t kSubdomainLength = 253;

constexpr std::string_view kDns1123Label =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kDns1123Subdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kDns1035Label =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kQualifiedName =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
    "is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_lower_or_digit(char c) { return is_lower(c) || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

// Shape only, whatever the length.
bool shaped_as_dns_label(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool shaped_as_subdomain(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!shaped_as_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool shaped_as_name_part(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::string too_long(std::size_t limit) { return fmt::format("must be no more than {} characters", limit); }

std::vector<std::string> problems(std::string_view text, std::size_t limit, bool shaped, std::string_view shape) {
  std::vector<std::string> out;
  if (text.size() > limit) out.push_back(too_long(limit));
  if (!shaped) out.emplace_back(shape);
  return out;
}

}  // namespace

bool is_dns1123_label(std::string_view text) { return text.size() <= kLabelLength && shaped_as_dns_label(text); }

std::vector<std::string> dns1123_label_problems(std::string_view text) {
  return problems(text, kLabelLength, shaped_as_dns_label(text), kDns1123Label);
}

bool is_dns1123_subdomain(std::string_view text) {
  return text.size() <= kSubdomainLength && shaped_as_subdomain(text);
}

std::vector<std::string> dns1123_subdomain_problems(std::string_view text) {
  return problems(text, kSubdomainLength, shaped_as_subdomain(text), kDns1123Subdomain);
}

bool is_dns1035_label(std::string_view text) { return is_dns1123_label(text) && is_lower(text.front()); }

std::vector<std::string> dns1035_label_problems(std::string_view text) {
  return problems(text, kLabelLength, shaped_as_dns_label(text) && is_lower(text.front()), kDns1035Label);
}

bool is_qualified_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view name = slash == std::string_view::npos ? text : text.substr(slash + 1);
  if (name.size() > kLabelLength || !shaped_as_name_part(name)) return false;
  return slash == std::string_view::npos || is_dns1123_subdomain(text.substr(0, slash));
}

std::vector<std::string> qualified_name_problems(std::string_view text) {
  const auto slashes = std::ranges::count(text, '/');
  std::vector<std::string> out;
  if (slashes > 1) {
    out.push_back(fmt::format(
        "a qualified name {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        kQualifiedName));
    return out;
  }
  std::string_view name = text;
  if (slashes == 1) {
    const std::size_t slash = text.find('/');
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (prefix.empty()) {
      out.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& problem : dns1123_subdomain_problems(prefix))
        out.push_back("prefix part " + problem);
    }
  }
  if (name.empty()) out.emplace_back("name part must be non-empty");
  if (name.size() > kLabelLength) out.push_back("name part " + too_long(kLabelLength));
  if (!shaped_as_name_part(name)) out.push_back(fmt::format("name part {}", kQualifiedName));
  return out;
}

bool is_label_value(std::string_view text) {
  return text.empty() || (text.size() <= kLabelLength && shaped_as_name_part(text));
}

std::vector<std::string> label_value_problems(std::string_view text) {
  return problems(text, kLabelLength, text.empty() || shaped_as_name_part(text), kLabelValue);
}

}  // namespace bulwark::kube

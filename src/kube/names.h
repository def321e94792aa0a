#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulwark::kube {

// The rules for names in k8s.io/apimachinery/pkg/util/validation. Each comes as a quick test and as the list of
// reasons, in upstream's words, why a text fails it; the list is empty exactly when the test holds.

// At most 63 lower case letters, digits and '-', with a letter or digit at both ends: names of Namespaces,
// containers.
bool is_dns1123_label(std::string_view text);
std::vector<std::string> dns1123_label_problems(std::string_view text);

// DNS-1123 labels with dots between, at most 253 characters: names of most objects.
bool is_dns1123_subdomain(std::string_view text);
std::vector<std::string> dns1123_subdomain_problems(std::string_view text);

// As a DNS-1123 label, but beginning with a letter: names of Services.
bool is_dns1035_label(std::string_view text);
std::vector<std::string> dns1035_label_problems(std::string_view text);

// An optional DNS-1123 subdomain with '/', and a name of 1 to 63 letters, digits, '-', '_' and '.': label keys,
// resource names.
bool is_qualified_name(std::string_view text);
std::vector<std::string> qualified_name_problems(std::string_view text);

// A label's key is a qualified name.
inline bool is_label_key(std::string_view text) { return is_qualified_name(text); }
inline std::vector<std::string> label_key_problems(std::string_view text) { return qualified_name_problems(text); }

// Empty, or as the name part of a qualified name.
bool is_label_value(std::string_view text);
std::vector<std::string> label_value_problems(std::string_view text);

}  // namespace bulwark::kube

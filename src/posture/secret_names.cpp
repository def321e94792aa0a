#include "posture/secret_names.h"

#include <array>
#include <string>

namespace bulwark::posture {

namespace {

constexpr std::array<std::string_view, 14> words{
    "password",  "passwd",       "secretkey",  "secretaccesskey", "apikey",    "apitoken",    "accesstoken",
    "accesskey", "clientsecret", "privatekey", "authtoken",       "sharedkey", "credentials", "connectionstring"};
constexpr std::array<std::string_view, 3> whole{"token", "secret", "pwd"};
constexpr std::array<std::string_view, 8> endings{"file", "path", "url",   "name",
                                                  "dir",  "ref",  "mount", "endpoint"};

}  // namespace

bool names_a_secret(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
  }
  for (const std::string_view ending : endings) {
    if (plain.ends_with(ending)) return false;
  }
  for (const std::string_view word : words) {
    if (plain.find(word) != std::string::npos) return true;
  }
  // Short words count only at the end: DB_TOKEN, but not TOKENIZER.
  for (const std::string_view word : whole) {
    if (plain.ends_with(word)) return true;
  }
  return false;
}

}  // namespace bulwark::posture

#include "posture/secret_names.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

namespace bulwark::posture {

namespace {

using Words = std::span<const std::string_view>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }

bool is_one_of(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where `wanted`, in small letters, stands in the text, whatever the text's case.
std::size_t find_word(std::string_view text, std::string_view wanted, std::size_t from = 0) {
  if (from > text.size()) return std::string_view::npos;
  const auto at = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), wanted.begin(),
                              wanted.end(), [](char a, char b) { return lower(a) == b; });
  return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

// "DB_adminPassword2" gives db, admin, password. Words are cut at case changes and at whatever is no letter.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_letter(name[i])) {
      close();
      continue;
    }
    const bool hump = i > 0 && is_upper(name[i]) && !is_upper(name[i - 1]);
    const bool end_of_acronym = i > 0 && i + 1 < name.size() && is_upper(name[i]) && is_upper(name[i - 1]) &&
                                name[i + 1] >= 'a' && name[i + 1] <= 'z';
    if (hump || end_of_acronym) close();
    word += lower(name[i]);
  }
  close();
  return words;
}

// What a name begins or ends with when its value is a setting.
constexpr std::array<std::string_view, 12> settings_begin{"allow", "enable", "disable", "require", "use", "show",
                                                          "has",   "is",     "no",      "max",     "min", "num"};
constexpr std::array<std::string_view, 52> settings_end{
    "file",     "filename", "path",     "dir",      "directory", "folder",     "name",      "names",   "ref",
    "mount",    "url",      "uri",      "endpoint", "host",      "port",       "id",        "header",  "ttl",
    "expiry",   "expires",  "length",   "size",     "min",       "max",        "count",     "type",    "enabled",
    "disabled", "required", "policy",   "mode",     "issuer",    "audience",   "algorithm", "alg",     "field",
    "prefix",   "suffix",   "rotation", "lifetime", "duration",  "timeout",    "seconds",   "minutes", "hours",
    "days",     "limit",    "provider", "location", "format",    "expiration", "age"};
// Secrets by two words: the second must follow the first.
struct Pair {
  std::string_view first, second;
};
constexpr std::array pairs{Pair{"api", "key"},     Pair{"access", "key"},        Pair{"secret", "key"},
                           Pair{"private", "key"}, Pair{"shared", "key"},        Pair{"account", "key"},
                           Pair{"storage", "key"}, Pair{"encryption", "key"},    Pair{"signing", "key"},
                           Pair{"master", "key"},  Pair{"connection", "string"}, Pair{"sas", "key"}};
constexpr std::array<std::string_view, 9> joined{"apikey",     "accesskey",        "secretkey",
                                                 "privatekey", "sharedkey",        "accountkey",
                                                 "storagekey", "connectionstring", "signingkey"};

bool is_password(std::string_view word) {
  return word.ends_with("password") || word.ends_with("passwd") || word.ends_with("passphrase");
}

// Stands where a person is to put a value, or in an example.
bool is_gap(std::string_view value) {
  constexpr std::array<std::string_view, 6> examples{"password", "pass", "secret", "xxx", "pwd", "redacted"};
  if (value.empty() || value.find_first_not_of("*xX.-") == std::string_view::npos) return true;
  if (value.find("$(") != std::string_view::npos || value.find("${") != std::string_view::npos ||
      value.find("{{") != std::string_view::npos || value.front() == '$' || value.front() == '%') {
    return true;
  }
  if (value.front() == '<' && value.find('>') != std::string_view::npos) return true;
  return std::any_of(examples.begin(), examples.end(), [&](std::string_view example) {
    return value.size() == example.size() && find_word(value, example) == 0;
  });
}

// postgres://user:secret@host. Only what stands before the first slash is looked at.
bool has_url_with_password(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::string_view rest = text.substr(at + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#\"' \t\r\n"));
    const std::size_t host = authority.rfind('@');
    if (host == std::string_view::npos) continue;
    const std::size_t colon = authority.find(':');
    if (colon < host && !is_gap(authority.substr(colon + 1, host - colon - 1))) return true;
  }
  return false;
}

// Server=...;Password=secret; the names are those of ADO.NET and Azure.
bool has_connection_string(std::string_view text) {
  constexpr std::array<std::string_view, 5> names{
      "accountkey=", "sharedaccesskey=", "sharedaccesssignature=", "password=", "pwd="};
  if (text.find(';') == std::string_view::npos) return false;
  for (const std::string_view name : names) {
    for (std::size_t at = find_word(text, name); at != std::string_view::npos;
         at = find_word(text, name, at + 1)) {
      if (at > 0 && text[at - 1] != ';' && text[at - 1] != ' ' && text[at - 1] != '"') continue;
      const std::string_view rest = text.substr(at + name.size());
      if (!is_gap(rest.substr(0, rest.find_first_of(";\"'\r\n")))) return true;
    }
  }
  return false;
}

}  // namespace

bool names_a_secret(std::string_view name) {
  // Nearly all names are of another kind: they are told without being taken apart.
  constexpr std::array<std::string_view, 7> stems{"pass", "pwd",        "secret",    "token",
                                                  "key",  "credential", "connection"};
  if (std::none_of(stems.begin(), stems.end(),
                   [&](std::string_view stem) { return find_word(name, stem) != std::string_view::npos; })) {
    return false;
  }
  const std::vector<std::string> words = words_of(name);
  if (words.empty() || is_one_of(words.front(), settings_begin) || is_one_of(words.back(), settings_end))
    return false;
  // PUBLIC_KEY, MYSQL_RANDOM_ROOT_PASSWORD, EMPTY_PASSWORD.
  for (const std::string& word : words) {
    if (word == "public" || word == "random" || word == "empty") return false;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_password(words[i]) || is_one_of(words[i], joined)) return true;
    if (i + 1 == words.size()) break;
    for (const Pair& pair : pairs) {
      if (words[i] == pair.first && words[i + 1] == pair.second) return true;
    }
  }
  // These say little unless they stand at the end: DB_TOKEN, but not TOKEN_BUCKET.
  const std::string_view last = words.back();
  if (last == "pwd") return words.size() > 1;
  // IMAGE_PULL_SECRET, TLS_SECRET: names of Secrets.
  const std::string_view before =
      words.size() > 1 ? std::string_view(words[words.size() - 2]) : std::string_view();
  if (last == "secret" && (before == "pull" || before == "tls")) return false;
  return last.ends_with("token") || last.ends_with("secret") || last == "credential" || last == "credentials";
}

bool may_be_secret(std::string_view value) {
  constexpr std::array<std::string_view, 10> switches{"true", "false", "yes",  "no", "on",
                                                      "off",  "none",  "null", "0",  "1"};
  constexpr std::array<std::string_view, 7> references{
      "vault:", "akv:", "azurekeyvault", "secretref:", "ref+", "file:", "@microsoft.keyvault("};
  if (value.empty() || value.front() == '/' || is_one_of(value, switches)) return false;
  if (value.find("$(") != std::string_view::npos || value.find("${") != std::string_view::npos ||
      value.find("{{") != std::string_view::npos || value.front() == '$') {
    return false;
  }
  if (value.front() == '<' && value.back() == '>') return false;
  if (std::any_of(references.begin(), references.end(),
                  [&](std::string_view reference) { return find_word(value, reference) == 0; })) {
    return false;
  }
  const bool url = value.starts_with("https://") || value.starts_with("http://");
  return !url || has_url_with_password(value);
}

bool holds_a_secret(std::string_view value) {
  constexpr std::array<std::string_view, 6> prefixes{"ghp_",  "github_pat_", "glpat-",
                                                     "xoxb-", "xoxp-",       "sk_live_"};
  for (const std::string_view prefix : prefixes) {
    if (value.starts_with(prefix) && value.size() >= prefix.size() + 16 &&
        value.find_first_of(" \t\r\n") == std::string_view::npos) {
      return true;
    }
  }
  const std::size_t key = value.find("PRIVATE KEY-----");
  if (key != std::string_view::npos && value.rfind("-----BEGIN ", key) != std::string_view::npos) return true;
  return has_url_with_password(value) || has_connection_string(value);
}

}  // namespace bulwark::posture

#pragma once

#include <string_view>

namespace bulwark::posture {

// Whether a name (of an environment variable, a flag, a key) says that its value is a secret: PASSWORD,
// db-password, API_KEY, accessToken, CONNECTION_STRING. Names of what only has to do with secrets are none:
// PASSWORD_FILE, TOKEN_URL, SECRET_NAME, PASSWORD_MIN_LENGTH, ALLOW_EMPTY_PASSWORD, PUBLIC_KEY.
bool names_a_secret(std::string_view name);

// Whether a value that stands under such a name can be the secret itself: not a path, a switch, a reference to
// another variable or to a vault, or a gap that a template is to fill.
bool may_be_secret(std::string_view value);

// Whether a value is or holds a secret whatever its name: a private key, a connection string or a URL with a
// password, a token whose issuer gave it a prefix of its own.
bool holds_a_secret(std::string_view value);

}  // namespace bulwark::posture

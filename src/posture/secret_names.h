#pragma once

#include <string_view>

namespace bulwark::posture {

// Whether a name (of an environment variable, a flag, a key) says that its value is a secret: PASSWORD,
// db-password, API_KEY, accessToken, CONNECTION_STRING. Names of files and paths (..._FILE, ..._PATH) are none.
bool names_a_secret(std::string_view name);

}  // namespace bulwark::posture

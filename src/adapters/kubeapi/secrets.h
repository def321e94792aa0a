#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulwark::adapters {

// The text with every run of 20 or more letters of base64url and dots that has a digit replaced by "...": what a
// foreign program wrote may hold a token that nobody has told us of.
std::string without_tokens(std::string_view text);

// Texts that must never be shown.
class Secrets {
 public:
  // Texts under four bytes are not kept: taking those out would garble messages and hide nothing.
  void add(std::string_view secret);
  // The text with each secret replaced by "<hidden>".
  std::string hide(std::string text) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace bulwark::adapters

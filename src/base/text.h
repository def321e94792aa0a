#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::base {

// Number of single-character insertions, deletions, replacements and swaps of neighbours that turn one word into
// the other, counted up to `limit` and then cut off at limit + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The candidate nearest to a misspelt word, or an empty view when none is near enough to be what was meant.
// Letter case is not counted as a difference.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// The parts between separators; an empty text has no parts.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string_view trim(std::string_view text);

// Shell-style pattern with * (any run of characters) and ? (any one); linear in practice, no recursion.
bool glob_match(std::string_view pattern, std::string_view text);

// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms); if not, `bad_at` is the
// offset.
bool is_utf8(std::string_view text, std::size_t* bad_at = nullptr);

}  // namespace bulwark::base

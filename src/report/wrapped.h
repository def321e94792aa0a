#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bulwark::report {

// Appends words as lines of at most `width` columns; the first begins with `label`, which is `labelled` columns
// wide (it may carry escape sequences), and the others are indented as far. A word that is too long for a line is
// broken. `paint`: the escape sequence for the words of each line; empty: none.
void append_wrapped(std::string& out, std::size_t width, std::string_view label, std::size_t labelled,
                    std::string_view text, std::string_view paint = {});

}  // namespace bulwark::report

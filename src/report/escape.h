#pragma once

#include <string>
#include <string_view>

namespace bulwark::report {

// Appends text from outside so that everything in it can be seen and nothing in it can steer: control characters
// become \x1b, direction controls and other invisible characters \u{202e}, bytes that are no UTF-8 \xff. With
// `keep_lines`, line feeds and tabs stay; else they become spaces. The result is valid UTF-8.
void append_visible(std::string& out, std::string_view text, bool keep_lines = false);
std::string visible(std::string_view text);

// The same, with & < > " ' as character references: for XML and HTML, in attributes and between tags.
void append_markup(std::string& out, std::string_view text, bool keep_lines = false);
std::string markup(std::string_view text);

// The same, so that GitHub Flavored Markdown shows it as it is, in a table too: no link, no mention, no HTML.
std::string markdown_text(std::string_view text);
// As a code span. In a cell of a table, and only there, a pipe needs a backslash in a code span too.
std::string markdown_code(std::string_view text);
std::string markdown_code_cell(std::string_view text);

// A path as a relative URI reference, or file:///... when it is absolute (RFC 3986): all but unreserved characters
// and slashes are percent-encoded, byte for byte.
std::string uri_of_path(std::string_view path);

}  // namespace bulwark::report

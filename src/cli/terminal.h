#pragma once

#include "report/report.h"

namespace bulwark::cli {

// How standard output wants its text: colour and the window's width on a terminal (NO_COLOR and TERM=dumb win),
// plain text of 100 columns elsewhere.
report::Look look_of_stdout();

// Whether standard output is a terminal whose character set is UTF-8.
bool stdout_shows_unicode();

// Whether standard output is a terminal that can be drawn on.
bool is_window();

// Writes to standard output. Ends the process quietly when the reader has gone (a closed pipe).
void write_stdout(std::string_view text);

}  // namespace bulwark::cli

#pragma once

#include <span>
#include <string_view>

#include "report/report.h"

namespace bulwark::report {

// A form that a report can take. Help, documentation and the command line derive from the table of these.
struct Format {
  std::string_view name;        // as --output has it
  std::string_view media_type;  // RFC 6838
  std::string_view extension;   // of a file that holds it, with its dot
  std::string_view summary;     // for whom, in a few words
  void (*write)(const Report& report, const Look& look, const Sink& sink) = nullptr;
};

// The first is the default.
std::span<const Format> formats();

// nullptr when there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace bulwark::report

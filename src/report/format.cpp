#include "report/format.h"

#include <algorithm>
#include <array>

namespace bulwark::report {

namespace {

// A writer that does not ask how the terminal looks.
template <void (*writer)(const Report&, const Sink&)>
void plain(const Report& report, const Look& /*look*/, const Sink& sink) {
  writer(report, sink);
}

constexpr std::array all{
    Format{"table", "text/plain", ".txt", "for people, on a terminal", write_table},
    Format{"json", "application/json", ".json", "for programs; versioned", plain<write_json>},
    Format{"sarif", "application/sarif+json", ".sarif", "for code scanning", plain<write_sarif>},
    Format{"junit", "application/xml", ".xml", "for the test reports of CI systems", plain<write_junit>},
    Format{"html", "text/html", ".html", "one page to read, send and print", plain<write_html>},
    Format{"markdown", "text/markdown", ".md", "for a comment on a pull request", plain<write_markdown>},
};

}  // namespace

std::span<const Format> formats() { return all; }

const Format* find_format(std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Format& format) { return format.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace bulwark::report

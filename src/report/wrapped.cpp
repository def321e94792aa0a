#include "report/wrapped.h"

#include "base/text.h"
#include "report/text_table.h"

namespace bulwark::report {

void append_wrapped(std::string& out, std::size_t width, std::string_view label, std::size_t labelled,
                    std::string_view text, std::string_view paint) {
  std::string line, before(label);
  const std::size_t room = width > labelled + 20 ? width - labelled : 20;
  const auto end_line = [&] {
    while (before.ends_with(' ') && line.empty()) before.pop_back();
    out += before;
    if (!paint.empty() && !line.empty()) {
      out.append(paint).append(line).append("\x1b[0m");
    } else {
      out += line;
    }
    out += '\n';
    before.assign(labelled, ' ');
    line.clear();
  };
  for (std::string_view word : base::split(text, ' ')) {
    const std::size_t used = display_width(line);
    if (used > 0 && used + 1 + display_width(word) > room) end_line();
    if (!line.empty()) line += ' ';
    while (display_width(word) > room) {
      const std::string all = elide_end(word, room + 3);
      const std::string_view part = word.substr(0, all.size() - 3);
      line += part;
      word.remove_prefix(part.size());
      end_line();
    }
    line += word;
  }
  end_line();
}

}  // namespace bulwark::report

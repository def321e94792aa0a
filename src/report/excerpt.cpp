#include "report/excerpt.h"

#include <algorithm>

#include "report/escape.h"
#include "report/text_table.h"

namespace bulwark::report {

namespace {

bool inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

}  // namespace

Excerpt excerpt(const Report& report, const finding::Finding& finding, std::size_t room) {
  const document::Source& source = *report.sources[finding.object->origin.source];
  const document::Position at = source.position(finding.offset);
  std::string_view line = source.line(at.line);
  room = std::max<std::size_t>(room, 40);
  const auto into = static_cast<std::size_t>(source.text().data() + finding.offset - line.data());
  std::size_t caret = std::min(into, line.size());
  std::string text;
  // Bytes are at least as many as columns: a place within the room is never cut off.
  if (caret > room - 10) {
    std::size_t from = caret - room / 2;
    while (inside_character(line, from)) ++from;
    line.remove_prefix(from);
    caret -= from;
    text = "...";
  }
  append_visible(text, line.substr(0, caret));
  const std::size_t before = display_width(text);
  if (finding.confidential) return {at.line, elide_end(text + "(hidden)", room), std::min(before, room)};
  std::size_t end = std::min(line.size(), caret + 4 * room);
  while (inside_character(line, end)) ++end;
  append_visible(text, line.substr(caret, end - caret));
  return {at.line, elide_end(text, room), std::min(before, room)};
}

}  // namespace bulwark::report

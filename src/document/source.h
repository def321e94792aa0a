#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::document {

// Line and column, both from 1; the column counts characters (Unicode code points), not bytes.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// Bytes [begin, end) of a source.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// The text of one file, with the way from byte offsets to lines. The text itself belongs to somebody else and must
// outlive the source. Positions may be asked for by several threads at once.
class Source {
 public:
  Source(std::string name, std::string_view text) : name_(std::move(name)), text_(text) {}

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const { return text_.substr(span.begin, span.end - span.begin); }

  Position position(std::uint32_t offset) const;
  // Text of a line (from 1) without its line end.
  std::string_view line(std::uint32_t number) const;
  std::uint32_t line_count() const;

 private:
  // What lies before a place of the text. One is kept for every 4 KiB: an index by line would cost more than many
  // texts.
  struct Checkpoint {
    std::uint32_t line_breaks = 0;
    std::uint32_t characters = 0;
    std::uint32_t line_begin = 0;  // of the line that the place is on
  };
  static constexpr std::uint32_t stride = 4096;

  const std::vector<Checkpoint>& checkpoints() const;
  std::uint32_t characters_before(std::uint32_t offset) const;

  std::string name_;
  std::string_view text_;
  mutable std::once_flag indexed_;
  mutable std::vector<Checkpoint> checkpoints_;
};

// Text as UTF-8: UTF-16 (either byte order, by its byte order mark or by the zero bytes of its first character, as
// in YAML 1.1 section 5.2) is converted, a UTF-8 byte order mark is taken off. Returns false when the bytes are in
// no such encoding; UTF-8 itself is not checked here. `converted` holds the new text when one was needed.
bool to_utf8(std::string_view bytes, std::string& converted, std::string_view& text);

}  // namespace bulwark::document

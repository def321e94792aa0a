#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "document/json_writer.h"
#include "report/report.h"

namespace bulwark::report {

// JSON whose long arrays have one item a line: small, quick to write, and fit for grep and diff. The caller writes
// the punctuation in the literals; text from outside goes through text().
class JsonLines {
 public:
  explicit JsonLines(const Sink& sink) : sink_(sink) { out_.reserve(flush_at + flush_at / 4); }

  JsonLines& raw(std::string_view json) {
    out_ += json;
    return *this;
  }
  JsonLines& text(std::string_view text) {
    document::append_json_string(out_, text);
    return *this;
  }
  JsonLines& number(std::uint64_t number) {
    char digits[20];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return *this;
  }

  // Around the items of an array that is indented by `indent`; item() begins one.
  JsonLines& begin_items() {
    first_ = true;
    out_ += '[';
    return *this;
  }
  JsonLines& item(std::string_view indent) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '\n';
    out_ += indent;
    flush(flush_at);
    return *this;
  }
  JsonLines& end_items(std::string_view indent) {
    if (!first_) {
      out_ += '\n';
      out_ += indent;
    }
    out_ += ']';
    return *this;
  }
  void finish() { flush(0); }

 private:
  static constexpr std::size_t flush_at = 64UL * 1024;

  void flush(std::size_t from) {
    if (out_.size() < from) return;
    sink_(out_);
    out_.clear();
  }

  const Sink& sink_;
  std::string out_;
  bool first_ = true;
};

// A text as JSON, to be kept and written many times.
inline std::string json_string(std::string_view text) {
  std::string out;
  document::append_json_string(out, text);
  return out;
}

}  // namespace bulwark::report

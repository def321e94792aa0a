#include "document/json_list.h"

#include "document/json_scan.h"

namespace bulwark::document {

namespace {

class ListSplitter {
 public:
  ListSplitter(std::string_view text, Span span)
      : text_(text.substr(0, span.end)), scan_(text_), at_(span.begin) {}

  std::optional<JsonList> split() {
    at_ = scan_.skip_blank(at_);
    if (at_ >= text_.size() || text_[at_] != '{') return std::nullopt;
    ++at_;
    members();
    if (!has_items_ || !kind_fits_ || !plain_keys_) return std::nullopt;
    return std::move(list_);
  }

 private:
  // False after the text turned out to be broken.
  bool stop(std::string_view message) {
    const auto at = static_cast<std::uint32_t>(std::min(at_, text_.size()));
    list_.problem = Problem{Problem::Severity::error, at, "not JSON: " + std::string(message)};
    return false;
  }

  char next() {
    at_ = scan_.skip_blank(at_);
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  // One value from here on; its end is where reading goes on.
  bool value(Span& span) {
    next();
    const std::size_t end = scan_.skip_value(at_);
    if (end == JsonScan::npos) return stop("the text ends within this value");
    if (end == at_) return stop("a value is missing");
    span = {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)};
    at_ = end;
    return true;
  }

  bool members() {
    if (next() == '}') return end_of_text();
    for (;;) {
      JsonList::Member member;
      if (next() != '"') return stop("a key in quotes is missing");
      if (!value(member.key)) return false;
      if (next() != ':') return stop("a colon is missing");
      ++at_;
      const std::string_view key = text_.substr(member.key.begin + 1, member.key.end - member.key.begin - 2);
      // A key in escapes may be any; such a text is read as a whole.
      if (key.find('\\') != std::string_view::npos) plain_keys_ = false;
      if (key == "items" && next() == '[') {
        has_items_ = true;
        if (!items()) return false;
      } else {
        if (key == "items") has_items_ = false;  // of several the last counts, and it is no list
        if (!value(member.value)) return false;
        if (key == "kind") judge_kind(text_.substr(member.value.begin, member.value.end - member.value.begin));
        list_.envelope.push_back(member);
      }
      if (next() == '}') return end_of_text();
      if (text_.size() <= at_ || text_[at_] != ',') return stop("a comma or closing brace is missing");
      ++at_;
    }
  }

  bool items() {
    list_.items.clear();
    ++at_;
    if (next() == ']') return ++at_ != 0;
    for (;;) {
      Span item;
      if (!value(item)) return false;
      list_.items.push_back(item);
      const char behind = next();
      if (behind != ',' && behind != ']') return stop("a comma or closing bracket is missing");
      ++at_;
      if (behind == ']') return true;
    }
  }

  bool end_of_text() {
    ++at_;
    return next() == '\0' && at_ >= text_.size() ? true : stop("text after the end of the value");
  }

  void judge_kind(std::string_view value) {
    kind_fits_ = value.size() < 2 || value.front() != '"' || value.substr(0, value.size() - 1).ends_with("List");
  }

  std::string_view text_;
  JsonScan scan_;
  std::size_t at_;
  JsonList list_;
  bool has_items_ = false;
  bool plain_keys_ = true;
  bool kind_fits_ = true;
};

}  // namespace

std::optional<JsonList> split_json_list(std::string_view text, Span span) {
  return ListSplitter(text, span).split();
}

std::vector<Span> split_json_stream(std::string_view text) {
  std::vector<Span> values;
  const JsonScan scan(text);
  const auto size = static_cast<std::uint32_t>(text.size());
  for (std::size_t at = scan.skip_blank(0); at < text.size(); at = scan.skip_blank(at)) {
    std::size_t end = text[at] == '{' || text[at] == '[' ? scan.skip_collection(at) : JsonScan::npos;
    if (end == JsonScan::npos) end = size;
    values.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end;
  }
  return values;
}

}  // namespace bulwark::document

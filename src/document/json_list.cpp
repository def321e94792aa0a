#include "document/json_list.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstring>

namespace bulwark::document {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

class Skipper {
 public:
  explicit Skipper(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }

  void space() {
    while (!done() && is_space(text_[at_])) ++at_;
  }
  // Past the character, if it is the next one after blanks.
  bool take(char c) {
    space();
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  // Past a string that begins here; `content` is what stands between its quotes, escapes as they are.
  bool string(std::string_view& content) {
    if (peek() != '"') return false;
    const std::size_t from = ++at_;
    for (;;) {
      const void* found = done() ? nullptr : std::memchr(text_.data() + at_, '"', text_.size() - at_);
      if (found == nullptr) {
        at_ = text_.size();
        return false;
      }
      at_ = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
      std::size_t slashes = 0;
      while (at_ - slashes > from && text_[at_ - slashes - 1] == '\\') ++slashes;
      ++at_;
      if (slashes % 2 == 0) break;
    }
    content = text_.substr(from, at_ - 1 - from);
    return true;
  }

  // Past any value; false at the end of the text.
  bool value() {
    space();
    std::string_view ignored;
    if (peek() == '"') return string(ignored);
    if (peek() != '{' && peek() != '[') {
      const std::size_t from = at_;
      while (!done() && !is_space(peek()) && std::strchr(",]}", peek()) == nullptr) ++at_;
      return at_ > from;
    }
    std::size_t depth = 0;
    do {
      to_structure();
      if (done()) return false;
      const char c = text_[at_];
      if (c == '"') {
        if (!string(ignored)) return false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
    return true;
  }

 private:
  // To the next bracket or quote.
  void to_structure() {
#if defined(__SSE2__)
    // In ASCII, '[' '{' and ']' '}' differ by 0x20 alone, so that one comparison serves both.
    const __m128i quote = _mm_set1_epi8('"'), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}'),
                  bit = _mm_set1_epi8(0x20);
    while (at_ + 16 <= text_.size()) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_.data() + at_));
      const __m128i folded = _mm_or_si128(bytes, bit);
      const __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                                        _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close)));
      const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
      if (mask != 0) {
        at_ += static_cast<std::size_t>(std::countr_zero(mask));
        return;
      }
      at_ += 16;
    }
#endif
    while (!done() && std::strchr("\"{}[]", text_[at_]) == nullptr) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The items behind an opening bracket; false, with the reason in the list, when it is not closed properly.
bool read_items(Skipper& skip, JsonList& list) {
  const auto wrong = [&](const char* why) {
    list.wrong = why;
    list.wrong_at = static_cast<std::uint32_t>(skip.at());
    return false;
  };
  if (skip.take(']')) return true;
  do {
    skip.space();
    const auto begin = static_cast<std::uint32_t>(skip.at());
    if (!skip.value()) return wrong("not JSON: the list ends in the middle of an item");
    list.items.push_back({begin, static_cast<std::uint32_t>(skip.at())});
  } while (skip.take(','));
  return skip.take(']') || wrong("not JSON: expected a comma or the end of the list");
}

}  // namespace

std::optional<JsonList> split_json_list(std::string_view text) {
  Skipper skip(text);
  if (!skip.take('{')) return std::nullopt;
  JsonList list;
  bool found = false;
  if (skip.take('}')) return std::nullopt;
  do {
    skip.space();
    std::string_view key, kind;
    if (!skip.string(key) || !skip.take(':')) return found ? std::optional(list) : std::nullopt;
    skip.space();
    if (key == "items" && skip.peek() == '[' && !found) {
      found = true;
      skip.take('[');
      if (!read_items(skip, list)) return list;
    } else if (key == "kind" && skip.peek() == '"') {
      if (!skip.string(kind) || !kind.ends_with("List")) return std::nullopt;
    } else if (!skip.value()) {
      break;
    }
  } while (skip.take(','));
  if (!found) return std::nullopt;
  const bool closed = skip.take('}');
  skip.space();
  if (!closed || !skip.done()) {
    list.wrong = closed ? "not JSON: text after the end of the value" : "not JSON: expected the end of the object";
    list.wrong_at = static_cast<std::uint32_t>(skip.at());
  }
  return list;
}

}  // namespace bulwark::document

// JSON as RFC 8259 has it, in one pass straight into the tree. A reader of our own, because it must tell the exact
// place of an error, keep strings in the source where nothing is escaped, and read small items fast. Where Go's
// encoding/json is lenient within a string, so is this: half a surrogate pair becomes U+FFFD.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"
#include "document/reader.h"
#include "document/tree_builder.h"

namespace bulwark::document {

namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  // `readable`: bytes from the text's first on that may be looked at, the text's own included.
  JsonReader(std::string_view text, Span span, std::size_t readable, base::Arena& arena, const Limits& limits)
      : begin_(text.data()),
        at_(begin_ + span.begin),
        end_(begin_ + span.end),
        readable_end_(begin_ + readable),
        arena_(arena),
        builder_(arena, limits) {}

  // False when the text is not one JSON value; wrong() and wrong_at() say why.
  bool read() {
    builder_.start_document();
    blank();
    if (!value()) return false;
    blank();
    return at_ == end_ || stop("text after the end of the value");
  }

  TreeBuilder& builder() { return builder_; }
  const std::string& wrong() const { return wrong_; }
  std::uint32_t wrong_at() const { return wrong_at_; }

 private:
  std::uint32_t offset(const char* p) const { return static_cast<std::uint32_t>(p - begin_); }

  bool stop(std::string_view message) { return stop(message, at_); }
  bool stop(std::string_view message, const char* where) {
    wrong_ = where == end_ ? "not JSON: the text ends too early" : "not JSON: " + std::string(message);
    wrong_at_ = offset(where);
    return false;
  }
  bool built(std::string_view message, const char* where) {
    if (message.empty()) return true;
    wrong_ = message;
    wrong_at_ = builder_.wrong_at(offset(where));
    return false;
  }

  void blank() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool value() {
    if (at_ == end_) return stop("");
    switch (*at_) {
      case '{':
        return mapping();
      case '[':
        return sequence();
      case '"':
        return string();
      case 't':
        return word("true", Kind::boolean);
      case 'f':
        return word("false", Kind::boolean);
      case 'n':
        return word("null", Kind::null);
      default:
        return *at_ == '-' || is_digit(*at_) ? number() : stop("a value is missing");
    }
  }

  bool scalar(Kind kind, const char* from, const char* to) {
    const std::string_view text(from, static_cast<std::size_t>(to - from));
    at_ = to;
    const Span span{offset(from), offset(to)};
    return built(builder_.scalar(kind, Style::json, kind == Kind::null ? std::string_view{} : text, span), from);
  }

  bool word(std::string_view text, Kind kind) {
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (left < text.size() || std::memcmp(at_, text.data(), text.size()) != 0)
      return stop("a word that is none of JSON's");
    return scalar(kind, at_, at_ + text.size());
  }

  bool number() {
    const char* p = at_;
    const auto digits = [&] {
      const char* const from = p;
      while (p < end_ && is_digit(*p)) ++p;
      return p > from;
    };
    if (*p == '-') ++p;
    if (p < end_ && *p == '0') {
      ++p;
    } else if (!digits()) {
      return stop("a digit is missing", p);
    }
    Kind kind = Kind::integer;
    if (p < end_ && *p == '.') {
      ++p;
      kind = Kind::real;
      if (!digits()) return stop("a digit is missing", p);
    }
    if (p < end_ && (*p == 'e' || *p == 'E')) {
      ++p;
      kind = Kind::real;
      if (p < end_ && (*p == '+' || *p == '-')) ++p;
      if (!digits()) return stop("a digit is missing", p);
      double ignored = 0;
      const std::string text(at_, p);
      if (std::from_chars(at_, p, ignored).ec == std::errc::result_out_of_range &&
          std::isinf(std::strtod(text.c_str(), nullptr))) {
        return stop("this number is too large");
      }
    }
    if (p < end_ && is_digit(*p)) return stop("a number must not begin with 0");
    // Whole numbers beyond 64 bits are valid JSON; Go reads them as float64.
    constexpr std::ptrdiff_t surely_fits = 18;
    if (kind == Kind::integer && p - at_ > surely_fits) {
      const bool negative = *at_ == '-';
      std::uint64_t magnitude = 0;
      const auto error = std::from_chars(at_ + (negative ? 1 : 0), p, magnitude).ec;
      if (error != std::errc{} || (negative && magnitude > 1ULL << 63)) kind = Kind::real;
    }
    return scalar(kind, at_, p);
  }

  // The first byte from p on that ends the plain run of a string: quote, backslash or control character. Bytes
  // beyond ASCII are noted.
  const char* plain_end(const char* p, bool& ascii) const {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
    constexpr std::ptrdiff_t width = 16;
    for (; readable_end_ - p >= width && p < end_; p += width) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
      const __m128i stops =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                       _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
      const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(stops));
      const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
      if (mask == 0) {
        ascii = ascii && high == 0;
        continue;
      }
      const int place = std::countr_zero(mask);
      ascii = ascii && (high & ((1U << place) - 1)) == 0;
      return std::min(p + place, end_);
    }
#endif
    for (; p < end_; ++p) {
      const auto c = static_cast<unsigned char>(*p);
      if (c == '"' || c == '\\' || c < 0x20) return p;
      ascii = ascii && c < 0x80;
    }
    return end_;
  }

  bool string() {
    const char* const from = at_ + 1;
    bool ascii = true;
    const char* p = plain_end(from, ascii);
    std::string_view text(from, static_cast<std::size_t>(p - from));
    if (p < end_ && *p == '\\') {
      unescaped_.assign(text);
      if (!unescape(p, ascii)) return false;
      text = arena_.copy(std::string_view(unescaped_));
    }
    if (p == end_) return stop("this string has no end", at_);
    if (*p != '"') return stop("a control character within a string", p);
    std::size_t bad = 0;
    const std::string_view raw(from, static_cast<std::size_t>(p - from));
    if (!ascii && !base::is_utf8(raw, &bad)) return stop("a byte that is not UTF-8", from + bad);
    const Span span{offset(at_), offset(p + 1)};
    const char* const begin = at_;
    at_ = p + 1;
    return built(builder_.scalar(Kind::string, Style::json, text, span), begin);
  }

  // From the first backslash on to the closing quote.
  bool unescape(const char*& p, bool& ascii) {
    while (p < end_ && *p == '\\') {
      const char* const escape = p++;
      if (p == end_) break;
      const char c = *p++;
      constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
      if (c == 'u') {
        std::uint32_t unit = 0;
        if (!hex(p, unit)) return stop("four hexadecimal digits belong behind \\u", escape);
        constexpr std::uint32_t replacement = 0xFFFD;
        if (unit >= 0xD800 && unit < 0xDC00) {
          std::uint32_t low = 0;
          const char* next = p + 2;
          if (end_ - p >= 6 && p[0] == '\\' && p[1] == 'u' && hex(next, low) && low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            p = next;
          } else {
            unit = replacement;
          }
        } else if (unit >= 0xDC00 && unit < 0xE000) {
          unit = replacement;
        }
        append_utf8(unescaped_, unit);
      } else {
        const std::size_t name = names.find(c);
        if (name == std::string_view::npos) return stop("an escape that JSON does not have", escape);
        unescaped_ += meanings[name];
      }
      const char* const run = p;
      p = plain_end(p, ascii);
      unescaped_.append(run, p);
    }
    return true;
  }

  bool hex(const char*& p, std::uint32_t& unit) const {
    if (end_ - p < 4) return false;
    const auto [last, error] = std::from_chars(p, p + 4, unit, 16);
    if (error != std::errc{} || last != p + 4) return false;
    p += 4;
    return true;
  }

  bool mapping() {
    const char* const begin = at_;
    if (!built(builder_.begin(Kind::mapping, Style::json, offset(begin)), begin)) return false;
    ++at_;
    blank();
    if (at_ < end_ && *at_ == '}') return finish(begin);
    for (;;) {
      if (at_ == end_ || *at_ != '"') return stop("a key in quotes is missing");
      if (!string()) return false;
      blank();
      if (at_ == end_ || *at_ != ':') return stop("a colon is missing");
      ++at_;
      blank();
      if (!value()) return false;
      blank();
      if (at_ < end_ && *at_ == '}') return finish(begin);
      if (at_ == end_ || *at_ != ',') return stop("a comma or closing brace is missing");
      ++at_;
      blank();
    }
  }

  bool sequence() {
    const char* const begin = at_;
    if (!built(builder_.begin(Kind::sequence, Style::json, offset(begin)), begin)) return false;
    ++at_;
    blank();
    if (at_ < end_ && *at_ == ']') return finish(begin);
    for (;;) {
      if (!value()) return false;
      blank();
      if (at_ < end_ && *at_ == ']') return finish(begin);
      if (at_ == end_ || *at_ != ',') return stop("a comma or closing bracket is missing");
      ++at_;
      blank();
    }
  }

  bool finish(const char* begin) {
    ++at_;
    return built(builder_.end(offset(at_)), begin);
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* readable_end_;
  base::Arena& arena_;
  TreeBuilder builder_;
  std::string unescaped_;
  std::string wrong_;
  std::uint32_t wrong_at_ = 0;
};

}  // namespace

void read_json(const Source& source, Span span, std::size_t padding, base::Arena& arena, const Limits& limits,
               DocumentSink& sink) {
  arena.reset();
  JsonReader reader(source.text(), span, source.text().size() + padding, arena, limits);
  if (!reader.read()) {
    sink.on_problem({Problem::Severity::error, reader.wrong_at(), reader.wrong()});
    return;
  }
  for (const auto& [at, key] : reader.builder().duplicates()) {
    sink.on_problem({Problem::Severity::warning, at,
                     "the key \"" + std::string(key) + "\" stands twice in this map; the last one counts"});
  }
  sink.on_document(reader.builder().root());
}

}  // namespace bulwark::document

// 64 bytes at a time: one bit for each byte that is a quote, a backslash or a bracket. Bits between quotes are
// masked out, and brackets are counted by population count; only the block in which the depth comes down to zero
// is looked at bit by bit.
#include "document/json_scan.h"

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bulwark::document {

namespace {

constexpr std::size_t block = 64;

struct Masks {
  std::uint64_t quotes = 0, backslashes = 0, opening = 0, closing = 0;
};

#ifdef __SSE2__
Masks look_at(const char* bytes) {
  Masks masks;
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), lower = _mm_set1_epi8(0x20);
  const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
  for (int i = 0; i < 4; ++i) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    // [ and { differ in one bit only, and so do ] and }.
    const __m128i lowered = _mm_or_si128(chunk, lower);
    const auto bits = [&](__m128i equal) {
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(equal))) << (16 * i);
    };
    masks.quotes |= bits(_mm_cmpeq_epi8(chunk, quote));
    masks.backslashes |= bits(_mm_cmpeq_epi8(chunk, backslash));
    masks.opening |= bits(_mm_cmpeq_epi8(lowered, open));
    masks.closing |= bits(_mm_cmpeq_epi8(lowered, close));
  }
  return masks;
}
#else
Masks look_at(const char* bytes) {
  Masks masks;
  for (std::size_t i = 0; i < block; ++i) {
    const std::uint64_t bit = 1ULL << i;
    const char c = bytes[i];
    if (c == '"') masks.quotes |= bit;
    if (c == '\\') masks.backslashes |= bit;
    if (c == '{' || c == '[') masks.opening |= bit;
    if (c == '}' || c == ']') masks.closing |= bit;
  }
  return masks;
}
#endif

// Bits of the bytes that a backslash escapes. `carry`: the first byte is escaped by the block before.
std::uint64_t escaped_by(std::uint64_t backslashes, bool& carry) {
  std::uint64_t escaped = carry ? 1 : 0;
  carry = false;
  backslashes &= ~escaped;
  while (backslashes != 0) {
    const int at = std::countr_zero(backslashes);
    if (at == 63) {
      carry = true;
      break;
    }
    escaped |= 2ULL << at;
    backslashes &= ~(3ULL << at);
  }
  return escaped;
}

// Each bit becomes the parity of all bits up to and including it: ones from an opening quote to before the
// closing.
std::uint64_t prefix_xor(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace

std::size_t JsonScan::skip_blank(std::size_t at) const {
  while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\n' || text_[at] == '\r' || text_[at] == '\t'))
    ++at;
  return at;
}

std::size_t JsonScan::skip_string(std::size_t at) const {
  for (std::size_t from = at + 1;;) {
    const std::size_t quote = text_.find('"', from);
    if (quote == npos) return npos;
    std::size_t backslashes = 0;
    while (text_[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
    from = quote + 1;
  }
}

std::size_t JsonScan::skip_value(std::size_t at) const {
  if (at >= text_.size()) return npos;
  if (text_[at] == '"') return skip_string(at);
  if (text_[at] == '{' || text_[at] == '[') return skip_collection(at);
  const std::size_t end = text_.find_first_of(",]}: \t\r\n\"{[", at);
  return end == npos ? text_.size() : end;
}

std::size_t JsonScan::skip_collection(std::size_t at) const {
  std::uint64_t depth = 0;
  std::uint64_t in_string = 0;  // all ones when a string goes on from the block before
  bool escaped = false;
  char tail[block];
  for (; at < text_.size(); at += block) {
    const char* bytes = text_.data() + at;
    if (text_.size() - at < block) {
      std::memset(tail, ' ', block);
      std::memcpy(tail, bytes, text_.size() - at);
      bytes = tail;
    }
    Masks masks = look_at(bytes);
    if (masks.backslashes != 0 || escaped) masks.quotes &= ~escaped_by(masks.backslashes, escaped);
    const std::uint64_t strings = prefix_xor(masks.quotes) ^ in_string;
    in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(strings) >> 63);
    const std::uint64_t opening = masks.opening & ~strings;
    std::uint64_t closing = masks.closing & ~strings;
    const auto closes = static_cast<std::uint64_t>(std::popcount(closing));
    if (closes < depth) {
      depth += static_cast<std::uint64_t>(std::popcount(opening)) - closes;
      continue;
    }
    // The end may be in this block: after which closing bracket is nothing open any more?
    std::uint64_t closed = 0;
    for (; closing != 0; closing &= closing - 1) {
      const int place = std::countr_zero(closing);
      const auto opened = static_cast<std::uint64_t>(std::popcount(opening & ((1ULL << place) - 1)));
      if (depth + opened == ++closed) return at + static_cast<std::size_t>(place) + 1;
    }
    depth += static_cast<std::uint64_t>(std::popcount(opening)) - closed;
  }
  return npos;
}

}  // namespace bulwark::document

#include "document/source.h"

#include <algorithm>
#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bulwark::document {

namespace {

// Bytes of UTF-8 that begin a character.
std::uint32_t count_characters(std::string_view text) {
  std::uint32_t following = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080ULL) == 0) continue;  // ASCII
    // The top bit set and the next one not: a byte that continues a character.
    following += static_cast<std::uint32_t>(std::popcount(word & ~(word << 1) & 0x8080808080808080ULL));
  }
  for (; i < text.size(); ++i) following += (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80 ? 1 : 0;
  return static_cast<std::uint32_t>(text.size()) - following;
}

std::uint32_t count_breaks(std::string_view text) {
  std::size_t i = 0;
  std::uint64_t breaks = 0;
#ifdef __SSE2__
  // Sixteen bytes at a time: each lane counts its own breaks, and is emptied before it can run over.
  constexpr std::size_t width = 16, most = 255;
  while (i + width <= text.size()) {
    const std::size_t end = std::min(text.size() - width, i + (most - 1) * width);
    __m128i lanes = _mm_setzero_si128();
    for (; i <= end; i += width) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
      lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    }
    const __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
    breaks += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
              static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
#endif
  breaks += static_cast<std::uint64_t>(std::count(text.begin() + i, text.end(), '\n'));
  return static_cast<std::uint32_t>(breaks);
}

}  // namespace

const std::vector<Source::Checkpoint>& Source::checkpoints() const {
  std::call_once(indexed_, [this] {
    checkpoints_.reserve(text_.size() / stride + 2);
    Checkpoint at;
    checkpoints_.push_back(at);
    for (std::size_t from = 0; from + stride <= text_.size(); from += stride) {
      const std::string_view piece = text_.substr(from, stride);
      at.line_breaks += count_breaks(piece);
      at.characters += count_characters(piece);
      const std::size_t last = piece.rfind('\n');
      if (last != std::string_view::npos) at.line_begin = static_cast<std::uint32_t>(from + last + 1);
      checkpoints_.push_back(at);
    }
  });
  return checkpoints_;
}

std::uint32_t Source::characters_before(std::uint32_t offset) const {
  const std::uint32_t from = offset / stride * stride;
  return checkpoints()[offset / stride].characters + count_characters(text_.substr(from, offset - from));
}

Position Source::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const Checkpoint& before = checkpoints()[offset / stride];
  const std::uint32_t from = offset / stride * stride;
  const std::string_view piece = text_.substr(from, offset - from);
  const std::size_t last = piece.rfind('\n');
  const std::uint32_t begin =
      last == std::string_view::npos ? before.line_begin : static_cast<std::uint32_t>(from + last + 1);
  return {before.line_breaks + count_breaks(piece) + 1, characters_before(offset) - characters_before(begin) + 1};
}

std::string_view Source::line(std::uint32_t number) const {
  if (number == 0) return {};
  const std::uint32_t wanted = number - 1;  // line breaks before it
  const auto& all = checkpoints();
  const auto after =
      std::upper_bound(all.begin(), all.end(), wanted,
                       [](std::uint32_t breaks, const Checkpoint& at) { return breaks <= at.line_breaks; });
  // The last checkpoint with fewer breaks; the line begins behind it.
  std::size_t begin = 0;
  if (after != all.begin()) {
    const auto before = after - 1;
    begin = static_cast<std::size_t>(before - all.begin()) * stride;
    for (std::uint32_t breaks = before->line_breaks; breaks < wanted; ++breaks) {
      const std::size_t next = text_.find('\n', begin);
      if (next == std::string_view::npos) return {};
      begin = next + 1;
    }
  }
  std::size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  return text_.substr(begin, end - begin);
}

std::uint32_t Source::line_count() const {
  const auto& all = checkpoints();
  return all.back().line_breaks + count_breaks(text_.substr((all.size() - 1) * stride)) + 1;
}

namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool from_utf16(std::string_view bytes, bool big_endian, std::string& out) {
  if (bytes.size() % 2 != 0) return false;
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  out.clear();
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xDC00 && c <= 0xDFFF) return false;
    if (c >= 0xD800 && c <= 0xDBFF) {
      if (i + 2 >= bytes.size()) return false;
      const std::uint32_t low = unit(i + 2);
      if (low < 0xDC00 || low > 0xDFFF) return false;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      i += 2;
    }
    append_utf8(out, c);
  }
  return true;
}

}  // namespace

bool to_utf8(std::string_view bytes, std::string& converted, std::string_view& text) {
  text = bytes;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
    return true;
  }
  if (bytes.size() < 2) return true;
  const bool big = bytes.starts_with("\xFE\xFF"), little = bytes.starts_with("\xFF\xFE");
  const bool bare_big = bytes[0] == '\0' && bytes[1] != '\0', bare_little = bytes[0] != '\0' && bytes[1] == '\0';
  if (!big && !little && !bare_big && !bare_little) return true;
  if (!from_utf16(bytes.substr(big || little ? 2 : 0), big || bare_big, converted)) return false;
  text = converted;
  return true;
}

}  // namespace bulwark::document

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace bulwark::document {

// From a count of characters (Unicode code points), as libyaml has it, to byte offsets. ASCII needs no table.
class OffsetMap {
 public:
  // `base` is the offset of the text's first byte in its source; it is added to every answer.
  OffsetMap(std::string_view text, std::uint32_t base) : text_(text), base_(base), ascii_(is_ascii(text)) {
    if (ascii_) return;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
      if (characters % stride == 0) every_.push_back(static_cast<std::uint32_t>(i));
      ++characters;
    }
  }

  // Fast when asked for places in the order of the text.
  std::uint32_t offset(std::size_t character) const {
    const auto size = static_cast<std::uint32_t>(text_.size());
    if (ascii_) return base_ + static_cast<std::uint32_t>(std::min<std::size_t>(character, size));
    if (character < last_character_ || character - last_character_ > stride) {
      if (character / stride >= every_.size()) return base_ + size;
      last_character_ = character - character % stride;
      last_byte_ = every_[character / stride];
    }
    for (; last_character_ < character && last_byte_ < size; ++last_character_) {
      do ++last_byte_;
      while (last_byte_ < size && (static_cast<unsigned char>(text_[last_byte_]) & 0xC0) == 0x80);
    }
    return base_ + last_byte_;
  }

 private:
  static constexpr std::size_t stride = 64;

  static bool is_ascii(std::string_view text) {
    std::uint64_t seen = 0;
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      seen |= word;
    }
    for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
    return (seen & 0x8080808080808080ULL) == 0;
  }

  std::string_view text_;
  std::uint32_t base_;
  bool ascii_;
  std::vector<std::uint32_t> every_;
  mutable std::size_t last_character_ = 0;  // a place whose byte is known
  mutable std::uint32_t last_byte_ = 0;
};

}  // namespace bulwark::document

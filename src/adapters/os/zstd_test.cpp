#include "adapters/os/zstd.h"

#include <gtest/gtest.h>

#include <random>

namespace bulwark::adapters {
namespace {

TEST(Zstd, GivesBackWhatItWasGiven) {
  std::mt19937 random(3);
  for (const std::size_t size : {0UL, 1UL, 1000UL, 300'000UL}) {
    std::string text;
    while (text.size() < size) text += static_cast<char>('a' + random() % 20);
    const std::string packed = compress(text);
    EXPECT_TRUE(is_zstd(packed));
    const auto unpacked = decompress(packed);
    ASSERT_TRUE(unpacked) << unpacked.error().message;
    EXPECT_EQ(*unpacked, text);
    const auto twice = decompress(packed + packed);
    ASSERT_TRUE(twice) << twice.error().message;
    EXPECT_EQ(*twice, text + text);
  }
}

TEST(Zstd, DamageIsAnError) {
  std::string text(100'000, 'x');
  for (std::size_t i = 0; i < text.size(); i += 7) text[i] = static_cast<char>('a' + i % 23);
  const std::string packed = compress(text);
  for (std::size_t cut = 1; cut < packed.size(); cut += 1 + packed.size() / 50) {
    EXPECT_FALSE(decompress(std::string_view(packed).substr(0, cut))) << cut;
  }
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 0x20);
  EXPECT_FALSE(decompress(flipped));
  EXPECT_FALSE(is_zstd("{}"));
}

// A bomb: a few kilobytes that stand for gigabytes.
TEST(Zstd, DoesNotGrowWithoutBound) {
  const std::string bomb = compress(std::string(64'000'000, '\0'));
  ASSERT_LT(bomb.size(), 10'000U);
  const auto unpacked = decompress(bomb);
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error().message, "Zstandard data that grows too large");
}

}  // namespace
}  // namespace bulwark::adapters

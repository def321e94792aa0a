// Zstandard from foreign bytes: damaged frames, frames behind each other, and bombs, whose output ends at a bound.
// What was compressed comes back as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/os/zstd.h"

namespace {

using namespace bulwark::adapters;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto text = decompress(bytes)) {
    require(text->size() <= std::max<std::size_t>(size, 1024) * 1000);
  } else {
    require(!text.error().message.empty());
  }
  const std::string frame = compress(bytes);
  require(is_zstd(frame));
  const auto back = decompress(frame);
  require(back.has_value() && *back == bytes);
  const auto twice = decompress(frame + frame);
  require(twice.has_value() && *twice == std::string(bytes) + std::string(bytes));
  require(!decompress(std::string_view(frame).substr(0, frame.size() - 1)));
  return 0;
}

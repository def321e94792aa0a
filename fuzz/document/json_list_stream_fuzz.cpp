// A List from foreign bytes, cut at foreign places: the same items as from the whole text, whatever the cuts.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/json_list.h"
#include "document/json_list_stream.h"

namespace {

using namespace bulwark::document;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte says how long the pieces are.
  const std::size_t step = data[0] % 71 + 1U;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  JsonListStream stream;
  std::vector<std::string> items;
  const auto on_item = [&](std::string_view item) {
    require(!item.empty());
    items.emplace_back(item);
    return true;
  };
  bool reading = true;
  for (std::size_t at = 0; at < text.size() && reading; at += step) {
    const std::string_view cut = text.substr(at, step);
    // Copies of the exact sizes, so that the sanitizer sees a byte too far.
    const auto bare = std::make_unique<char[]>(cut.size());
    cut.copy(bare.get(), cut.size());
    reading = stream.feed({bare.get(), cut.size()}, on_item);
  }
  const bool good = stream.finish();
  require(good == !stream.problem().has_value());
  const auto whole = split_json_list(text);
  if (good) {
    require(whole && !whole->problem && whole->items.size() == items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      require(items[i] == text.substr(whole->items[i].begin, whole->items[i].end - whole->items[i].begin));
    }
    require(whole->envelope.size() == stream.envelope().size());
  }
  return 0;
}

// A JSON text and a patch behind it, one a line: first as a merge patch, then as a JSON patch. A merge patch
// applied twice is as good as once; a JSON patch that is refused changes nothing; what comes of either can be read
// again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "document/patch.h"

namespace {

using bulwark::document::Json;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_readable(const Json& json) {
  const auto again = Json::parse(json.write());
  // Patches may nest deeper than the reader reads.
  if (again) require(*again == json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto target = Json::parse(text.substr(0, line));
  const auto patch = Json::parse(text.substr(line + 1));
  if (!target || !patch) return 0;
  require_readable(*target);

  Json merged = *target;
  bulwark::document::apply_merge_patch(merged, *patch);
  require_readable(merged);
  Json twice = merged;
  bulwark::document::apply_merge_patch(twice, *patch);
  require(twice == merged);

  Json changed = *target;
  const auto done = bulwark::document::apply_json_patch(changed, *patch, 64UL * 1024);
  if (!done) {
    require(!done.error().message.empty() && changed == *target);
  } else {
    require_readable(changed);
  }
  return 0;
}

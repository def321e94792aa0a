// Any bytes, read as YAML and as JSON, decoded, judged by every check, reported and mended: nothing may crash, and
// a mended text must be read again without a finding that was not there before.
#include <cstdlib>
#include <string>

#include "posture/fixer.h"

namespace {

using namespace bulwark;

posture::Scan scan(const document::Source& source, const posture::Selection& selection,
                   const document::Limits& limits, bool json, std::size_t padding) {
  posture::Scanner scanner(selection, limits);
  const auto size = static_cast<std::uint32_t>(source.text().size());
  if (json) {
    scanner.scan_json(source, 0, {0, size}, padding);
  } else {
    scanner.scan_yaml(source, 0, {0, size});
  }
  std::vector<posture::Part> parts;
  parts.push_back(scanner.take());
  return posture::finish(std::move(parts), selection, {&source}, limits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t padding = 64, longest = 4096;
  if (size == 0 || size > longest) return 0;
  static const auto selection = posture::Selection::make({.standard = posture::Standard::all});
  const document::Limits limits{.depth = 50, .alias_nodes = 1000};
  // The first byte chooses the reader, and whether to mend.
  const bool json = (data[0] & 1) != 0, mend = (data[0] & 6) == 0;
  const std::string text =
      std::string(reinterpret_cast<const char*>(data + 1), size - 1) + std::string(padding, '\0');
  const document::Source source("input", std::string_view(text).substr(0, size - 1));
  const posture::Scan before = scan(source, *selection, limits, json, padding);
  for (const kube::Object* object : before.inventory.all()) kube::encode_object(*object);
  if (!mend) return 0;
  const posture::Fixes fixes = posture::fix(before, *selection, {&source}, limits);
  for (const posture::FixedSource& fixed : fixes.sources) {
    const std::string padded = fixed.text + std::string(padding, '\0');
    const document::Source again("fixed", std::string_view(padded).substr(0, fixed.text.size()));
    const posture::Scan after = scan(again, *selection, limits, json, padding);
    // No object may be lost or stop being readable.
    if (after.inventory.all().size() != before.inventory.all().size()) std::abort();
    if (after.errors.size() > before.errors.size()) std::abort();
  }
  return 0;
}

// The kind of an object, the object and a patch, one a line: as a strategic merge patch, and as what server-side
// apply merges. What is applied twice changes nothing; fields that are added to a set and removed again leave no
// trace.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kube/field_set.h"
#include "kube/strategic_merge.h"

namespace {

using bulwark::document::Json;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t first = text.find('\n');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\n', first + 1);
  if (second == std::string_view::npos) return 0;
  const std::string_view kind = text.substr(0, first);
  const auto target = Json::parse(text.substr(first + 1, second - first - 1));
  const auto patch = Json::parse(text.substr(second + 1));
  if (!target || !patch) return 0;

  Json changed = *target;
  const auto done = bulwark::kube::strategic_merge(changed, *patch, kind);
  require(done || (!done.error().message.empty() && changed == *target));

  if (!target->is_object() || !patch->is_object()) return 0;
  Json applied = *target;
  bulwark::kube::merge_applied(applied, *patch, kind);
  const bulwark::kube::FieldSet fields = bulwark::kube::fields_of(*patch, kind);
  bulwark::kube::FieldSet set = Json::object();
  bulwark::kube::add_fields(set, fields);
  require(set == fields);
  static_cast<void>(bulwark::kube::common_fields(fields, bulwark::kube::changed_fields(*target, applied, kind)));
  bulwark::kube::keep_existing(set, applied, kind);
  bulwark::kube::remove_fields(set, fields);
  bulwark::kube::remove_unapplied(applied, fields, Json::object(), Json::object(), kind);
  return 0;
}

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "document/reader.h"
#include "document/source.h"
#include "kube/object.h"

namespace bulwark::posture {

// Which objects of a YAML source hold text that an alias elsewhere in their document stands for: in another item
// of the same List, for one. An edit of such an object would change its neighbour.
class SharedNodes {
 public:
  SharedNodes(const document::Source& source, const document::Limits& limits);

  bool is_shared(const kube::Object& object) const;

 private:
  // An alias: what it names, where parts of that stand in the text, and the first byte of the object in which the
  // alias stands (or no_object).
  struct Use {
    std::string_view name;
    std::vector<document::Span> parts;
    std::uint32_t object;
    document::Span document;
  };
  static constexpr std::uint32_t no_object = ~0U;
  class Reader;

  std::string_view text_;
  std::vector<Use> uses_;
};

}  // namespace bulwark::posture

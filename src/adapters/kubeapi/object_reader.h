#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "document/node.h"
#include "kube/cluster.h"

namespace bulwark::adapters {

// Reads objects of lists and watches one by one into memory that is used again.
class ObjectReader {
 public:
  // The object with its kind and apiVersion, which items of typed lists lack. `use` gets the tree and its text,
  // valid during the call. Error: what is wrong with the text.
  template <class Use>
  base::Result<> read(std::string_view json, const kube::Resource& resource, Use use) {
    const document::Node node = TRY(parse(json, resource));
    use(node, std::string_view(text_).substr(0, size_));
    return {};
  }

 private:
  base::Result<document::Node> parse(std::string_view json, const kube::Resource& resource);

  std::string text_;  // with padding behind
  std::size_t size_ = 0;
  base::Arena arena_;
};

// JSON text of a member of an object's upper level, found without reading the rest; empty when there is none.
std::string_view find_member(std::string_view object, std::string_view key);

// metadata.resourceVersion; empty when there is none.
std::string_view resource_version_of(const document::Node& object);

}  // namespace bulwark::adapters

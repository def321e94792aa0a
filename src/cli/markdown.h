#pragma once

#include <string_view>
#include <vector>

#include "document/source.h"

namespace bulwark::cli {

// A fenced code block that may hold manifests.
struct Fence {
  document::Span span;  // of what stands between the fences
  bool json = false;
};

// The code blocks of a Markdown page whose info string says yaml, yml or json (CommonMark 4.5: ``` or ~~~, up to
// any indentation within a list item; the closing fence is at least as long as the opening one).
std::vector<Fence> manifest_fences(std::string_view text);

}  // namespace bulwark::cli

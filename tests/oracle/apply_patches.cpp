// Reads JSON objects {"type": T, "object": O, "patch": P}, one a line, and writes what comes of each patch, one a
// line: the object as JSON, or "refused".
#include <cstdio>
#include <iostream>
#include <string>

#include "document/patch.h"
#include "kube/strategic_merge.h"

namespace {

using bulwark::document::Json;

bool apply(const std::string& type, Json& object, const Json& patch) {
  if (type == "merge") {
    bulwark::document::apply_merge_patch(object, patch);
    return true;
  }
  if (type == "json") return bulwark::document::apply_json_patch(object, patch).has_value();
  return bulwark::kube::strategic_merge(object, patch, object.find("kind")->text()).has_value();
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto input = Json::parse(line);
    if (!input || input->find("object") == nullptr || input->find("patch") == nullptr) {
      std::fprintf(stderr, "not understood: %s\n", line.c_str());
      return 2;
    }
    Json object = *input->find("object");
    const bool done = apply(input->find("type")->text(), object, *input->find("patch"));
    std::puts(done ? object.write().c_str() : "refused");
  }
  return 0;
}

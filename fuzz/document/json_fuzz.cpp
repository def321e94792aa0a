// JSON from foreign bytes: as one value, and as a List that is cut at its items. What the reader takes, a List's
// splitter must cut into the same items; and reading an item alone gives what stands in the tree of the whole.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "document/json_list.h"
#include "document/reader.h"

namespace {

using namespace bulwark::document;

void require(bool holds) {
  if (!holds) std::abort();
}

bool same(const Node& a, const Node& b) {
  const auto items = a.items(), other_items = b.items();
  const auto members = a.members(), other_members = b.members();
  return a.kind() == b.kind() && a.text() == b.text() && a.begin() == b.begin() && a.end() == b.end() &&
         std::equal(items.begin(), items.end(), other_items.begin(), other_items.end(), same) &&
         std::equal(members.begin(), members.end(), other_members.begin(), other_members.end(),
                    [](const Member& x, const Member& y) { return same(x.key, y.key) && same(x.value, y.value); });
}

class Checker : public DocumentSink {
 public:
  explicit Checker(const Source& source) : source_(source) {}
  void on_document(const Node& node) override {
    check(node);
    root = node;
    ++documents;
  }
  void on_problem(Problem problem) override {
    require(problem.offset <= source_.text().size() && !problem.message.empty());
    source_.position(problem.offset);
  }

  Node root;
  std::size_t documents = 0;

 private:
  void check(const Node& node) {
    require(node.begin() < node.end() && node.end() <= source_.text().size());
    for (const Node& item : node.items()) check(item);
    for (const Member& member : node.members()) {
      check(member.key);
      check(member.value);
    }
    node.integer();
  }
  const Source& source_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Copies of the exact sizes, so that the sanitizer sees a byte too far.
  const auto bare = std::make_unique<char[]>(size);
  if (size > 0) std::memcpy(bare.get(), data, size);
  const Source source("", {bare.get(), size});
  const Span all{0, static_cast<std::uint32_t>(size)};
  bulwark::base::Arena arena, item_arena;
  Checker whole(source);
  read_json(source, all, 0, arena, {}, whole);

  const auto list = split_json_list(source.text());
  std::size_t at = 0;
  for (const Span& value : split_json_stream(source.text())) {
    require(value.begin >= at && value.end > value.begin && value.end <= size);
    at = value.end;
  }
  if (whole.documents == 1 && whole.root.is_mapping()) {
    const Node* items = whole.root.find("items");
    if (list) {
      require(!list->problem && items != nullptr && items->is_sequence());
      require(list->items.size() == items->items().size());
    }
  }
  for (std::size_t i = 0; list && i < list->items.size(); ++i) {
    Checker item(source);
    read_json(source, list->items[i], 0, item_arena, {}, item);
    if (whole.documents != 1) continue;
    require(item.documents == 1 && same(whole.root.find("items")->items()[i], item.root));
  }
  return 0;
}

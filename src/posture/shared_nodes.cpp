#include "posture/shared_nodes.h"

#include <algorithm>

namespace bulwark::posture {

using document::Node;

class SharedNodes::Reader : public document::DocumentSink {
 public:
  Reader(std::string_view text, base::Arena& arena, std::vector<Use>& uses)
      : text_(text), arena_(arena), uses_(uses) {}

  void on_document(const Node& root) override {
    document_ = root.span();
    visit(root, no_object);
    arena_.reset();
  }
  void on_problem(document::Problem) override {}

 private:
  void visit(const Node& node, std::uint32_t object) {
    if (node.is_shared()) return note(node, object);
    if (object == no_object && node.find("kind") != nullptr && node.find("items") == nullptr)
      object = node.begin();
    for (const Node& item : node.items()) visit(item, object);
    for (const document::Member& member : node.members()) {
      visit(member.key, object);
      visit(member.value, object);
    }
  }

  // An alias stands where it was written, and what it brings where that was written; so does what a merge key
  // brings.
  void note(const Node& node, std::uint32_t object) {
    Use use{{}, {node.span()}, object, document_};
    if (text_[node.begin()] == '*') use.name = text_.substr(node.begin() + 1, node.end() - node.begin() - 1);
    for (const Node& item : node.items()) use.parts.push_back(item.span());
    for (const document::Member& member : node.members()) use.parts.push_back(member.key.span());
    uses_.push_back(std::move(use));
  }

  std::string_view text_;
  base::Arena& arena_;
  std::vector<Use>& uses_;
  document::Span document_;
};

SharedNodes::SharedNodes(const document::Source& source, const document::Limits& limits) : text_(source.text()) {
  if (text_.find('&') == std::string_view::npos || text_.find('*') == std::string_view::npos) return;
  base::Arena arena;
  Reader reader(text_, arena, uses_);
  document::read_yaml(source, {0, static_cast<std::uint32_t>(text_.size())}, arena, limits, reader);
}

namespace {

// Whether the text gives this name to a node. A name that is a part of another counts, too: better to leave an
// object alone than to change two.
bool names(std::string_view text, std::string_view anchor) {
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    if (text.substr(at + 1).starts_with(anchor)) return true;
  }
  return false;
}

}  // namespace

bool SharedNodes::is_shared(const kube::Object& object) const {
  const std::uint32_t begin = object.origin.at, end = object.origin.end;
  return std::any_of(uses_.begin(), uses_.end(), [&](const Use& use) {
    if (use.object == begin || begin < use.document.begin || begin >= use.document.end) return false;
    const bool here = std::any_of(use.parts.begin(), use.parts.end(), [&](const document::Span& part) {
      return part.begin < end && part.end > begin;
    });
    return here || (!use.name.empty() && names(text_.substr(begin, end - begin), use.name));
  });
}

}  // namespace bulwark::posture

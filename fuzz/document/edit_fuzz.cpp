// Edits of foreign texts. apply_edit may refuse; what it makes must read back, keep its promises of idempotence
// and line ends, and lose nothing: the members of the root that it does not name stay as they are.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "document/edit.h"

namespace {

using namespace bulwark::document;

void require(bool holds) {
  if (!holds) std::abort();
}

void print(const Node& node, std::string& out) {
  out += std::to_string(static_cast<int>(node.kind())) + ':';
  out += node.text();
  for (const Node& item : node.items()) print(item, out += ',');
  for (const Member& member : node.members()) {
    (out += ';').append(member.key.text());
    print(member.value, out += '=');
  }
  out += '.';
}

// The root's members as text; nothing when the text is not one map.
class Members : public DocumentSink {
 public:
  static std::optional<std::map<std::string, std::string>> of(const std::string& text) {
    Members sink;
    const std::string_view bare = text.starts_with("\xEF\xBB\xBF") ? std::string_view(text).substr(3) : text;
    const Source source("", bare);
    const Span all{0, static_cast<std::uint32_t>(bare.size())};
    bulwark::base::Arena arena;
    read_json(source, all, 0, arena, {}, sink);
    if (sink.bad_) {
      sink.bad_ = false;
      read_yaml(source, all, arena, {}, sink);
    }
    if (sink.bad_) return std::nullopt;
    return std::move(sink.found_);
  }
  void on_document(const Node& root) override {
    for (const Member& member : root.members()) print(member.value, found_[std::string(member.key.text())]);
  }
  void on_problem(Problem problem) override { bad_ = bad_ || problem.severity == Problem::Severity::error; }

 private:
  std::map<std::string, std::string> found_;
  bool bad_ = false;
};

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  unsigned next(unsigned below) {
    if (size_ == 0) return 0;
    --size_;
    return *data_++ % below;
  }
  std::string rest() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

constexpr std::string_view keys[] = {"a", "b", "spec", "x/y", "true", "1"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  Edit edit;
  edit.kind = static_cast<Edit::Kind>(bytes.next(3));
  const std::string_view first = keys[bytes.next(6)];
  edit.path = FieldPath(first);
  for (unsigned more = bytes.next(3); more > 0; --more) {
    const unsigned step = bytes.next(8);
    edit.path = step < 6 ? std::move(edit.path) / keys[step] : std::move(edit.path) / std::size_t{step - 6};
  }
  switch (bytes.next(5)) {
    case 0:
      edit.value = Literal::boolean(true);
      break;
    case 1:
      edit.value = Literal::string("a: #\n");
      break;
    case 2:
      edit.value = Literal::strings({"ALL", "b"});
      break;
    case 3:
      edit.value = {Literal::Shape::empty_mapping, {}};
      break;
    default:
      edit.value = Literal::string("plain");
  }
  const std::string before = bytes.rest();
  Limits limits;
  limits.alias_nodes = 1000;
  const auto after = apply_edit(before, edit, limits);
  if (!after) {
    require(!after.error().message.empty());
    return 0;
  }
  auto old_members = Members::of(before), new_members = Members::of(*after);
  require(old_members && new_members);
  old_members->erase(std::string(first));
  new_members->erase(std::string(first));
  require(*old_members == *new_members);
  if (edit.kind == Edit::Kind::set) {
    const auto again = apply_edit(*after, edit, limits);
    require(again && *again == *after);
  }
  if (before.find('\r') == std::string::npos) require(after->find('\r') == std::string::npos);
  return 0;
}

#include "document/field_path.h"

#include <algorithm>

namespace bulwark::document {

namespace {

bool is_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '$';
  });
}

}  // namespace

void FieldPath::add(Step step) {
  // Nearly every path fits, and asks for memory once.
  constexpr std::size_t usual = 8;
  if (steps_.capacity() == 0) steps_.reserve(usual);
  steps_.push_back(step);
}

std::string FieldPath::text() const {
  std::string out;
  append_text(out);
  return out;
}

void FieldPath::append_text(std::string& out) const {
  const std::size_t before = out.size();
  for (const Step& step : steps_) {
    if (step.is_index()) {
      out += '[';
      out += std::to_string(step.index);
      out += ']';
    } else if (is_word(step.key)) {
      if (out.size() != before) out += '.';
      out += step.key;
    } else {
      out += "[\"";
      out += step.key;
      out += "\"]";
    }
  }
}

Located locate(const Node& root, const FieldPath& path) {
  Located at{.node = &root};
  for (const Step& step : path.steps()) {
    if (step.is_index()) {
      const Node* item = at.node->item(step.index);
      if (item == nullptr) return at;
      at.node = item;
      at.key = nullptr;
    } else {
      const auto members = at.node->members();
      const auto found = std::find_if(members.rbegin(), members.rend(),
                                      [&](const Member& member) { return member.key.text() == step.key; });
      if (found == members.rend()) return at;
      at.node = &found->value;
      at.key = &found->key;
    }
    ++at.steps;
  }
  return at;
}

}  // namespace bulwark::document

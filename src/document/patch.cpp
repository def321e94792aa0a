#include "document/patch.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace bulwark::document {

namespace {

// What joining looks like where there was nothing: nulls have nothing to remove. Of objects in lists they go, too,
// as in evanphx/json-patch, which the API server uses (RFC 7386 keeps them).
Json without_nulls(const Json& patch) {
  if (!patch.is_object() && !patch.is_array()) return patch;
  Json json = patch.is_object() ? Json::object() : Json::array();
  for (const auto& [key, value] : patch.members()) {
    if (patch.is_array() || !value.is_null()) json.members().push_back({key, without_nulls(value)});
  }
  return json;
}

// A JSON pointer taken apart: "/a~1b/0" is {"a/b", "0"}.
std::optional<std::vector<std::string>> parts_of(std::string_view pointer) {
  std::vector<std::string> parts;
  if (pointer.empty()) return parts;
  if (pointer.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      parts.emplace_back();
    } else if (c != '~') {
      parts.back() += c;
    } else {
      const char next = i + 1 < pointer.size() ? pointer[++i] : ' ';
      if (next != '0' && next != '1') return std::nullopt;
      parts.back() += next == '0' ? '~' : '/';
    }
  }
  return parts;
}

// The place of an item; `end`: the place behind the last counts, too, and may be written "-".
std::optional<std::size_t> index_of(const Json& array, std::string_view text, bool end) {
  if (end && text == "-") return array.size();
  std::size_t index = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || stop != text.data() + text.size() || (text.size() > 1 && text[0] == '0')) {
    return std::nullopt;
  }
  return index < array.size() + (end ? 1 : 0) ? std::optional(index) : std::nullopt;
}

const Json* child(const Json& parent, std::string_view part) {
  if (parent.is_object()) return parent.find(part);
  if (!parent.is_array()) return nullptr;
  const auto index = index_of(parent, part, false);
  return index ? &parent.members()[*index].value : nullptr;
}

const Json* walk(const Json& root, const std::vector<std::string>& parts, std::size_t count) {
  const Json* at = &root;
  for (std::size_t i = 0; i < count && at != nullptr; ++i) at = child(*at, parts[i]);
  return at;
}

class Operations {
 public:
  Operations(Json& root, std::size_t too_large) : root_(root), left_(too_large) {}

  // Empty when it was done; else why not.
  std::string apply(const Json& operation) {
    if (!operation.is_object()) return "is no object";
    const std::string_view op = operation.text_at({"op"});
    const Json* path = operation.find("path");
    if (path == nullptr || !path->is_string()) return "has no path";
    const auto to = parts_of(path->text());
    if (!to) return "path is no JSON pointer: " + path->text();
    if (to->size() > deepest) return "path is too deep";
    const Json* value = operation.find("value");
    if (op == "add" || op == "replace" || op == "test") {
      if (value == nullptr) return std::string(op) + " has no value";
      if (op == "add") return add(*to, *value, path->text());
      if (op == "replace") return replace(*to, *value, path->text());
      const Json* found = walk(root_, *to, to->size());
      // A path that is not there passes the test for null, as in evanphx/json-patch.
      if (found == nullptr ? value->is_null() : *found == *value) return {};
      return "testing value " + path->text() + " failed";
    }
    if (op == "remove") {
      Json ignored;
      return remove(*to, ignored, path->text());
    }
    if (op != "move" && op != "copy") return "unexpected kind: " + std::string(op);
    const Json* from_text = operation.find("from");
    if (from_text == nullptr || !from_text->is_string()) return std::string(op) + " has no from";
    const auto from = parts_of(from_text->text());
    if (!from) return "from is no JSON pointer: " + from_text->text();
    return op == "move" ? move(*from, *to, from_text->text(), path->text())
                        : copy(*from, *to, from_text->text(), path->text());
  }

 private:
  using Path = std::vector<std::string>;

  // What is put somewhere makes the whole as deep as its place and itself.
  static constexpr std::size_t deepest = 400;
  static std::size_t depth(const Json& json) {
    std::size_t most = 0;
    for (const JsonMember& member : json.members()) most = std::max(most, depth(member.value));
    return most + 1;
  }

  static std::string missing(std::string_view pointer) {
    return "unable to find what " + std::string(pointer) + " names: missing value";
  }

  Json* parent(const Path& path) { return const_cast<Json*>(walk(root_, path, path.size() - 1)); }

  std::string add(const Path& path, Json value, std::string_view pointer) {
    if (path.size() + depth(value) > deepest) return "the result would be nested too deep";
    if (path.empty()) {
      root_ = std::move(value);
      return {};
    }
    Json* in = parent(path);
    if (in == nullptr) return missing(pointer);
    if (in->is_object()) {
      in->set(path.back(), std::move(value));
      return {};
    }
    if (!in->is_array()) return missing(pointer);
    const auto index = index_of(*in, path.back(), true);
    if (!index) return "unable to access invalid index: " + path.back();
    in->members().insert(*index, {{}, std::move(value)});
    return {};
  }

  // A member that is not there is added, as evanphx/json-patch has it; RFC 6902 refuses.
  std::string replace(const Path& path, const Json& value, std::string_view pointer) {
    Json* found = const_cast<Json*>(walk(root_, path, path.size()));
    if (found == nullptr) {
      const Json* in = path.empty() ? nullptr : parent(path);
      return in != nullptr && in->is_object() ? add(path, value, pointer) : missing(pointer);
    }
    if (path.size() + depth(value) > deepest) return "the result would be nested too deep";
    *found = value;
    return {};
  }

  std::string remove(const Path& path, Json& taken, std::string_view pointer) {
    if (path.empty()) {
      taken = std::exchange(root_, {});
      return {};
    }
    Json* in = parent(path);
    Json* found = in == nullptr ? nullptr : const_cast<Json*>(child(*in, path.back()));
    if (found == nullptr) return missing(pointer);
    taken = std::move(*found);
    if (in->is_object()) {
      in->erase(path.back());
    } else {
      in->members().erase(*index_of(*in, path.back(), false));
    }
    return {};
  }

  std::string move(const Path& from, const Path& to, std::string_view from_text, std::string_view to_text) {
    if (from == to) return walk(root_, from, from.size()) == nullptr ? missing(from_text) : std::string();
    if (from.size() < to.size() && std::equal(from.begin(), from.end(), to.begin())) {
      return "a value cannot move into itself: " + std::string(to_text);
    }
    Json taken;
    if (std::string why = remove(from, taken, from_text); !why.empty()) return why;
    return add(to, std::move(taken), to_text);
  }

  std::string copy(const Path& from, const Path& to, std::string_view from_text, std::string_view to_text) {
    const Json* found = walk(root_, from, from.size());
    // A member that is not there is copied as null, as above.
    const Json* in = found != nullptr || from.empty() ? nullptr : parent(from);
    if (found == nullptr && (in == nullptr || !in->is_object())) return missing(from_text);
    Json copied = found == nullptr ? Json() : *found;
    const std::size_t size = copied.write().size();
    if (size > left_) return "copies more than the patch may";
    left_ -= size;
    return add(to, std::move(copied), to_text);
  }

  Json& root_;
  std::size_t left_;
};

}  // namespace

void apply_merge_patch(Json& target, const Json& patch) {
  if (!patch.is_object() || !target.is_object()) {
    target = without_nulls(patch);
    return;
  }
  for (const auto& [key, value] : patch.members()) {
    if (value.is_null()) {
      target.erase(key);
    } else {
      apply_merge_patch(target[key], value);
    }
  }
}

base::Result<> apply_json_patch(Json& target, const Json& patch, std::size_t too_large) {
  if (!patch.is_array()) return base::fail("a JSON patch is a list of operations");
  constexpr std::size_t most_operations = 10'000;  // of the API server, too
  if (patch.size() > most_operations) {
    return base::fail("The allowed maximum operations in a JSON patch is 10000, got " +
                      std::to_string(patch.size()));
  }
  Json changed = target;
  Operations operations(changed, too_large);
  for (std::size_t i = 0; i < patch.size(); ++i) {
    if (std::string why = operations.apply(patch.members()[i].value); !why.empty()) {
      return base::fail("operation " + std::to_string(i) + ": " + why);
    }
  }
  target = std::move(changed);
  return {};
}

const Json* at_pointer(const Json& root, std::string_view pointer) {
  const auto parts = parts_of(pointer);
  return parts ? walk(root, *parts, parts->size()) : nullptr;
}

}  // namespace bulwark::document

#include "kube/strategic_merge.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "kube/list_keys.h"

namespace bulwark::kube {

using document::Json;
using document::JsonMember;

namespace {

constexpr std::string_view directive = "$patch";
constexpr std::string_view retain_keys = "$retainKeys";
constexpr std::string_view element_order = "$setElementOrder/";
constexpr std::string_view delete_primitives = "$deleteFromPrimitiveList/";

using Items = document::JsonMembers;

bool is_directive(std::string_view key) {
  return key == directive || key == retain_keys || key.starts_with(element_order) ||
         key.starts_with(delete_primitives);
}

// What a patch is where there was nothing: without directives, nulls, and items that are to be deleted.
Json plain(const Json& patch) {
  if (patch.is_object()) {
    Json json = Json::object();
    for (const auto& [key, value] : patch.members()) {
      if (!is_directive(key) && !value.is_null()) json.members().push_back({key, plain(value)});
    }
    return json;
  }
  if (!patch.is_array()) return patch;
  Json json = Json::array();
  for (const auto& [key, item] : patch.members()) {
    const std::string_view what = item.text_at({directive});
    if (what == "delete" || (what == "replace" && item.size() == 1)) continue;
    json.push_back(plain(item));
  }
  return json;
}

bool same_item(const Json& a, const Json& b, std::string_view key) {
  if (key.empty()) return a == b;
  const Json* x = a.find(key);
  const Json* y = b.find(key);
  return x != nullptr && y != nullptr && *x == *y;
}

std::ptrdiff_t index_of(const Items& list, const Json& item, std::string_view key) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const JsonMember& each) { return same_item(each.value, item, key); });
  return found == list.end() ? -1 : std::distance(list.begin(), found);
}

void sort_by(Items& items, const Items& order, std::string_view key) {
  std::vector<std::pair<std::ptrdiff_t, std::size_t>> places;
  places.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) places.emplace_back(index_of(order, items[i].value, key), i);
  std::sort(places.begin(), places.end());
  Items sorted;
  sorted.reserve(items.size());
  for (const auto& [place, i] : places) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

// normalizeElementOrder: items that the patch speaks of stand in the patch's order, the others in the server's,
// and the two are merged so that the server's order holds where it says something.
Items in_order(Items merged, const Items& patch_order, const Items& server_order, std::string_view key) {
  Items ours, theirs;
  for (JsonMember& item : merged) {
    (index_of(patch_order, item.value, key) >= 0 ? ours : theirs).push_back(std::move(item));
  }
  sort_by(ours, patch_order, key);
  sort_by(theirs, server_order, key);
  Items result;
  result.reserve(ours.size() + theirs.size());
  std::size_t left = 0, right = 0;
  while (left < theirs.size() || right < ours.size()) {
    bool take_theirs = right == ours.size();
    if (!take_theirs && left < theirs.size()) {
      const std::ptrdiff_t a = index_of(server_order, theirs[left].value, key);
      const std::ptrdiff_t b = index_of(server_order, ours[right].value, key);
      take_theirs = a >= 0 && b >= 0 && a < b;
    }
    result.push_back(std::move(take_theirs ? theirs[left++] : ours[right++]));
  }
  return result;
}

class Merger {
 public:
  explicit Merger(std::string_view kind) : kind_(kind) {}

  base::Result<> merge_map(Json& target, Json patch, std::string_view parent) {
    if (const Json* what = patch.find(directive)) {
      if (what->text() == "replace") {
        target = plain(patch);
        return {};
      }
      if (what->text() != "delete") return base::fail("unknown patch type found in map: " + what->write());
      target = Json::object();
      return {};
    }
    TRY(keep_only(target, patch));
    TRY(order_lists(target, patch, parent));
    for (auto& [key, value] : patch.members()) {
      if (key.starts_with(delete_primitives)) {
        delete_values(target, key.substr(delete_primitives.size()), value);
      } else if (value.is_null()) {
        target.erase(key);
      } else if (Json* old = target.find(key); old == nullptr || old->kind() != value.kind()) {
        target.set(key, plain(value));
      } else if (value.is_object()) {
        if (field_merge(kind_, parent, key).replace_map) {
          *old = plain(value);
        } else {
          TRY(merge_map(*old, std::move(value), key));
        }
      } else if (value.is_array()) {
        TRY(merge_list(*old, value, parent, key));
      } else {
        *old = std::move(value);
      }
    }
    return {};
  }

 private:
  // $retainKeys: of what is there, only these stay.
  static base::Result<> keep_only(Json& target, Json& patch) {
    const Json* found = patch.find(retain_keys);
    if (found == nullptr) return {};
    if (!found->is_array()) return base::fail("$retainKeys must be a list of names");
    const Items names = found->members();
    patch.erase(retain_keys);
    const auto named = [&](const std::string& key) {
      return std::any_of(names.begin(), names.end(),
                         [&](const JsonMember& name) { return name.value.text() == key; });
    };
    for (const auto& [key, value] : patch.members()) {
      if (!is_directive(key) && !value.is_null() && !named(key)) {
        return base::fail("$retainKeys does not name \"" + key + "\", which the patch sets");
      }
    }
    target.members().erase_if([&](const JsonMember& member) { return !named(member.key); });
    return {};
  }

  static void delete_values(Json& target, std::string_view field, const Json& values) {
    Json* list = target.find(field);
    if (list == nullptr || !list->is_array() || !values.is_array()) return;
    list->members().erase_if(
        [&](const JsonMember& item) { return index_of(values.members(), item.value, {}) >= 0; });
  }

  // $setElementOrder/FIELD: merges that list, and brings it into this order.
  base::Result<> order_lists(Json& target, Json& patch, std::string_view parent) {
    for (std::size_t i = 0; i < patch.members().size();) {
      if (!patch.members()[i].key.starts_with(element_order)) {
        ++i;
        continue;
      }
      const std::string field = patch.members()[i].key.substr(element_order.size());
      const Json order = std::move(patch.members()[i].value);
      patch.members().erase(i);
      if (!order.is_array()) return base::fail("$setElementOrder/" + field + " must be a list");
      const FieldMerge how = field_merge(kind_, parent, field);
      Json* old = target.find(field);
      // Values that are to be deleted go first, lest the order brings them back.
      const Json unwanted = take(patch, std::string(delete_primitives) + field);
      i = 0;  // what stood behind has moved up
      const Json* changes = patch.find(field);
      if (old != nullptr && !old->is_array()) old = nullptr;
      if (changes != nullptr && !changes->is_array()) continue;
      if (old == nullptr && changes == nullptr) continue;
      if (changes != nullptr) TRY(check_order(*changes, order, how.patch_key, field));
      const Items server_order = old == nullptr ? Items() : old->members();
      delete_values(target, field, unwanted);
      if (changes != nullptr) {
        if (old == nullptr) {
          target.set(field, plain(*changes));
        } else {
          TRY(merge_list(*old, *changes, parent, field));
        }
        patch.erase(field);
      }
      Json& merged = target[field];
      if (how.patch != ListMerge::replace) {
        merged.members() = in_order(std::move(merged.members()), order.members(), server_order, how.patch_key);
      }
    }
    return {};
  }

  static Json take(Json& object, std::string_view key) {
    Json value;
    if (Json* found = object.find(key)) value = std::move(*found);
    object.erase(key);
    return value;
  }

  static base::Result<> check_order(const Json& changes, const Json& order, std::string_view key,
                                    const std::string& field) {
    for (const auto& [name, item] : changes.members()) {
      if (item.find(directive) != nullptr) continue;
      if (index_of(order.members(), item, key) < 0) {
        return base::fail("$setElementOrder/" + field + " does not name " + item.write() +
                          ", which the patch sets");
      }
    }
    return {};
  }

  base::Result<> merge_list(Json& list, const Json& patch, std::string_view parent, std::string_view field) {
    const FieldMerge how = field_merge(kind_, parent, field);
    if (how.patch == ListMerge::replace) {
      list = patch;  // as it is: directives are not looked for in it
      return {};
    }
    const bool of_maps = std::any_of(patch.members().begin(), patch.members().end(),
                                     [](const JsonMember& item) { return item.value.is_object(); });
    if (how.patch == ListMerge::set || !of_maps) {
      if (how.patch == ListMerge::by_key && !patch.empty()) {
        return base::fail("the items of " + std::string(field) + " must be objects");
      }
      const Items server_order = list.members();
      for (const auto& [name, item] : patch.members()) {
        if (!item.is_string()) return base::fail("list element types are not identical in " + std::string(field));
        if (index_of(list.members(), item, {}) < 0) list.push_back(item);
      }
      list.members() = in_order(std::move(list.members()), patch.members(), server_order, {});
      return {};
    }
    return merge_items(list, patch, field, how.patch_key);
  }

  base::Result<> merge_items(Json& list, const Json& patch, std::string_view field, std::string_view key) {
    Items changes;
    bool replaces = false;
    for (const auto& [name, item] : patch.members()) {
      if (!item.is_object()) return base::fail("the items of " + std::string(field) + " must be objects");
      const Json* what = item.find(directive);
      if (what == nullptr) {
        changes.push_back({{}, item});
      } else if (what->text() == "replace") {
        replaces = true;
      } else if (what->text() == "delete") {
        if (item.find(key) == nullptr) return base::fail("delete patch type with no merge key defined");
        list.members().erase_if([&](const JsonMember& each) { return same_item(each.value, item, key); });
      } else {
        return base::fail("unknown patch type found in list: " + what->write());
      }
    }
    if (replaces) {
      // The items that stand beside the directive are the new list.
      Json fresh = Json::array();
      for (const JsonMember& item : changes) fresh.push_back(item.value);
      list = std::move(fresh);
      return {};
    }
    const Items server_order = list.members();
    for (const auto& [name, item] : changes) {
      if (item.find(key) == nullptr) {
        return base::fail("map: " + item.write() + " does not contain declared merge key: " + std::string(key));
      }
      const std::ptrdiff_t place = index_of(list.members(), item, key);
      if (place < 0) {
        list.push_back(item);  // nulls and all, as upstream
      } else {
        TRY(merge_map(list.members()[static_cast<std::size_t>(place)].value, item, field));
      }
    }
    list.members() = in_order(std::move(list.members()), changes, server_order, key);
    return {};
  }

  std::string_view kind_;
};

}  // namespace

base::Result<> strategic_merge(Json& target, const Json& patch, std::string_view kind) {
  if (!patch.is_object()) return base::fail("a strategic merge patch is an object");
  Json changed = target.is_object() ? target : Json::object();
  TRY(Merger(kind).merge_map(changed, patch, {}));
  target = std::move(changed);
  return {};
}

}  // namespace bulwark::kube

#include "kube/field_set.h"

#include <algorithm>
#include <array>

#include "kube/list_keys.h"

namespace bulwark::kube {

using document::Json;

namespace {

constexpr std::array of_the_server{std::string_view("uid"),
                                   std::string_view("resourceVersion"),
                                   std::string_view("generation"),
                                   std::string_view("selfLink"),
                                   std::string_view("creationTimestamp"),
                                   std::string_view("managedFields"),
                                   std::string_view("name"),
                                   std::string_view("namespace"),
                                   std::string_view("generateName"),
                                   std::string_view("deletionTimestamp"),
                                   std::string_view("deletionGracePeriodSeconds")};

// An object without the fields that nobody manages.
Json managed_part(Json object) {
  object.erase("apiVersion");
  object.erase("kind");
  if (Json* metadata = object.find("metadata")) {
    for (const std::string_view key : of_the_server) metadata->erase(key);
    if (metadata->empty()) object.erase("metadata");
  }
  return object;
}

// k:{"containerPort":80,"protocol":"TCP"}
std::string item_key(const Json& item, const FieldMerge& how) {
  Json keys = Json::object();
  for (const std::string_view key : how.apply_keys) {
    if (key.empty()) continue;
    const Json* value = item.find(key);
    // The one default among keys.
    keys[key] = value != nullptr ? *value : key == "protocol" ? Json::string("TCP") : Json();
  }
  return "k:" + keys.write();
}

Json* find_item(Json& list, const std::string& key, const FieldMerge& how) {
  const auto found = std::find_if(list.members().begin(), list.members().end(),
                                  [&](const auto& each) { return item_key(each.value, how) == key; });
  return found == list.members().end() ? nullptr : &found->value;
}

bool is_granular_list(const Json& value, const FieldMerge& how) {
  if (!value.is_array() || how.apply == ListMerge::replace) return false;
  return std::all_of(value.members().begin(), value.members().end(), [&](const auto& item) {
    return how.apply == ListMerge::set ? !item.value.is_object() && !item.value.is_array()
                                       : item.value.is_object();
  });
}

bool is_granular(const Json& value, const FieldMerge& how) {
  return value.is_object() ? !how.atomic_map && !value.empty() : is_granular_list(value, how);
}

void collect(FieldSet& set, const Json* before, const Json& after, std::string_view kind, std::string_view parent);

// The fields of one member; `before`: its old value, whose equal parts are left out; nullptr: there was none.
void collect_member(FieldSet& set, const std::string& name, const Json* before, const Json& value,
                    std::string_view kind, const FieldMerge& how, std::string_view field) {
  if (before != nullptr && *before == value) return;
  FieldSet below = FieldSet::object();
  if (value.is_object() && is_granular(value, how)) {
    collect(below, before, value, kind, field);
    if (below.empty() && before != nullptr) return;  // only removals
  } else if (is_granular_list(value, how)) {
    for (const auto& [none, item] : value.members()) {
      const std::string key = how.apply == ListMerge::set ? "v:" + item.write() : item_key(item, how);
      const Json* old = nullptr;
      if (before != nullptr && before->is_array()) {
        for (const auto& [no_key, each] : before->members()) {
          if (how.apply == ListMerge::set ? each == item : item_key(each, how) == key) old = &each;
        }
      }
      if (old != nullptr && *old == item) continue;
      FieldSet fields = FieldSet::object();
      if (how.apply == ListMerge::by_key) {
        if (old == nullptr) fields["."] = FieldSet::object();
        collect(fields, old, item, kind, field);
      }
      below[key] = std::move(fields);
    }
  }
  set[name] = std::move(below);
}

void collect(FieldSet& set, const Json* before, const Json& after, std::string_view kind,
             std::string_view parent) {
  for (const auto& [key, value] : after.members()) {
    const Json* old = before == nullptr ? nullptr : before->find(key);
    collect_member(set, "f:" + key, old, value, kind, field_merge(kind, parent, key), key);
  }
}

void list_common(const FieldSet& a, const FieldSet& b, const std::string& path, std::vector<std::string>& out) {
  for (const auto& [key, below] : a.members()) {
    const FieldSet* other = b.find(key);
    if (other == nullptr) continue;
    std::string here = path;
    if (key.starts_with("f:")) {
      here += '.' + key.substr(2);
    } else if (key.starts_with("k:")) {
      std::string text;
      const Json keys = Json::parse(std::string_view(key).substr(2)).value_or(Json());
      for (const auto& [name, value] : keys.members())
        text += (text.empty() ? "" : ",") + name + '=' + value.write();
      here += '[' + text + ']';
    } else if (key.starts_with("v:")) {
      here += "[=" + key.substr(2) + ']';
    }
    if (below.empty() || other->empty()) {
      // That both speak of an item is no more than that it is there.
      if (key != ".") out.push_back(here);
    } else {
      list_common(below, *other, here, out);
    }
  }
}

void merge(Json& target, const Json& applied, std::string_view kind, std::string_view parent) {
  for (const auto& [key, value] : applied.members()) {
    const FieldMerge how = field_merge(kind, parent, key);
    Json* old = target.find(key);
    // What is empty adds nothing, and takes nothing away.
    const bool merges = value.is_object() ? !how.atomic_map : is_granular_list(value, how);
    if (old == nullptr || old->kind() != value.kind() || !merges) {
      target.set(key, value);
    } else if (value.is_object()) {
      merge(*old, value, kind, key);
    } else {
      for (const auto& [none, item] : value.members()) {
        if (how.apply == ListMerge::set) {
          const bool there = std::any_of(old->members().begin(), old->members().end(),
                                         [&](const auto& each) { return each.value == item; });
          if (!there) old->push_back(item);
        } else if (Json* same = find_item(*old, item_key(item, how), how)) {
          merge(*same, item, kind, key);
        } else {
          old->push_back(item);
        }
      }
    }
  }
}

void prune(Json& object, const FieldSet& old, const FieldSet* applied, const FieldSet* others,
           std::string_view kind, std::string_view parent) {
  for (const auto& [name, below] : old.members()) {
    if (!name.starts_with("f:")) continue;
    const std::string key = name.substr(2);
    Json* value = object.find(key);
    if (value == nullptr) continue;
    const FieldSet* mine = applied == nullptr ? nullptr : applied->find(name);
    const FieldSet* theirs = others == nullptr ? nullptr : others->find(name);
    if (below.empty()) {
      if (mine == nullptr && theirs == nullptr) object.erase(key);
      continue;
    }
    if (value->is_object()) {
      prune(*value, below, mine, theirs, kind, key);
      if (value->empty() && mine == nullptr) object.erase(key);
      continue;
    }
    const FieldMerge how = field_merge(kind, parent, key);
    if (!value->is_array()) continue;
    for (const auto& [item_name, item_fields] : below.members()) {
      const FieldSet* item_mine = mine == nullptr ? nullptr : mine->find(item_name);
      const FieldSet* item_theirs = theirs == nullptr ? nullptr : theirs->find(item_name);
      if (item_mine == nullptr && item_theirs == nullptr) {
        value->members().erase_if([&](const auto& each) {
          return item_name ==
                 (how.apply == ListMerge::set ? "v:" + each.value.write() : item_key(each.value, how));
        });
      } else if (Json* item = how.apply == ListMerge::by_key ? find_item(*value, item_name, how) : nullptr) {
        prune(*item, item_fields, item_mine, item_theirs, kind, key);
      }
    }
    if (value->empty() && mine == nullptr && theirs == nullptr) object.erase(key);
  }
}

void keep(FieldSet& fields, const FieldSet& existing) {
  fields.members().erase_if([&](auto& member) {
    if (member.key == ".") return false;
    const FieldSet* other = existing.find(member.key);
    if (other == nullptr) return true;
    if (!member.value.empty() && !other->empty()) keep(member.value, *other);
    return false;
  });
}

}  // namespace

FieldSet fields_of(const Json& object, std::string_view kind) {
  return changed_fields(Json::object(), object, kind);
}

FieldSet changed_fields(const Json& before, const Json& after, std::string_view kind) {
  FieldSet set = FieldSet::object();
  const Json old = managed_part(before);
  collect(set, &old, managed_part(after), kind, {});
  return set;
}

void add_fields(FieldSet& to, const FieldSet& fields) {
  for (const auto& [key, below] : fields.members()) {
    FieldSet& mine = to[key];
    if (!mine.is_object()) mine = FieldSet::object();
    add_fields(mine, below);
  }
}

void remove_fields(FieldSet& from, const FieldSet& fields) {
  for (const auto& [key, below] : fields.members()) {
    FieldSet* mine = from.find(key);
    if (mine == nullptr || key == ".") continue;
    if (!below.empty() && !mine->empty()) remove_fields(*mine, below);
    const bool only_itself = mine->size() == 1 && mine->find(".") != nullptr;
    if (below.empty() || mine->empty() || only_itself) from.erase(key);
  }
}

void keep_existing(FieldSet& fields, const Json& object, std::string_view kind) {
  keep(fields, fields_of(object, kind));
}

std::vector<std::string> common_fields(const FieldSet& a, const FieldSet& b) {
  std::vector<std::string> fields;
  list_common(a, b, {}, fields);
  return fields;
}

void merge_applied(Json& object, const Json& applied, std::string_view kind) { merge(object, applied, kind, {}); }

void remove_unapplied(Json& object, const FieldSet& old, const FieldSet& applied, const FieldSet& others,
                      std::string_view kind) {
  prune(object, old, &applied, &others, kind, {});
}

}  // namespace bulwark::kube

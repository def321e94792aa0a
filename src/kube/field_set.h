// Sets of fields of an object as managedFields keep them (fieldsV1 of metav1): a tree in which "f:spec" is a
// field, k:{"name":"web"} an item of a list by its keys, v:"x" a value of a set, and "." the thing itself. Kept
// simply: of structured-merge-diff's schema only what list_keys.h says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/json_value.h"

namespace bulwark::kube {

using FieldSet = document::Json;

// All fields that an object of this kind sets, but for those that tell what it is (apiVersion, kind, its name) and
// those that belong to the API server.
FieldSet fields_of(const document::Json& object, std::string_view kind);
// The fields whose values differ between two objects, or that `before` has not.
FieldSet changed_fields(const document::Json& before, const document::Json& after, std::string_view kind);

void add_fields(FieldSet& to, const FieldSet& fields);
// Takes fields off; what is left empty goes, too.
void remove_fields(FieldSet& from, const FieldSet& fields);
// Drops what the object does not have.
void keep_existing(FieldSet& fields, const document::Json& object, std::string_view kind);
// ".spec.template.spec.containers[name="web"].image", ...: those that both sets have.
std::vector<std::string> common_fields(const FieldSet& a, const FieldSet& b);

// Joins what was applied into an object, item by item where lists have keys.
void merge_applied(document::Json& object, const document::Json& applied, std::string_view kind);
// Takes fields of `old` off an object that are neither in `applied` nor in `others`.
void remove_unapplied(document::Json& object, const FieldSet& old, const FieldSet& applied, const FieldSet& others,
                      std::string_view kind);

}  // namespace bulwark::kube

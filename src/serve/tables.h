// Objects as rows, for `kubectl get`: the columns of the API server (pkg/printers/internalversion/printers.go).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"
#include "twin/stored_object.h"

namespace bulwark::serve {

// An object that is shown, and when.
struct Shown {
  const document::Node& root;
  kube::Time now;
};

struct Column {
  std::string name;
  std::string type;           // "string", "integer"; of custom kinds also "date" and others
  std::int64_t priority = 0;  // above 0: only with -o wide
  std::string (*cell)(const Shown&) = nullptr;
  std::string json_path;  // of custom kinds, in place of `cell`
};

// The columns of a kind; of what has none of its own, NAME and AGE.
std::vector<Column> columns_of(const twin::ApiKind& kind);

enum class Include : std::uint8_t { metadata, object, nothing };

// Appends one row of metav1.Table as JSON.
void append_row(std::string& out, std::span<const Column> columns, const twin::StoredObject& object,
                Include include, kube::Time now);
// Appends columnDefinitions of metav1.Table as JSON.
void append_definitions(std::string& out, std::span<const Column> columns);
// PartialObjectMetadata of an object.
void append_partial(std::string& out, const twin::StoredObject& object);

}  // namespace bulwark::serve

#include "serve/schemas.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kube/listing.h"
#include "kube/object.h"

namespace bulwark::serve {

using document::JsonWriter;
using kube::Shape;

namespace {

class Schemas {
 public:
  explicit Schemas(JsonWriter& json) : json_(json) {}

  void write_kind(const twin::ApiKind& kind, const kube::Listing* fields) {
    json_.key(kind.resource.kind).begin_object().member("type", "object");
    json_.member("description", "A twin knows the names and types of fields, and has no words about them.");
    json_.key("properties").begin_object();
    write_text("apiVersion");
    write_text("kind");
    json_.key("metadata");
    refer(kube::listing<kube::ObjectMeta>());
    if (fields != nullptr) write_fields(*fields);
    json_.end_object();
    json_.key("x-kubernetes-group-version-kind").begin_array().begin_object();
    json_.member("group", std::string_view(kind.resource.group))
        .member("kind", std::string_view(kind.resource.kind));
    json_.member("version", std::string_view(kind.resource.version)).end_object().end_array().end_object();
    written_.insert(kind.resource.kind);
  }

  // What was named and is not written yet, until nothing is left.
  void write_rest() {
    while (!left_.empty()) {
      const auto all = std::exchange(left_, {});
      for (const auto& [name, fields] : all) {
        if (!written_.insert(name).second) continue;
        json_.key(name).begin_object().member("type", "object").key("properties").begin_object();
        write_fields(*fields);
        json_.end_object().end_object();
      }
    }
    for (const char* name : {"Quantity", "IntOrString"})
      json_.key(name).begin_object().member("type", "string").end_object();
  }

 private:
  void write_fields(const kube::Listing& fields) {
    for (const kube::Field& field : fields.fields()) {
      json_.key(field.name);
      write_field(field);
    }
  }

  void write_field(const kube::Field& field) {
    switch (field.shape) {
      case Shape::text:
        return write_type("string");
      case Shape::boolean:
        return write_type("boolean");
      case Shape::integer:
      case Shape::integer32:
        return write_type("integer");
      case Shape::int_or_string:
        return refer("IntOrString");
      case Shape::quantity:
        return refer("Quantity");
      case Shape::labels:
      case Shape::keys:
        json_.begin_object().member("type", "object").key("additionalProperties");
        write_type("string");
        json_.end_object();
        return;
      case Shape::quantities:
        json_.begin_object().member("type", "object").key("additionalProperties");
        refer("Quantity");
        json_.end_object();
        return;
      case Shape::texts:
      case Shape::integers:
        json_.begin_object().member("type", "array").key("items");
        write_type(field.shape == Shape::texts ? "string" : "integer");
        json_.end_object();
        return;
      case Shape::object:
        if (field.of != nullptr) return refer(field.of());
        break;
      case Shape::objects:
        json_.begin_object().member("type", "array").key("items");
        if (field.of != nullptr) {
          refer(field.of());
        } else {
          write_type("object");
        }
        json_.end_object();
        return;
      case Shape::present:
        return write_type("object");
      case Shape::not_kept:
        break;
    }
    json_.begin_object().member("description", "The twin does not know the type of this field.");
    json_.member("x-kubernetes-preserve-unknown-fields", true).end_object();
  }

  void write_text(std::string_view name) {
    json_.key(name);
    write_type("string");
  }
  void write_type(std::string_view type) { json_.begin_object().member("type", type).end_object(); }
  void refer(std::string_view name) {
    json_.begin_object().key("allOf").begin_array().begin_object();
    json_.member("$ref", std::string_view("#/components/schemas/" + std::string(name)));
    json_.end_object().end_array().end_object();
  }
  void refer(const kube::Listing& fields) {
    left_.emplace(std::string(fields.type()), &fields);
    refer(fields.type());
  }

  JsonWriter& json_;
  std::set<std::string, std::less<>> written_;
  std::map<std::string, const kube::Listing*> left_;
};

}  // namespace

void write_schemas(JsonWriter& json, std::span<const twin::ApiKind* const> kinds) {
  static const std::vector<kube::DecodedKind> decoded = kube::decoded_kinds();
  Schemas schemas(json);
  for (const twin::ApiKind* kind : kinds) {
    const kube::Listing* fields = nullptr;
    for (const kube::DecodedKind& each : decoded) {
      if (!kind->custom && each.group == kind->resource.group && each.name == kind->resource.kind)
        fields = each.fields;
    }
    schemas.write_kind(*kind, fields);
  }
  schemas.write_rest();
}

}  // namespace bulwark::serve

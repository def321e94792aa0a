#include "kube/decoder.h"

#include <fmt/format.h>

#include "document/json_writer.h"

namespace bulwark::kube {

using document::Kind;
using document::Node;

std::string_view Decoder::keep(std::string_view text) {
  const auto from = reinterpret_cast<std::uintptr_t>(text.data());
  const auto begin = reinterpret_cast<std::uintptr_t>(stable_.data());
  if (text.data() != nullptr && from >= begin && from + text.size() <= begin + stable_.size()) return text;
  return arena_.copy(text);
}

document::FieldPath Decoder::path() const {
  document::FieldPath path;
  for (const document::Step& step : steps_) {
    path = step.is_index() ? std::move(path) / step.index : std::move(path) / step.key;
  }
  return path;
}

void Decoder::wrong_type(const Node& node, std::string_view wanted) {
  document::FieldPath at = path();
  std::string message =
      at.empty() ? fmt::format("expected {}, found {}", wanted, document::describe(node.kind()))
                 : fmt::format("{}: expected {}, found {}", at.text(), wanted, document::describe(node.kind()));
  problems_.push_back({DecodeProblem::What::wrong_type, node.begin(), std::move(at), std::move(message), {}});
}

bool Decoder::expect(const Node& node, Kind kind) {
  if (node.kind() == kind) return true;
  wrong_type(node, document::describe(kind));
  return false;
}

void Decoder::read(const Node& node, std::string_view& out) {
  if (node.is_null()) return;
  if (expect(node, Kind::string)) out = keep(node.text());
}

void Decoder::read(const Node& node, OptionalBool& out) {
  if (node.is_null()) return;
  if (expect(node, Kind::boolean)) out = node.boolean();
}

void Decoder::read(const Node& node, OptionalInt& out) {
  if (node.is_null()) return;
  out = node.integer();
  if (!out) wrong_type(node, "a whole number");
}

void Decoder::read(const Node& node, IntOrString& out) {
  if (node.is_null()) return;
  if (!node.is_string() && !node.integer()) return wrong_type(node, "a whole number or a string");
  out = {keep(node.text()), node.is_string()};
}

void Decoder::read(const Node& node, Scalar& out) {
  if (node.is_null()) return;
  if (node.is_mapping() || node.is_sequence() || node.kind() == Kind::boolean) {
    return wrong_type(node, "a number or a string");
  }
  out.text = keep(node.text());
}

void Decoder::read(const Node& node, Labels& out) {
  if (node.is_null() || !expect(node, Kind::mapping)) return;
  const auto members = node.members();
  if (members.empty()) return;
  auto* to = static_cast<Label*>(arena_.allocate(sizeof(Label) * members.size(), alignof(Label)));
  std::size_t count = 0;
  for (const document::Member& member : members) {
    Label label{keep(member.key.text()), {}};
    steps_.push_back({label.key});
    // A null value is an empty string to the API server; numbers and booleans are refused by it for labels, and
    // taken for quantities, which share this shape.
    if (member.value.is_mapping() || member.value.is_sequence()) {
      wrong_type(member.value, "a string");
    } else {
      label.value = member.value.is_null() ? std::string_view("") : keep(member.value.text());
      new (to + count++) Label(label);
    }
    steps_.pop_back();
  }
  out = {to, count};
}

void Decoder::read(const Node& node, std::span<const std::string_view>& out) {
  if (node.is_null() || !expect(node, Kind::sequence)) return;
  const auto items = node.items();
  if (items.empty()) return;
  auto* to = static_cast<std::string_view*>(
      arena_.allocate(sizeof(std::string_view) * items.size(), alignof(std::string_view)));
  for (std::size_t i = 0; i < items.size(); ++i) {
    new (to + i) std::string_view("");
    steps_.push_back({{}, static_cast<std::uint32_t>(i)});
    read(items[i], to[i]);
    steps_.pop_back();
  }
  out = {to, items.size()};
}

void Decoder::read_keys(const Node& node, std::span<const std::string_view>& out) {
  if (node.is_null() || !expect(node, Kind::mapping)) return;
  std::vector<std::string_view> keys;
  for (const document::Member& member : node.members()) keys.push_back(keep(member.key.text()));
  out = arena_.copy(std::span<const std::string_view>(keys));
}

void Decoder::unknown_field(const Node& key, const Listing& fields) {
  const std::string_view name = keep(key.text());
  const std::string_view meant = fields.nearest(name);
  enter(name);
  document::FieldPath at = path();
  leave();
  std::string message = fmt::format("{} has no field \"{}\"", fields.type(), name);
  if (!meant.empty()) message += fmt::format("; did you mean \"{}\"?", meant);
  problems_.push_back({DecodeProblem::What::unknown_field, key.begin(), std::move(at), std::move(message), meant});
}

void Decoder::missing(const Node& object, std::string_view name) {
  problems_.push_back({DecodeProblem::What::wrong_type,
                       object.begin(),
                       path(),
                       fmt::format("this is no Kubernetes object: {} is missing", name),
                       {}});
}

void Decoder::read_object(const Node& node, const Listing& fields, void* out) {
  if (!expect(node, Kind::mapping)) return;
  for (const document::Member& member : node.members()) {
    // Of equal keys the last counts, were it null.
    if (node.has_duplicates() && node.find(member.key.text()) != &member.value) continue;
    const Field* field = fields.find(member.key.text());
    if (field == nullptr) {
      unknown_field(member.key, fields);
    } else if (field->decode != nullptr) {
      enter(field->name, member.key.begin());
      field->decode(*this, member.value, out);
      leave();
    }
  }
}

void Encoder::separate() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
}

void Encoder::text(std::string_view value) { document::append_json_string(out_, value); }

void Encoder::key(std::string_view name) {
  separate();
  text(name);
  out_ += ':';
}

void Encoder::write(std::string_view name, std::string_view value) {
  if (!is_set(value)) return;
  key(name);
  text(value);
}

void Encoder::write(std::string_view name, const OptionalBool& value) {
  if (!value) return;
  key(name);
  out_ += *value ? "true" : "false";
}

void Encoder::write(std::string_view name, const OptionalInt& value) {
  if (!value) return;
  key(name);
  out_ += std::to_string(*value);
}

void Encoder::write(std::string_view name, const IntOrString& value) {
  if (!value.set()) return;
  key(name);
  if (value.is_string) {
    text(value.text);
  } else {
    std::int64_t number = 0;
    document::integer_value(value.text, number);
    out_ += std::to_string(number);
  }
}

void Encoder::write(std::string_view name, const Scalar& value) { write(name, value.text); }

void Encoder::write(std::string_view name, Labels value) {
  if (value.empty()) return;
  key(name);
  out_ += '{';
  for (const Label& label : value) write(label.key, label.value);
  out_ += '}';
}

void Encoder::write(std::string_view name, std::span<const std::string_view> value) {
  if (value.empty()) return;
  key(name);
  out_ += '[';
  for (const std::string_view item : value) {
    separate();
    text(item);
  }
  out_ += ']';
}

void Encoder::write_item(const OptionalInt& item) { out_ += item ? std::to_string(*item) : "null"; }

void Encoder::write_object(const Listing& fields, const void* object) {
  out_ += '{';
  for (const Field& each : fields.fields()) {
    if (each.encode != nullptr) each.encode(*this, each.name, object);
  }
  out_ += '}';
}

}  // namespace bulwark::kube

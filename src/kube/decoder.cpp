#include "kube/decoder.h"

#include <fmt/format.h>

#include <limits>

#include "document/json_writer.h"

namespace bulwark::kube {

using document::Kind;
using document::Node;

namespace {

bool fits_32_bits(std::int64_t number) {
  return number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace

std::string_view Decoder::keep(std::string_view text) {
  const auto from = reinterpret_cast<std::uintptr_t>(text.data());
  const auto begin = reinterpret_cast<std::uintptr_t>(stable_.data());
  if (text.data() != nullptr && from >= begin && from + text.size() <= begin + stable_.size()) return text;
  return arena_.copy(text);
}

std::string_view Decoder::keep_number(const Node& node) {
  if (node.kind() != Kind::integer && node.kind() != Kind::real) return keep(node.text());
  const std::string sent = document::number_text(node.kind(), node.text());
  return sent == node.text() ? keep(node.text()) : arena_.copy(sent);
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

void Decoder::read_int32(const Node& node, OptionalInt& out) {
  if (node.is_null()) return;
  out = node.integer();
  if (out && fits_32_bits(*out)) return;
  wrong_type(node, out ? "a whole number of 32 bits" : "a whole number");
  out.reset();
}

void Decoder::read(const Node& node, IntOrString& out) {
  if (node.is_null()) return;
  if (node.is_string()) {
    out = {keep(node.text()), true};
    return;
  }
  const auto number = node.integer();
  if (!number) return wrong_type(node, "a whole number or a string");
  if (!fits_32_bits(*number)) return wrong_type(node, "a whole number of 32 bits or a string");
  out = {keep_number(node), false};
}

void Decoder::read(const Node& node, Scalar& out) {
  if (node.is_null()) return;
  if (node.is_mapping() || node.is_sequence() || node.kind() == Kind::boolean) {
    return wrong_type(node, "a number or a string");
  }
  out.text = keep_number(node);
}

void Decoder::read(const Node& node, Labels& out) {
  // Go's JSON makes an empty string of null.
  read_map(node, out, [](Kind kind) { return kind == Kind::string; }, "a string", "");
}

void Decoder::read_quantities(const Node& node, Labels& out) {
  // Quantity.UnmarshalJSON makes zero of null.
  const auto takes = [](Kind kind) { return kind == Kind::string || kind == Kind::integer || kind == Kind::real; };
  read_map(node, out, takes, "a number or a string", "0");
}

void Decoder::read_map(const Node& node, Labels& out, bool (*takes)(Kind), std::string_view wanted,
                       std::string_view null_value) {
  if (node.is_null() || !expect(node, Kind::mapping)) return;
  const auto members = node.members();
  if (members.empty()) return;
  auto* to = static_cast<Label*>(arena_.allocate(sizeof(Label) * members.size(), alignof(Label)));
  std::size_t count = 0;
  for (const document::Member& member : members) {
    // Of equal keys the last counts.
    if (node.has_duplicates() && node.find(member.key.text()) != &member.value) continue;
    Label label{keep(member.key.text()), {}};
    steps_.push_back({label.key});
    if (!member.value.is_null() && !takes(member.value.kind())) {
      wrong_type(member.value, wanted);
    } else {
      label.value = member.value.is_null() ? null_value : keep_number(member.value);
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
    out_ += value.text;
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

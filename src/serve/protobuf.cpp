#include "serve/protobuf.h"

#include <cstdint>
#include <optional>

#include "base/base64.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "serve/protobuf_messages.h"

namespace bulwark::serve {

using document::Json;

namespace {

constexpr std::string_view magic("k8s\0", 4);
constexpr int deepest = 64;

// One field on the wire (protobuf.dev/programming-guides/encoding).
struct Entry {
  unsigned number = 0;
  std::uint64_t varint = 0;
  std::string_view bytes;
  bool is_bytes = false;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  // nullopt: broken, or a wire type that Kubernetes does not use.
  std::optional<Entry> next() {
    const auto tag = varint();
    if (!tag || *tag >> 3U == 0 || *tag >> 3U > 536'870'911) return std::nullopt;
    Entry entry;
    entry.number = static_cast<unsigned>(*tag >> 3U);
    const auto wire = *tag & 7U;
    const auto value = varint();
    if (!value) return std::nullopt;
    entry.varint = *value;
    if (wire == 0) return entry;
    if (wire != 2 || *value > rest_.size()) return std::nullopt;
    entry.is_bytes = true;
    entry.bytes = rest_.substr(0, *value);
    rest_.remove_prefix(*value);
    return entry;
  }

 private:
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

base::Result<Json> broken(std::string_view where) {
  return base::fail("the protobuf message " + std::string(where) + " is broken");
}

// The value under a number in a small message; nullopt: the message is broken.
struct Small {
  std::int64_t numbers[4] = {};
  std::string_view texts[4];
};
std::optional<Small> read_small(std::string_view bytes) {
  Small small;
  Reader reader(bytes);
  while (!reader.at_end()) {
    const auto entry = reader.next();
    if (!entry) return std::nullopt;
    if (entry->number > 3) continue;
    if (entry->is_bytes) {
      small.texts[entry->number] = entry->bytes;
    } else {
      small.numbers[entry->number] = static_cast<std::int64_t>(entry->varint);
    }
  }
  return small;
}

base::Result<Json> read_message(std::string_view bytes, std::string_view message, int depth);

base::Result<Json> read_text(std::string_view bytes) {
  if (!base::is_utf8(bytes)) return base::fail("a text in the protobuf message is no UTF-8");
  return Json::string(bytes);
}

// Null: a value that Go leaves out.
base::Result<Json> read_value(const Entry& entry, const ProtoField& field, int depth) {
  const bool wants_bytes = field.wire != Wire::number && field.wire != Wire::boolean;
  if (wants_bytes != entry.is_bytes) return broken(field.message);
  switch (field.wire) {
    case Wire::text:
      return read_text(entry.bytes);
    case Wire::number:
      return Json::number(static_cast<std::int64_t>(entry.varint));
    case Wire::boolean:
      return Json::boolean(entry.varint != 0);
    case Wire::bytes:
      return Json::string(base::base64(entry.bytes));
    case Wire::message:
    case Wire::inlined:
      return read_message(entry.bytes, field.type, depth + 1);
    case Wire::time:
    case Wire::quantity:
    case Wire::int_or_string:
      break;
  }
  const auto small = read_small(entry.bytes);
  if (!small) return broken(field.message);
  if (field.wire == Wire::quantity) return read_text(small->texts[1]);
  if (field.wire == Wire::int_or_string) {
    if (small->numbers[1] != 0) return read_text(small->texts[3]);
    return Json::number(small->numbers[2]);
  }
  constexpr std::int64_t latest = 253'402'300'799;  // the year 9999
  if (small->numbers[1] <= 0 || small->numbers[1] > latest) return Json();
  return Json::string(base::rfc3339(std::chrono::sys_seconds(std::chrono::seconds(small->numbers[1]))));
}

base::Result<> add_to_map(Json& map, const Entry& entry, const ProtoField& field, int depth) {
  if (!entry.is_bytes) return base::fail("the protobuf message " + std::string(field.message) + " is broken");
  Json key = Json::string(""), value = Json::string("");
  Reader reader(entry.bytes);
  while (!reader.at_end()) {
    const auto part = reader.next();
    if (!part || part->number > 2 || !part->is_bytes) {
      return base::fail("the protobuf message " + std::string(field.message) + " is broken");
    }
    if (part->number == 1) {
      key = TRY(read_text(part->bytes));
    } else {
      value = TRY(read_value(*part, field, depth));
    }
  }
  map.set(key.text(), std::move(value));
  return {};
}

// Texts, numbers and switches that Go sends although they are empty.
bool is_left_out(const Json& value, const ProtoField& field) {
  if (value.is_null()) return true;
  if (field.wire == Wire::text) return value.text().empty();
  return field.message == "ObjectMeta" && field.wire == Wire::number && value.text() == "0";
}

base::Result<Json> read_message(std::string_view bytes, std::string_view message, int depth) {
  if (depth > deepest) return base::fail("the protobuf message is nested too deep");
  Json object = Json::object();
  Reader reader(bytes);
  while (!reader.at_end()) {
    const auto entry = reader.next();
    if (!entry) return broken(message);
    const ProtoField* field = find_field(message, entry->number, entry->is_bytes);
    if (field == nullptr) {
      return base::fail("field " + std::to_string(entry->number) + " of the protobuf message " +
                        std::string(message) + " is not known here: send JSON");
    }
    if (field->map) {
      TRY(add_to_map(object[field->name], *entry, *field, depth));
      continue;
    }
    Json value = TRY(read_value(*entry, *field, depth));
    if (field->wire == Wire::inlined) {
      for (auto& [key, part] : value.members()) object.set(key, std::move(part));
    } else if (field->repeated) {
      object[field->name].push_back(std::move(value));
    } else if (!is_left_out(value, *field)) {
      object.set(field->name, std::move(value));
    }
  }
  return object;
}

}  // namespace

bool is_protobuf(std::string_view body) { return body.starts_with(magic); }

base::Result<Json> parse_protobuf(std::string_view body) {
  if (!is_protobuf(body)) return base::fail("the body is no Kubernetes protobuf");
  const auto unknown = read_small(body.substr(magic.size()));
  const auto type = unknown ? read_small(unknown->texts[1]) : std::nullopt;
  if (!type) return broken("Unknown");
  if (!unknown->texts[3].empty()) return base::fail("the protobuf message is encoded once more");
  const std::string_view kind = type->texts[2];
  if (!is_known_message(kind)) {
    return base::fail("the protobuf message " + std::string(kind) + " is not known here: send JSON");
  }
  Json object = TRY(read_message(unknown->texts[2], kind, 0));
  object.set("apiVersion", TRY(read_text(type->texts[1])));
  object.set("kind", TRY(read_text(kind)));
  return object;
}

}  // namespace bulwark::serve

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/arena.h"
#include "document/field_path.h"
#include "kube/label.h"
#include "kube/listing.h"
#include "kube/values.h"

namespace bulwark::kube {

// Something in a document that the API server would not take as it stands.
struct DecodeProblem {
  enum class What : std::uint8_t { wrong_type, unknown_field };
  What what = What::wrong_type;
  std::uint32_t offset = 0;
  document::FieldPath path;
  std::string message;
  std::string_view suggestion;  // for an unknown field: the known one that was probably meant
};

struct PodSpec;

// Turns nodes into typed values. Texts that lie in `stable` are kept as views, all others are copied into the
// arena. null counts as unset, as it does for the API server. A value of the wrong type is reported and left
// unset.
class Decoder {
 public:
  Decoder(base::Arena& arena, std::string_view stable) : arena_(arena), stable_(stable) {}

  void read(const document::Node& node, std::string_view& out);
  void read(const document::Node& node, OptionalBool& out);
  void read(const document::Node& node, OptionalInt& out);
  void read(const document::Node& node, IntOrString& out);
  void read(const document::Node& node, Scalar& out);
  void read(const document::Node& node, Presence& out) { out.present = !node.is_null(); }
  void read(const document::Node& node, Labels& out);
  // Also notes where the key stands.
  void read(const document::Node& node, PodSpec& out);
  void read(const document::Node& node, std::span<const std::string_view>& out);

  template <class T>
  void read(const document::Node& node, const T*& out) {
    if (node.is_null()) return;
    T value{};
    read_object(node, listing<T>(), &value);
    out = arena_.make<T>(value);
  }

  template <class T>
  void read(const document::Node& node, std::span<const T>& out) {
    read_list(node, out, [this](const document::Node& item, T& to) { read(item, to); });
  }

  template <class T>
    requires std::is_class_v<T>
  void read(const document::Node& node, T& out) {
    if (!node.is_null()) read_object(node, listing<T>(), &out);
  }

  void read_int32(const document::Node& node, OptionalInt& out);
  void read_quantities(const document::Node& node, Labels& out);
  // A list of objects with the fields of a listing that is not its type's only one.
  template <class T>
  void read_objects(const document::Node& node, std::span<const T>& out, const Listing& fields) {
    read_list(node, out, [&](const document::Node& item, T& to) {
      if (!item.is_null()) read_object(item, fields, &to);
    });
  }

  // The keys of a map, without their values.
  void read_keys(const document::Node& node, std::span<const std::string_view>& out);

  std::string_view keep(std::string_view text);

  // True when the node is of the kind; otherwise the mismatch is reported.
  bool expect(const document::Node& node, document::Kind kind);

  void enter(std::string_view key, std::uint32_t at = 0) {
    steps_.push_back({key});
    key_at_ = at;
  }
  void leave() { steps_.pop_back(); }
  // The key that is being read.
  std::string_view key() const { return steps_.back().key; }

  // Reports a key that the type does not have, or a field that must be there and is not.
  void unknown_field(const document::Node& key, const Listing& fields);
  void missing(const document::Node& object, std::string_view name);

  std::vector<DecodeProblem>& problems() { return problems_; }

 private:
  template <class T, class Read>
  void read_list(const document::Node& node, std::span<const T>& out, Read read_item) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (node.is_null() || !expect(node, document::Kind::sequence)) return;
    const auto items = node.items();
    if (items.empty()) return;
    auto* to = static_cast<T*>(arena_.allocate(sizeof(T) * items.size(), alignof(T)));
    for (std::size_t i = 0; i < items.size(); ++i) {
      new (to + i) T{};
      steps_.push_back({{}, static_cast<std::uint32_t>(i)});
      read_item(items[i], to[i]);
      steps_.pop_back();
    }
    out = {to, items.size()};
  }

  void read_object(const document::Node& node, const Listing& fields, void* out);
  void read_map(const document::Node& node, Labels& out, bool (*takes)(document::Kind), std::string_view wanted,
                std::string_view null_value);
  // The text of a string, or of a number as it is sent to the API server: 0x50 is 80, and 1e3 is 1000.
  std::string_view keep_number(const document::Node& node);
  void wrong_type(const document::Node& node, std::string_view wanted);
  document::FieldPath path() const;

  base::Arena& arena_;
  std::string_view stable_;
  std::vector<document::Step> steps_;
  std::uint32_t key_at_ = 0;  // byte of the key that was entered last
  std::vector<DecodeProblem> problems_;
};

// What an encoder writes to; a thin face over a JSON writer so that listings do not depend on it.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void write(std::string_view name, std::string_view value);
  void write(std::string_view name, const OptionalBool& value);
  void write(std::string_view name, const OptionalInt& value);
  void write(std::string_view name, const IntOrString& value);
  void write(std::string_view name, const Scalar& value);
  void write(std::string_view, const Presence&) {}
  void write(std::string_view name, Labels value);
  void write(std::string_view name, std::span<const std::string_view> value);

  template <class T>
  void write(std::string_view name, const T* const& value) {
    if (value == nullptr) return;
    key(name);
    write_object(listing<T>(), value);
  }
  template <class T>
  void write(std::string_view name, const std::span<const T>& value) {
    write_list(name, value, [this](const T& item) { write_item(item); });
  }
  template <class T>
    requires std::is_class_v<T>
  void write(std::string_view name, const T& value) {
    key(name);
    write_object(listing<T>(), &value);
  }

  void write_object(const Listing& fields, const void* object);
  template <class T>
  void write_objects(std::string_view name, std::span<const T> value, const Listing& fields) {
    write_list(name, value, [&](const T& item) { write_object(fields, &item); });
  }

 private:
  template <class T, class Write>
  void write_list(std::string_view name, std::span<const T> value, Write write) {
    if (value.empty()) return;
    key(name);
    out_ += '[';
    for (const T& item : value) {
      separate();
      write(item);
    }
    out_ += ']';
  }
  template <class T>
  void write_item(const T& item) {
    write_object(listing<T>(), &item);
  }
  void write_item(const OptionalInt& item);
  void key(std::string_view name);
  void text(std::string_view value);
  void separate();

  std::string& out_;
};

namespace detail {
template <class C, class M>
C class_of(M C::*);
template <class C, class M>
M member_of(M C::*);

struct Kept {
  Shape shape;
  const Listing& (*of)() = nullptr;
};

// Chosen by the type of the member; a type that is none of the others is an object.
template <class T>
struct KeptAs {
  static constexpr Kept value{Shape::object, &listing<T>};
};
template <class T>
struct KeptAs<const T*> : KeptAs<T> {};
template <class T>
struct KeptAs<std::span<const T>> {
  static constexpr Kept value{Shape::objects, &listing<T>};
};
template <Shape S>
struct KeptPlain {
  static constexpr Kept value{S};
};
template <>
struct KeptAs<std::string_view> : KeptPlain<Shape::text> {};
template <>
struct KeptAs<OptionalBool> : KeptPlain<Shape::boolean> {};
template <>
struct KeptAs<OptionalInt> : KeptPlain<Shape::integer> {};
template <>
struct KeptAs<IntOrString> : KeptPlain<Shape::int_or_string> {};
template <>
struct KeptAs<Scalar> : KeptPlain<Shape::quantity> {};
template <>
struct KeptAs<Presence> : KeptPlain<Shape::present> {};
template <>
struct KeptAs<Labels> : KeptPlain<Shape::labels> {};
template <>
struct KeptAs<std::span<const std::string_view>> : KeptPlain<Shape::texts> {};
template <>
struct KeptAs<std::span<const OptionalInt>> : KeptPlain<Shape::integers> {};
}  // namespace detail

template <auto Member>
Field field(std::string_view name) {
  using Class = decltype(detail::class_of(Member));
  constexpr detail::Kept kept = detail::KeptAs<decltype(detail::member_of(Member))>::value;
  return {name,
          [](Decoder& decoder, const document::Node& node, void* object) {
            decoder.read(node, static_cast<Class*>(object)->*Member);
          },
          [](Encoder& encoder, std::string_view key, const void* object) {
            encoder.write(key, static_cast<const Class*>(object)->*Member);
          },
          kept.shape, kept.of};
}

// A whole number that the API keeps in 32 bits.
template <auto Member>
Field int32(std::string_view name) {
  Field made = field<Member>(name);
  made.shape = Shape::integer32;
  made.decode = [](Decoder& decoder, const document::Node& node, void* object) {
    using Class = decltype(detail::class_of(Member));
    decoder.read_int32(node, static_cast<Class*>(object)->*Member);
  };
  return made;
}

// A map of names to quantities.
template <auto Member>
Field quantities(std::string_view name) {
  Field made = field<Member>(name);
  made.shape = Shape::quantities;
  made.decode = [](Decoder& decoder, const document::Node& node, void* object) {
    using Class = decltype(detail::class_of(Member));
    decoder.read_quantities(node, static_cast<Class*>(object)->*Member);
  };
  return made;
}

}  // namespace bulwark::kube

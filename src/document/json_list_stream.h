#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::document {

// A JSON List that arrives in pieces, cut at its items as they come: no more than one item is held, however long
// the list is. Cuts as split_json_list does (which wants the whole text), except that a text whose items have gone
// out already cannot be taken back: a second member `items` and keys in escapes are problems here.
class JsonListStream {
 public:
  struct Bounds {
    std::size_t item = std::size_t{64} << 20;     // bytes of one item
    std::size_t envelope = std::size_t{1} << 20;  // bytes of all other members together
  };
  struct Member {
    std::string key;    // without its quotes
    std::string value;  // JSON text
  };
  struct Problem {
    std::uint64_t offset = 0;  // bytes from the beginning of the text
    std::string message;
  };
  // Gets the JSON text of an item, valid during the call. False: read no further.
  using OnItem = std::function<bool(std::string_view)>;

  JsonListStream() : JsonListStream(Bounds{}) {}
  explicit JsonListStream(Bounds bounds) : bounds_(bounds) {}

  // The next bytes. False when reading is over, for on_item had enough or there is a problem; later bytes are then
  // ignored.
  bool feed(std::string_view piece, const OnItem& on_item);
  // After the last byte: false when there is a problem, such as that the text ended too early or was no List.
  bool finish();

  // All members but items that have come so far.
  const std::vector<Member>& envelope() const { return envelope_; }
  // JSON text of a member of the envelope (of several the last); empty when it did not come.
  std::string_view member(std::string_view key) const;
  const std::optional<Problem>& problem() const { return problem_; }
  std::uint64_t items() const { return items_; }

 private:
  enum class At : std::uint8_t {
    start,       // before {
    first_key,   // before a key or }
    key,         // before a key
    in_key,      // within a key
    colon,       // before :
    value,       // before the value of a member
    in_value,    // within it
    member_end,  // before , or } behind a member
    first_item,  // before an item or ]
    item,        // before an item
    in_item,     // within an item
    item_end,    // before , or ] behind an item
    behind,      // behind the last }
    over,        // on_item had enough, or there is a problem
  };

  bool stop(std::string message);
  void begin_value(At next);
  // Takes bytes of the value that is being read from piece[at] on; true when it ends there, `at` then being behind
  // it.
  bool take_value(std::string_view piece, std::size_t& at);
  bool step(std::string_view piece, std::size_t& at, const OnItem& on_item);
  bool end_of_value(std::string_view piece, std::size_t begin, std::size_t end, const OnItem& on_item);
  bool end_of_member(std::string_view value);

  Bounds bounds_;
  At state_ = At::start;
  std::uint64_t before_ = 0;  // bytes of earlier pieces
  std::uint64_t here_ = 0;    // offset of the byte at hand
  std::string partial_;       // what earlier pieces held of the value that is being read
  std::string key_;
  std::vector<Member> envelope_;
  std::size_t envelope_bytes_ = 0;
  std::optional<Problem> problem_;
  std::uint64_t items_ = 0;

  // The value that is being read.
  enum class Form : std::uint8_t { scalar, string, collection };
  Form form_ = Form::scalar;
  std::uint64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool any_byte_ = false;

  bool has_items_ = false;
  bool kind_fits_ = true;
};

}  // namespace bulwark::document
